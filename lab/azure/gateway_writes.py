"""PUT of a gateway that stands: other APIPA speakers, or private addresses for it.

What Azure lets an owner change besides (its SKU, the number of its instances, point-to-site, NAT
rules) the lab does not model, and refuses to. How long tunnels are down meanwhile is documented
nowhere; the safe reading is that both instances restart.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from ipaddress import IPv4Address

from lab.azure import checks, gateway_shapes
from lab.azure.calls import Call, Reply
from lab.azure.errors import NOT_FOUND, ArmError, Json, bad_request, not_found
from lab.azure.gateway import Gateway
from lab.azure.operations import Work
from lab.azure.service import Azure
from lab.azure.store import FAILED, SUCCEEDED, UPDATING
from lab.world.facts import InstanceFact
from lab.world.gateways import APIPA

KIND = "virtualNetworkGateways"
CONFIGURATION = ("id", "name", "etag", "type", "properties")
PEERING = (
    "ipconfigurationId",
    "defaultBgpIpAddresses",
    "customBgpIpAddresses",
    "tunnelIpAddresses",
)
FIRST_FREE = 4  # Azure keeps the first addresses of a subnet for itself


def put(azure: Azure, call: Call) -> Reply:
    """Answer PUT of one that is there: a long-running operation in which its tunnels are down."""
    gateway = azure.gateway(azure.target(call, KIND))
    if gateway is None:
        raise not_found(azure.target(call, KIND))
    _check_etag(gateway, call.if_match)
    azure.operations.check_free(call, [gateway.id])
    properties = checks.required(call.document, "properties", dict, {}, "VirtualNetworkGateway")
    _check_rest(gateway, properties)
    instances = _instances(gateway, properties)
    gateway.restarting |= set(gateway.indexes)
    gateway.touch(UPDATING)
    azure.changed()

    def ended(state: str, facts: tuple[InstanceFact, ...]) -> Json:
        gateway.fact = replace(gateway.fact, instances=facts)
        gateway.restarting.clear()
        gateway.touch(state)
        azure.changed()
        return gateway_shapes.gateway(gateway)

    def failed() -> None:
        ended(FAILED, gateway.fact.instances)

    work = Work(
        kind="gateway",
        path=gateway.id,
        location=gateway.location,
        holds=frozenset({gateway.id.casefold()}),
        done=lambda: ended(SUCCEEDED, instances),
        failed=failed,
    )
    reply = Reply(status=200, body=gateway_shapes.gateway(gateway))
    return azure.operations.accepted(call, azure.operations.start(work), reply)


def _check_etag(gateway: Gateway, if_match: str | None) -> None:
    if if_match not in (None, "*", gateway.etag):
        text = f"Precondition failed. Etag provided: {if_match} is not that of {gateway.id}."
        raise ArmError(HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed", text)


def _check_rest(gateway: Gateway, wanted: Json) -> None:
    """Refuse what the lab has no model of: a member that is missing here would be taken away."""
    shown = gateway_shapes.gateway(gateway)["properties"]
    for name in ("gatewayType", "vpnType", "activeActive", "enableBgp", "vpnGatewayGeneration"):
        if wanted.get(name) != shown[name]:
            raise _unmodelled(name)
    if checks.value(wanted, "sku", dict, {}).get("name") != shown["sku"]["name"]:
        raise _unmodelled("sku")
    if _ids(wanted) != _ids(shown):
        raise _unmodelled("ipConfigurations")


def _ids(properties: Json) -> set[str]:
    configurations = checks.objects(properties, "ipConfigurations", CONFIGURATION)
    return {str(one.get("id")).casefold() for one in configurations}


def _instances(gateway: Gateway, wanted: Json) -> tuple[InstanceFact, ...]:
    """Return the instances as they are to be."""
    settings = checks.value(wanted, "bgpSettings", dict, {})
    entries = checks.objects(settings, "bgpPeeringAddresses", PEERING)
    if len(entries) != len(gateway.instances):
        text = f"{gateway.id}: bgpPeeringAddresses must have {len(gateway.instances)} entries."
        raise bad_request("BgpPeeringAddressesCountNotCorrect", text)
    custom = {_instance(gateway, one): _custom(one) for one in entries}
    taken = [address for addresses in custom.values() for address in addresses]
    if len(set(taken)) < len(taken):
        text = f"{gateway.id}: a custom BGP address may stand at one instance only."
        raise bad_request("DuplicateCustomBgpIpAddress", text)  # code unconfirmed
    has_private = checks.value(wanted, "enablePrivateIpAddress", bool, default=False)
    return tuple(
        replace(
            fact,
            custom_speakers=custom[index],
            private_address=_private(gateway, index) if has_private else None,
        )
        for index, fact in enumerate(gateway.instances)
    )


def _instance(gateway: Gateway, entry: Mapping[str, object]) -> int:
    index = gateway.instance_of(str(entry.get("ipconfigurationId")))
    if index is None:
        raise checks.malformed(f"{entry.get('ipconfigurationId')} is none of {gateway.id}.")
    return index


def _custom(entry: Json) -> tuple[IPv4Address, ...]:
    found = tuple(
        checks.address(text, "customBgpIpAddresses")
        for text in checks.texts(entry, "customBgpIpAddresses")
    )
    for address in found:
        if not APIPA[0] <= address <= APIPA[1]:
            # "How to configure BGP for VPN Gateway"; the code is unconfirmed.
            text = f"{address} is not one of {APIPA[0]} to {APIPA[1]}."
            raise bad_request("CustomBgpIpAddressOutOfRange", text)
    return found


def _private(gateway: Gateway, index: int) -> IPv4Address:
    known, subnet = gateway.instances[index].private_address, gateway.fact.gateway_subnet
    if known is not None:
        return known
    if subnet is None:
        raise _unmodelled("enablePrivateIpAddress")
    return IPv4Address(int(subnet.network_address) + FIRST_FREE + index)


def _unmodelled(name: str) -> ArmError:
    text = f"The lab does not model a change of '{name}' of a gateway."
    return ArmError(NOT_FOUND, "InvalidResourceType", text)
