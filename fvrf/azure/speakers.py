"""Which IP configuration of a gateway has an APIPA address: only the gateway itself can say."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from fvrf.azure.bodies import HUB_SPEAKERS, SPEAKER, SPEAKERS
from fvrf.azure.resources import Desired, Json, Pair

# The gateway and its connections spell the field differently (azure-mgmt-network 33.1).
_OF_GATEWAY, _OF_CONNECTION = "ipconfigurationId", "ipConfigurationId"


def located(desired: Desired, gateway: Json) -> Desired:
    """Return what is wanted, each APIPA address with the IP configuration that has it.

    `gateway` is the body of its GET. An address that it has not is left as it is: it is a conflict.
    """
    owners = dict(_owners(gateway))
    return replace(desired, pairs=tuple(_located(pair, owners) for pair in desired.pairs))


def _owners(gateway: Json) -> list[tuple[str, str]]:
    settings = (gateway.get("properties") or {}).get("bgpSettings") or {}
    return [
        (address.strip(), instance[_OF_GATEWAY])
        for instance in settings.get("bgpPeeringAddresses") or ()
        for address in instance.get("customBgpIpAddresses") or ()
    ]


def _located(pair: Pair, owners: Mapping[str, str]) -> Pair:
    name = HUB_SPEAKERS if HUB_SPEAKERS in pair.connection.declared else SPEAKERS
    chosen = pair.connection.declared.get(name)
    if not chosen:
        return pair
    entries = [
        {**entry, _OF_CONNECTION: owners[entry[SPEAKER]]} if entry[SPEAKER] in owners else entry
        for entry in chosen
    ]
    declared = MappingProxyType({**pair.connection.declared, name: entries})
    return replace(pair, connection=replace(pair.connection, declared=declared))
