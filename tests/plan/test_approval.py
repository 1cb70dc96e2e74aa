"""The file of an approved plan: what it keeps, what it refuses, and how it shows drift."""

from datetime import UTC, datetime

import pytest

from fvrf.approval import Approved, End, seal
from fvrf.errors import InputError
from fvrf.secrets import Secret

END = End(found=("ip vrf A", " rd 1:1"), wanted=("ip vrf A", "description fvrf"))
APPROVED = Approved(
    made=datetime(2026, 11, 25, 7, tzinfo=UTC),
    intent="f" * 64,
    adopt=True,
    from_asn=64903,
    salt="salt",
    routers={"r1": END},
    connections={"gw C1": END},
    keys={"file:psk": "version 7"},
)


def test_a_plan_is_read_as_it_was_written() -> None:
    assert Approved.from_json(APPROVED.to_json(), file="plan.json") == APPROVED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no plan that `plan --out` wrote"),
        ("[]", "is no plan that `plan --out` wrote"),
        ("{}", "is no plan that `plan --out` wrote"),
        ('{"schema": 2}', "is of a version that is not known here"),
        (APPROVED.to_json()[:-20], "is no plan that `plan --out` wrote"),
        (APPROVED.to_json().replace('"found"', '"lost"'), "is no plan that `plan --out` wrote"),
    ],
)
def test_another_file_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        Approved.from_json(text, file="plan.json")

    (problem,) = caught.value.problems
    assert (problem.file, problem.message) == ("plan.json", reason)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (END, ()),
        (
            End(found=("ip vrf A", " rd 1:2"), wanted=END.wanted),
            ("--- as approved", "+++ as it is now", "- rd 1:1", "+ rd 1:2"),
        ),
        (
            End(found=END.found, wanted=("ip vrf A",)),
            ("--- as approved", "+++ as it is now", "-description fvrf"),
        ),
    ],
    ids=["as approved", "another found", "another wanted"],
)
def test_drift_is_shown_as_a_diff(now: End, shown: tuple[str, ...]) -> None:
    assert END.drift(now) == shown


def test_a_seal_tells_keys_apart_and_plans_too() -> None:
    made = {seal(Secret(key), salt) for key in ("one", "two") for salt in ("a", "b")}

    assert len(made) == 4
    assert seal(Secret("one"), "a") in made
    assert not [text for text in made if "one" in text or "two" in text]
