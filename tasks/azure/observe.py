"""Ask a gateway once for all its routers: connections, and what it tells of peers and routes."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fvrf.azure.resources import Json
from fvrf.checks.observation import (
    HUB_ROUTES,
    LEARNED_ROUTES,
    PEER_STATUS,
    GatewayObservation,
    Unreadable,
)
from tasks.azure.patience import Patience
from tasks.azure.read import PARALLEL
from tasks.azure.rest import GatewayEnd, Question, Ref
from tasks.azure.trouble import Trouble, cannot_look

T = TypeVar("T")


def observe(
    host: str,
    client: GatewayEnd,
    patience: Patience,
    *,
    connections: Mapping[str, str],
    nics: Iterable[str],
    deadline_s: float,
) -> GatewayObservation:
    """Return the gateway as it stands; a part that cannot be read is `Unreadable` in its place.

    `connections` are ids by name. All parts are asked for at once; each of them ends within the
    deadline.
    """
    interfaces = tuple(nics)
    until = patience.clock.now() + deadline_s

    def seen(what: str, action: str, call: Callable[[], T]) -> T | Unreadable:
        try:
            return patience.retried(call, until)
        except Trouble as found:
            return Unreadable(what=what, reason=cannot_look(found, what, action).message)

    def answered(question: Question) -> Json | Unreadable:
        what, action, begin = question
        return seen(what, action, lambda: patience.result(begin(), until))

    def connection(name: str) -> Json | Unreadable | None:
        ref = Ref.of(connections[name])
        return seen(name, f"{ref.kind}/read", lambda: client.get(ref))

    questions = client.questions(interfaces)
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        answers = pool.map(answered, questions.values())
        statuses = pool.map(connection, connections)
        parts = dict(zip(questions, answers, strict=True))
        return GatewayObservation.from_rest(
            host,
            connections=dict(zip(connections, statuses, strict=True)),
            peers=parts.get(PEER_STATUS, {}),
            learned=parts.get(LEARNED_ROUTES, {}),
            effective={nic: parts[nic] for nic in interfaces if nic in parts},
            hub=parts.get(HUB_ROUTES),
        )
