"""Which keys are rotated together, what the journal tells of them, and what a new key is."""

from datetime import UTC, datetime

import pytest

from fvrf import psk
from fvrf.iosxe.text import ENCRYPTED_KEY, mask_keys
from fvrf.journal import Event, State, Step
from fvrf.plan.model import Plan
from fvrf.rotation import Rotation, Standing, begun, rotations, rounds, shared
from fvrf.secrets import UNKNOWN_KEY, SecretRef
from tasks.key_store import generated

KEEPS_KEY = "crypto ikev2 keyring K\n peer P\n  pre-shared-key 6 {}\n"


def one(site: str, number: int) -> Rotation:
    return Rotation(
        router=f"{site}-csr",
        site=site,
        gateway="gw",
        connection=f"{site}-{number}",
        tunnels=(f"Tunnel{number}",),
        key=SecretRef("file", f"{site}-{number}"),
    )


def event(connection: str, state: State, **facts: str) -> Event:
    return Event(
        time=datetime(2026, 1, 2, tzinfo=UTC),
        host="a-csr",
        step=Step.ROTATE,
        state=state,
        connection=connection,
        facts=facts,
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], []),
        ([("a", 0), ("a", 1), ("a", 2)], [["a-0"], ["a-1"], ["a-2"]]),
        (
            [("a", 0), ("a", 1), ("b", 0), ("c", 0), ("c", 1)],
            [["a-0", "b-0", "c-0"], ["a-1", "c-1"]],
        ),
    ],
)
def test_two_connections_of_a_site_are_never_in_one_round(
    wanted: list[tuple[str, int]], expected: list[list[str]]
) -> None:
    found = rounds([one(*place) for place in wanted])

    assert [[rotation.connection for rotation in together] for together in found] == expected


def test_every_connection_is_rotated_and_shared_keys_are_known(plan: Plan) -> None:
    found = rotations(plan, ["neu-branch-csr"])

    assert [str(rotation) for rotation in found] == [
        "neu-branch-csr: fvrf-neu-branch-csr-0 (Tunnel0)",
        "neu-branch-csr: fvrf-neu-branch-csr-1 (Tunnel1)",
    ]
    assert {str(key) for key in shared(plan)} == {
        "file:psk-article",
        "file:psk-eus",
        "file:psk-weu",
    }


def test_journal_tells_what_was_begun_and_what_ended() -> None:
    events = [
        event("a-0", State.STARTED, change="R.1", old="file:a-0.R.1", new="file:a-0"),
        event("a-0", State.FINISHED),
        event("a-1", State.STARTED, change="R.2", old="file:a-1.R.2", new="file:a-1"),
    ]

    assert begun(events) == {
        ("a-csr", "a-0"): Standing(change="R.1", old=SecretRef("file", "a-0.R.1"), ended=True),
        ("a-csr", "a-1"): Standing(change="R.2", old=SecretRef("file", "a-1.R.2")),
    }


def test_generated_key_is_long_new_and_taken_by_both_ends() -> None:
    keys = {generated().reveal() for _ in range(100)}

    assert len(keys) == 100
    assert {len(key) for key in keys} == {psk.MADE_LENGTH}
    assert {psk.problem(generated()) for _ in range(100)} == {None}


@pytest.mark.parametrize(
    ("renewed", "expected"), [((), ENCRYPTED_KEY), (("<<file:psk>>",), UNKNOWN_KEY)]
)
def test_encrypted_key_is_typed_over_only_where_it_is_rotated(
    renewed: tuple[str, ...], expected: str
) -> None:
    intended = {("K", "P"): "<<file:psk>>"}

    shown = mask_keys(KEEPS_KEY.format("AAAA"), {}, intended, renewed=renewed)

    assert shown == KEEPS_KEY.format("AAAA").replace("6 AAAA", expected)
