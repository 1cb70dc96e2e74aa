"""What our resources are declared to be, in the REST API's own words.

Names and shapes are those of azure-mgmt-network 33.1 (API version 2026-03-01). No key stands in
them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fvrf.crypto import CryptoPolicy
from fvrf.plan.model import ConnectionPlan

# The APIPA addresses that a connection speaks with, those of a hub's link connection, and one.
SPEAKERS, HUB_SPEAKERS = "gatewayCustomBgpIpAddresses", "vpnGatewayCustomBgpAddresses"
SPEAKER = "customBgpIpAddress"


def local_gateway(plan: ConnectionPlan) -> Mapping[str, Any]:
    """Return it without an address space: Azure routes the BGP address of its own accord."""
    return MappingProxyType(
        {
            "gatewayIpAddress": str(plan.public_address),
            "fqdn": None,
            "localNetworkAddressSpace": {"addressPrefixes": []},
            "bgpSettings": {"asn": plan.asn, "bgpPeeringAddress": str(plan.bgp_address)},
        }
    )


def site_link(plan: ConnectionPlan) -> Mapping[str, Any]:
    """Return it without an address space, which would be the whole site's."""
    return MappingProxyType(
        {
            "ipAddress": str(plan.public_address),
            "fqdn": None,
            "addressSpace": {"addressPrefixes": []},
            "bgpProperties": {"asn": plan.asn, "bgpPeeringAddress": str(plan.bgp_address)},
        }
    )


def link_connection(link: str, plan: ConnectionPlan) -> Mapping[str, Any]:
    """Return what a hub's link connection is declared to be; `link` is the id of its site link."""
    declared = {
        "vpnSiteLink": {"id": link},
        "vpnConnectionProtocolType": "IKEv2",
        "enableBgp": True,
        "useLocalAzureIpAddress": plan.private_peering,
        "usePolicyBasedTrafficSelectors": False,
        "ipsecPolicies": ipsec_policies(plan.crypto),
    }
    if plan.custom_speakers is not None:
        declared[HUB_SPEAKERS] = [{SPEAKER: str(one)} for one in plan.custom_speakers]
    return MappingProxyType(declared)


def connection(gateway: str, local_gateway: str, plan: ConnectionPlan) -> Mapping[str, Any]:
    """Return what a connection of the two is declared to be, both by their ids."""
    declared = {
        "connectionType": "IPsec",
        "connectionProtocol": "IKEv2",
        "virtualNetworkGateway1": {"id": gateway},
        "localNetworkGateway2": {"id": local_gateway},
        "enableBgp": True,
        "useLocalAzureIpAddress": plan.private_peering,
        "usePolicyBasedTrafficSelectors": False,
        "ipsecPolicies": ipsec_policies(plan.crypto),
    }
    if plan.custom_speakers is not None:
        declared[SPEAKERS] = [{SPEAKER: str(one)} for one in plan.custom_speakers]
    return MappingProxyType(declared)


def ipsec_policies(crypto: CryptoPolicy) -> list[dict[str, Any]]:
    """Return `ipsecPolicies`: none for Azure's own proposals, else one entry with all 8 fields."""
    if crypto.azure_default:
        return []
    return [
        {
            "ikeEncryption": crypto.ike_encryption[0],
            "ikeIntegrity": crypto.ike_integrity[0],
            "dhGroup": crypto.dh_group[0],
            "ipsecEncryption": crypto.ipsec_encryption,
            "ipsecIntegrity": crypto.ipsec_integrity,
            "pfsGroup": crypto.pfs_group,
            "saLifeTimeSeconds": crypto.sa_lifetime_s,
            "saDataSizeKilobytes": crypto.sa_data_size_kb,
        }
    ]
