"""A blank router of the other platform takes its predecessor's place, name and whole intent."""

from collections.abc import Iterator

import pytest
from noe import STRONG, Operator, operating

NEU = ("--site", "neu")


@pytest.fixture(scope="module")
def noe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator whose site stands, on a CSR 1000v."""
    with operating(tmp_path_factory.mktemp("successor"), speed=40) as operator:
        assert operator.rollout(*NEU).code == 0
        yield operator


def parts(text: str, *without: str) -> list[str]:
    """Return the lines of a configuration in any order, those of the chassis aside."""
    return sorted(line for line in text.splitlines() if not line.startswith(without))


def test_a_blank_catalyst_takes_the_whole_intent_of_a_csr(noe: Operator) -> None:
    before, azure = noe.running(STRONG), noe.connections()
    noe.call("POST", f"/routers/{STRONG}/rack", {"platform": "c8000v-17.12"})

    refused = noe.do("plan", *NEU)
    unnamed = noe.do("host_keys", *NEU, "--yes")

    assert (refused.code, "F203" in refused.out) == (2, True)
    assert "`host_keys` shows both" in refused.out
    assert (unnamed.code, f"--host {STRONG}" in unnamed.err) == (1, True)

    assert noe.do("host_keys", "--host", STRONG, "--yes").code == 0
    plan = noe.do("plan", *NEU)

    assert plan.code == 1
    assert "azure-vng: in sync" in plan.out
    assert [word for word in ("conflict:", "refused:", "guard:") if word in plan.out] == []

    since = len(noe.events())
    done = noe.rollout(*NEU)

    assert (done.code, done.outcome(STRONG)) == (0, "confirmed"), done.reason(STRONG)
    assert [event for event in noe.writes(since) if "method" in event] == []
    chassis = ("version ", "license udi ", "username ", "enable secret ")
    assert parts(noe.running(STRONG), *chassis) == parts(before, *chassis)
    assert "license udi pid C8000V" in noe.startup(STRONG)
    assert noe.connections().keys() == azure.keys()
    assert noe.do("verify", *NEU).code == 0
