"""What one gateway is and can: Azure's limits and its rules for BGP and APIPA addresses.

The figures are those of `fvrf.capacity.limits`, which has their sources.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from fvrf.capacity.limits import AZURE_APIPA, MOST_CONNECTIONS, sku_of
from fvrf.errors import Problem
from fvrf.intent.fields import reserved_by
from fvrf.intent.model import Gateway, HubGateway, Intent
from fvrf.intent.problem import Report, duplicates, reporter

# The one number that Azure reserves for the gateways themselves.
DEFAULT_ASN = 65515


def gateway_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of every gateway, and the connections that are too many for it."""
    counts = Counter(
        placed.connection.gateway
        for router in intent.routers.values()
        for placed in router.connections()
    )
    for host, gateway in intent.gateways.items():
        report = reporter(intent, host)
        for check in _CHECKS:
            yield from check(report, gateway)
        if not isinstance(gateway, HubGateway):
            yield from _too_many(report, gateway, counts[host])


def _asn(report: Report, gateway: Gateway) -> Iterator[Problem]:
    owner = reserved_by(gateway.asn)
    if owner is not None and gateway.asn != DEFAULT_ASN:
        yield report("asn", f"is reserved by {owner}", gateway.asn, f"{DEFAULT_ASN}", code="F130")


def _addresses(report: Report, gateway: Gateway) -> Iterator[Problem]:
    instances = list(enumerate(gateway.instances))
    public = [(f"instances[{k}].public_address", i.public_address) for k, i in instances]
    speakers = [
        (f"instances[{k}].speakers[{n}]", speaker)
        for k, instance in instances
        for n, speaker in enumerate(instance.speakers)
    ]
    private = [
        (f"instances[{k}].private_address", i.private_address)
        for k, i in instances
        if i.private_address is not None
    ]
    for path, value, first in (*duplicates([*public, *private]), *duplicates(speakers)):
        yield report(path, f"is {first} already: each instance has its own", value, code="F123")
    for path, speaker in speakers:
        if speaker.is_link_local and not any(speaker in network for network in AZURE_APIPA):
            yield report(
                path,
                "Azure takes APIPA addresses from 169.254.21.0 to 169.254.22.255 only",
                speaker,
                code="F122",
            )
    for k, instance in instances:
        others = [n for n, one in enumerate(instance.speakers) if not one.is_link_local]
        if len(others) != 1:
            at = f"[{others[1]}]" if others else ""
            yield report(
                f"instances[{k}].speakers{at}",
                "an instance has one default speaker, and its others are APIPA addresses",
                instance.speakers[others[1]] if others else ", ".join(map(str, instance.speakers)),
                code="F122",
            )


def _lists(report: Report, gateway: Gateway) -> Iterator[Problem]:
    for field, code in (("prefixes", "F144"), ("nics", "F112")):
        values = [(f"{field}[{k}]", value) for k, value in enumerate(getattr(gateway, field))]
        for path, value, first in duplicates(values):
            yield report(path, f"is {first} already", value, "remove it", code=code)


def _sku(report: Report, gateway: Gateway) -> Iterator[Problem]:
    if gateway.sku is None:
        return
    sku = sku_of(gateway.sku, gateway.generation)
    if sku is None:
        yield report(
            "generation",
            f"there is no {gateway.sku} of generation {gateway.generation}",
            gateway.generation,
            code="F151",
        )
    elif not sku.is_zonal and any(one.private_address for one in gateway.instances):
        yield report("sku", "has no private addresses", gateway.sku, "one with AZ", code="F150")
    elif not sku.has_bgp:
        yield report(
            "sku",
            "has no BGP, no active-active mode, no APIPA addresses and no IPsec policies",
            gateway.sku,
            "VpnGw1AZ or larger",
            code="F150",
        )


def _too_many(report: Report, gateway: Gateway, count: int) -> Iterator[Problem]:
    sku = sku_of(gateway.sku, gateway.generation) if gateway.sku else None
    most = sku.connections if sku else MOST_CONNECTIONS
    if count > most:
        yield report(
            "sku" if sku else "",
            f"takes {most} connections, and the inventory has {count} to it",
            gateway.sku,
            "a larger SKU, a second gateway, or Virtual WAN",
            code="F152",
        )


_CHECKS: tuple[Callable[[Report, Gateway], Iterator[Problem]], ...] = (
    _asn,
    _addresses,
    _lists,
    _sku,
)
