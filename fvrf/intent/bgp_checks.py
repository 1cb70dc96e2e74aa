"""The BGP addresses of both ends: the plan's rules 4 and 5.

Each check is a generator over the router that yields `Problem`s. None trusts another to have
passed: what it refers to may be missing.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Address
from typing import NamedTuple

from fvrf.capacity.limits import APIPA
from fvrf.errors import Problem
from fvrf.intent.model import Connection, Gateway, Intent, Placed, Router
from fvrf.intent.problem import Report, duplicates, reporter


class _Case(NamedTuple):
    """A router with the gateways that are there."""

    report: Report
    router: Router
    gateways: Mapping[str, Gateway]

    def placed(self) -> Iterator[tuple[Placed, Gateway]]:
        """Yield the connections whose gateway is there, with it."""
        for placed in self.router.connections():
            if gateway := self.gateways.get(placed.connection.gateway):
                yield placed, gateway


def bgp_problems(intent: Intent) -> Iterator[Problem]:
    """Yield every problem of every router's BGP addresses and of whom they speak with."""
    for host, router in intent.routers.items():
        case = _Case(reporter(intent, host), router, intent.gateways)
        for check in _CHECKS:
            yield from check(case)


def bgp_field(connection: Connection) -> str:
    """Return where the connection's BGP address comes from."""
    return "uplink" if connection.bgp_address is None else "bgp_address"


def _addresses(case: _Case) -> Iterator[Problem]:
    for placed in case.router.connections():
        connection = placed.connection
        path = placed.path("bgp_address")
        if connection.loopback is not None and connection.bgp_address is None:
            yield case.report(
                path, "is required: the loopback has it", remedy="give an address", code="F124"
            )
        elif _is_leased(case.router, connection):
            yield case.report(
                path,
                f"is required: the address of {connection.uplink} comes by DHCP, and Azure must"
                " know the router's beforehand",
                remedy="give an address of your own, and `loopback` where there are two instances",
                code="F124",
            )
        elif _lacks_address(case.router, placed):
            yield case.report(
                path,
                f"is required: {connection.uplink} is not in VRF {placed.vrf}, so the"
                " tunnel cannot borrow its address",
                code="F124",
            )
        elif (message := _wrong_address(case.router, placed)) is not None:
            yield case.report(path, message, case.router.bgp_address(connection), code="F124")


def _is_leased(router: Router, connection: Connection) -> bool:
    uplink = router.uplinks.get(connection.uplink)
    return connection.bgp_address is None and uplink is not None and uplink.own is None


def _lacks_address(router: Router, placed: Placed) -> bool:
    connection = placed.connection
    uplink = router.uplinks.get(connection.uplink)
    return connection.bgp_address is None and uplink is not None and uplink.front_door != placed.vrf


def _wrong_address(router: Router, placed: Placed) -> str | None:
    """Say what is wrong with the BGP address that a connection would have."""
    address = router.bgp_address(placed.connection)
    if address is None:
        return None
    if address in {uplink.public_address for uplink in router.uplinks.values()}:
        return "the BGP address may not be a public address"
    if placed.connection.bgp_address is None:
        return None
    if address in (APIPA.network_address, APIPA.broadcast_address):
        return "is no host's address"
    for interface, uplink in router.uplinks.items():
        own = uplink.own
        if uplink.front_door == placed.vrf and own is not None and address in own.network:
            return f"overlaps with {interface} ({own}) in one VRF"
    return None


def _used_twice(case: _Case) -> Iterator[Problem]:
    """Yield what an outside VRF, or the router, has one of."""
    numbers = [
        (p.path("loopback"), p.connection.loopback)
        for p in case.router.connections()
        if p.connection.loopback is not None
    ]
    for path, value, first in duplicates(numbers):
        yield case.report(path, f"loopback number is taken by {first}", value, code="F131")
    own = [
        (p.path("bgp_address"), (p.vrf, p.connection.bgp_address))
        for p in case.router.connections()
        if p.connection.bgp_address is not None
    ]
    for path, value, first in duplicates(own):
        _, address = value if isinstance(value, tuple) else (None, value)
        yield case.report(
            path, f"is in one VRF with {first}, which has it already", address, code="F123"
        )


