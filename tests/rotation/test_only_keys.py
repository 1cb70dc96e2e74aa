"""Where keys are rotated nothing else is changed: drift that came since is refused."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fvrf.azure.steps import Step
from fvrf.secrets import SecretRef
from tasks.rollout import beside_keys

KEYRING = SimpleNamespace(kind="keyring", name="fvrf-azure-vng-0")
TUNNEL = SimpleNamespace(kind="tunnel", name="Tunnel1")


def step(kind: Any, *, interrupts: bool = True) -> Step:  # noqa: ANN401 - a kind of step
    return Step(kind=kind, resource="c", connection="c", router="r1", interrupts=interrupts)


@pytest.mark.parametrize(
    ("changes", "window", "additions", "expected"),
    [
        ([KEYRING], [step("set_key")], [], None),
        ([KEYRING, TUNNEL], [], [], "tunnel Tunnel1"),
        ([KEYRING], [step("set_key"), step("update_connection")], [], "change connection c ()"),
        ([], [], [step("create_connection", interrupts=False)], "create connection c"),
    ],
)
@pytest.mark.parametrize("rotating", [True, False])
def test_more_than_a_key_is_refused_only_where_keys_are_rotated(
    changes: list[object],
    window: list[Step],
    additions: list[Step],
    expected: str | None,
    *,
    rotating: bool,
) -> None:
    renew = frozenset({SecretRef("file", "psk")} if rotating else ())
    run = SimpleNamespace(project=SimpleNamespace(renew=renew))
    plan = SimpleNamespace(gateways=("gw",))
    prepared = SimpleNamespace(diff=SimpleNamespace(changes=changes), plan=plan)
    azure = SimpleNamespace(window=[("gw", one) for one in window], additions=lambda _: additions)
    change = SimpleNamespace(prepared=prepared, azure=azure)

    ended = beside_keys(cast("Any", run), cast("Any", change))

    wanted = f"more than its key differs: {expected} -> rollout first" if rotating else None
    assert (ended and ended.reason) == (wanted if expected else None)
