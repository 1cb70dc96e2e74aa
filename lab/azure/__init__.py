"""A simulated Azure Resource Manager with the VPN part of Microsoft.Network."""
