"""The types of what is read of a virtual WAN; see `shapes`.

Names and types are those of azure-mgmt-network 33.1 (API version 2026-03-01).
"""

from fvrf.azure.shapes import (
    POLICIES,
    REFERENCE,
    RESOURCE,
    SPACE,
    Shape,
    is_address,
    is_flag,
    is_id,
    is_network,
    is_number,
    is_text,
    is_whole,
)

HUB: Shape = {**RESOURCE, "properties!": {"virtualWan!": REFERENCE}}
# A hub's gateway names its IP configurations in words, not by ids.
HUB_GATEWAY: Shape = {
    **RESOURCE,
    "location!": is_text,
    "properties!": {
        "provisioningState": is_text,
        "virtualHub!": {"id!": is_id},
        "vpnGatewayScaleUnit": is_whole,
        "bgpSettings": {
            "asn": is_number,
            "bgpPeeringAddresses": [
                {
                    "ipconfigurationId": is_text,
                    "defaultBgpIpAddresses": [is_address],
                    "customBgpIpAddresses": [is_address],
                    "tunnelIpAddresses": [is_address],
                }
            ],
        },
    },
}
_LINK = {
    "ipAddress": is_text,
    "fqdn": is_text,
    "bgpProperties": {"asn": is_number, "bgpPeeringAddress": is_text},
}
VPN_SITE: Shape = {
    **RESOURCE,
    "properties!": {
        "provisioningState": is_text,
        "virtualWan": REFERENCE,
        "addressSpace": SPACE,
        "vpnSiteLinks": [{"name!": is_text, "properties": _LINK}],
    },
}
_LINK_CONNECTION = {
    "provisioningState": is_text,
    "connectionStatus": is_text,
    "vpnSiteLink": REFERENCE,
    "vpnConnectionProtocolType": is_text,
    "enableBgp": is_flag,
    "useLocalAzureIpAddress": is_flag,
    "usePolicyBasedTrafficSelectors": is_flag,
    "vpnGatewayCustomBgpAddresses": [
        {"ipConfigurationId!": is_text, "customBgpIpAddress!": is_address}
    ],
    "ipsecPolicies": POLICIES,
}
LINK_CONNECTION: Shape = {**RESOURCE, "properties!": _LINK_CONNECTION}
VPN_CONNECTION: Shape = {
    **RESOURCE,
    "name!": is_text,
    "properties!": {
        "provisioningState": is_text,
        "remoteVpnSite": REFERENCE,
        "vpnLinkConnections": [{"name!": is_text, "properties!": _LINK_CONNECTION}],
    },
}
HUB_ROUTES: Shape = {
    "value": [
        {
            "addressPrefixes": [is_network],
            "nextHops": [is_text],
            "nextHopType": is_text,
            "routeOrigin": is_text,
            "asPath": is_text,
        }
    ]
}
