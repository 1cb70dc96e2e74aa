"""A gateway, its NAT rules and its public addresses as a GET shows them."""

from lab.azure.errors import Json
from lab.azure.gateway import TYPE, Gateway
from lab.azure.store import SUCCEEDED
from lab.world import NatRuleFact

ADDRESS_TYPE = "Microsoft.Network/publicIPAddresses"
NAT_TYPE = "Microsoft.Network/virtualNetworkGateways/natRules"
UNITS = 2  # `capacity` of the SKU, which is read-only and the same for all of them


def gateway(found: Gateway) -> Json:
    """Return the gateway itself."""
    fact = found.fact
    indexes = range(len(fact.instances))
    return {
        "name": fact.name,
        "id": found.id,
        "etag": found.etag,
        "type": TYPE,
        "location": found.location,
        "tags": {},
        "properties": {
            "provisioningState": found.state,
            "resourceGuid": found.guid,
            "gatewayType": "Vpn",
            "vpnType": "RouteBased",
            "vpnGatewayGeneration": fact.generation,
            "enableBgp": True,
            "activeActive": len(indexes) > 1,
            "enablePrivateIpAddress": any(one.private_address for one in fact.instances),
            "disableIPSecReplayProtection": False,
            "enableBgpRouteTranslationForNat": False,
            "enableHighBandwidthVpnGateway": False,
            "allowRemoteVnetTraffic": False,
            "allowVirtualWanTraffic": False,
            "sku": {"name": fact.sku, "tier": fact.sku, "capacity": UNITS},
            "ipConfigurations": [_ip_configuration(found, index) for index in indexes],
            "natRules": [nat_rule(found, rule) for rule in fact.nat_rules],
            "bgpSettings": _bgp_settings(found),
        },
    }


def _ip_configuration(found: Gateway, index: int) -> Json:
    private = found.fact.instances[index].private_address
    return {
        "name": found.ip_configuration_id(index).rpartition("/")[2],
        "id": found.ip_configuration_id(index),
        "etag": found.etag,
        "properties": {
            "provisioningState": SUCCEEDED,
            "privateIPAllocationMethod": "Dynamic",
            **({"privateIPAddress": str(private)} if private else {}),
            "publicIPAddress": {"id": address_id(found, index)},
            "subnet": {"id": f"{found.network_id}/subnets/GatewaySubnet"},
        },
    }


def _bgp_settings(found: Gateway) -> Json:
    """Return the speakers; here, and not in a connection, it is `ipconfigurationId`.

    With private addresses enabled, `tunnelIpAddresses` has one of each kind ("Configure a
    Site-to-Site VPN connection over ExpressRoute private peering").
    """
    instances = found.fact.instances
    return {
        "asn": found.fact.asn,
        "bgpPeeringAddress": ",".join(str(one.speaker) for one in instances),
        "peerWeight": 0,
        "bgpPeeringAddresses": [
            {
                "ipconfigurationId": found.ip_configuration_id(index),
                "defaultBgpIpAddresses": [str(one.speaker)],
                "customBgpIpAddresses": [str(custom) for custom in one.custom_speakers],
                "tunnelIpAddresses": [
                    str(address)
                    for address in (one.public_address, one.private_address)
                    if address is not None
                ],
            }
            for index, one in enumerate(instances)
        ],
    }


def nat_rule(found: Gateway, rule: NatRuleFact) -> Json:
    """Return a NAT rule of the gateway."""
    return {
        "name": rule.name,
        "id": found.nat_rule_id(rule.name),
        "etag": found.etag,
        "type": NAT_TYPE,
        "properties": {
            "provisioningState": SUCCEEDED,
            "type": "Static",
            "mode": rule.mode,
            "internalMappings": [{"addressSpace": str(rule.internal)}],
            "externalMappings": [{"addressSpace": str(rule.external)}],
        },
    }


def address_id(found: Gateway, index: int) -> str:
    """Return the id of the public address of an instance."""
    group = found.id.rsplit("/", 2)[0]
    return f"{group}/publicIPAddresses/{found.fact.name}-ip{index}"


def public_address(found: Gateway, index: int) -> Json:
    """Return the public address of an instance."""
    own_id = address_id(found, index)
    return {
        "name": own_id.rsplit("/", 1)[-1],
        "id": own_id,
        "etag": found.etag,
        "type": ADDRESS_TYPE,
        "location": found.location,
        "tags": {},
        "sku": {"name": "Standard", "tier": "Regional"},
        "properties": {
            "provisioningState": SUCCEEDED,
            "resourceGuid": found.address_guids[index],
            "publicIPAddressVersion": "IPv4",
            "publicIPAllocationMethod": "Static",
            "idleTimeoutInMinutes": 4,
            "ipAddress": str(found.fact.instances[index].public_address),
            "ipTags": [],
            "ipConfiguration": {"id": found.ip_configuration_id(index)},
        },
    }