def _loopbacks(case: _Case) -> Iterator[Problem]:
    for placed, gateway in case.placed():
        connection = placed.connection
        if len(gateway.instances) > 1 and connection.bgp_address and connection.loopback is None:
            yield case.report(
                placed.path("loopback"),
                f"is required: {connection.gateway} has {len(gateway.instances)} instances, and the"
                " tunnels to them cannot all have one address",
                remedy="give the number of a loopback of its own",
                code="F124",
            )


def _at_the_gateway(case: _Case) -> Iterator[Problem]:
    """Yield what the gateway has, or its network, already."""
    for placed, gateway in case.placed():
        connection = placed.connection
        address = case.router.bgp_address(connection)
        path = placed.path(bgp_field(connection))
        for prefix in gateway.prefixes:
            if address is not None and address in prefix:
                yield case.report(
                    path,
                    f"the BGP address lies in {connection.gateway}'s own {prefix}: Azure"
                    " refuses it",
                    address,
                    code="F124",
                )
        if any(address in instance.speakers for instance in gateway.instances):
            yield case.report(
                path,
                f"the BGP address is a speaker of {connection.gateway}",
                address,
                code="F123",
            )


def _speakers(case: _Case) -> Iterator[Problem]:
    """Yield where it is not decided, or cannot be, whom a connection speaks with."""
    for placed, gateway in case.placed():
        connection = placed.connection
        address = case.router.bgp_address(connection)
        if address is None:
            continue
        if address.is_link_local and not all(one.apipa for one in gateway.instances):
            yield case.report(
                placed.path(bgp_field(connection)),
                f"is link-local, and not every instance of {connection.gateway} has an APIPA"
                " address to speak with it by",
                address,
                code="F126",
            )
        elif (message := _wrong_speakers(connection, address, gateway)) is not None:
            shown = ", ".join(map(str, connection.speakers)) or None
            yield case.report(placed.path("speakers"), message, shown, code="F126")


def _wrong_speakers(connection: Connection, address: IPv4Address, gateway: Gateway) -> str | None:
    name, chosen = connection.gateway, connection.speakers
    if not address.is_link_local:
        return f"belong to an APIPA address, and the BGP address is {address}" if chosen else None
    if not chosen:
        several = any(len(instance.apipa) > 1 for instance in gateway.instances)
        return f"are required: {name} has several APIPA addresses" if several else None
    for speaker in chosen:
        if not any(speaker in instance.apipa for instance in gateway.instances):
            known = ", ".join(str(one) for instance in gateway.ranked for one in instance.apipa)
            return f"{speaker} is no APIPA address of {name}: it has {known}"
    if any(len(set(chosen) & set(instance.apipa)) != 1 for instance in gateway.instances):
        return f"must be {len(gateway.instances)}: one of each instance of {name}"
    return None


def _neighbors(case: _Case) -> Iterator[Problem]:
    """Yield whom an outside VRF would speak with twice: its neighbours are told by address."""
    seen: dict[tuple[str, IPv4Address], str] = {}
    for placed, gateway in case.placed():
        for speaker in case.router.speakers(placed.connection, gateway):
            first = seen.setdefault((placed.vrf, speaker), placed.path("gateway"))
            if first != placed.path("gateway"):
                yield case.report(
                    placed.path("gateway"),
                    f"{speaker} is a neighbor in {placed.vrf} by {first} already",
                    placed.connection.gateway,
                    "give the connection an APIPA address and other speakers, or another"
                    " outside VRF",
                    code="F142",
                )
                break


_CHECKS: tuple[Callable[[_Case], Iterator[Problem]], ...] = (
    _addresses,
    _used_twice,
    _loopbacks,
    _at_the_gateway,
    _speakers,
    _neighbors,
)
