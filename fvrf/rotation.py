"""Rotating pre-shared keys: which, in which order, and what the journal says of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from fvrf.journal import Event, State, Step
from fvrf.plan.model import Plan
from fvrf.secrets import SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One connection whose key is changed at both ends; `key` is its reference in the intent."""

    router: str
    site: str
    gateway: str
    connection: str
    tunnels: tuple[str, ...]
    key: SecretRef

    def __str__(self) -> str:
        return f"{self.router}: {self.connection} ({', '.join(self.tunnels)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the journal knows of a rotation that was begun; the references name versions."""

    change: str
    old: SecretRef
    ended: bool = False

    @classmethod
    def begun(cls, event: Event) -> Self:
        """Read the event that begins a rotation; raises KeyError, ValueError where it is none."""
        return cls(change=event.facts["change"], old=SecretRef.parse(event.facts["old"]))


def rotations(plan: Plan, routers: Iterable[str]) -> tuple[Rotation, ...]:
    """Return a rotation for each connection of the routers, in the order of the plan."""
    return tuple(
        Rotation(
            router=host,
            site=connection.site,
            gateway=connection.gateway,
            connection=connection.name,
            tunnels=connection.tunnels,
            key=connection.key,
        )
        for host in routers
        for connection in plan.routers[host].connections
    )


def shared(plan: Plan) -> frozenset[SecretRef]:
    """Return the references that several connections of the inventory use."""
    uses = Counter(
        connection.key for router in plan.routers.values() for connection in router.connections
    )
    return frozenset(key for key, times in uses.items() if times > 1)


def rounds(wanted: Sequence[Rotation]) -> Iterator[tuple[Rotation, ...]]:
    """Yield what goes on at once: never two connections of a site."""
    left = list(wanted)
    while left:
        sites: set[str] = set()
        together: list[Rotation] = []
        for one in left:
            if one.site not in sites:
                sites.add(one.site)
                together.append(one)
        left = [one for one in left if one not in together]
        yield tuple(together)


def begun(events: Iterable[Event]) -> Mapping[tuple[str, str], Standing]:
    """Fold a journal into the rotations that were begun, by router and connection."""
    found: dict[tuple[str, str], Standing] = {}
    for event in events:
        if event.step is not Step.ROTATE or event.connection is None:
            continue
        place = event.host, event.connection
        if event.state is State.STARTED:
            found[place] = Standing.begun(event)
        elif place in found:
            one = found[place]
            found[place] = Standing(change=one.change, old=one.old, ended=True)
    return found
