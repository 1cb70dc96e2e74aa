"""Azure Virtual WAN: hubs with their VPN gateways, VPN sites, and the connections between them."""
