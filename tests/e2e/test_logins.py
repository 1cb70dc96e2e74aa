"""A login that fails says what to mend, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from noe import ARTICLE, Operator, operating


@contextmanager
def known_hosts(noe: Operator, text: str) -> Iterator[None]:
    """Let the known_hosts file hold another text for a while."""
    path = noe.run / "known_hosts"
    right = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(right)


def with_keys_of_others(text: str) -> str:
    """Return a known_hosts text in which each router has the next one's key."""
    hosts, _, keys = zip(*(line.split() for line in text.splitlines()), strict=True)
    moved = [*keys[1:], keys[0]]
    kind = text.split()[1]
    return "".join(f"{host} {kind} {key}\n" for host, key in zip(hosts, moved, strict=True))


@pytest.fixture(scope="module")
def noe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator before the first rollout; no test lets one begin."""
    with operating(tmp_path_factory.mktemp("logins"), connect_timeout_s=5) as operator:
        yield operator
        assert operator.writes(0) == []
        assert operator.logins() == 0


def refused(noe: Operator) -> str:
    """Run a rollout that cannot log in and return why, in one line."""
    done = noe.rollout("--site", "scus")
    assert (done.code, done.outcome(ARTICLE)) == (2, "unreachable")
    return done.reason(ARTICLE)


def test_wrong_enable_secret_is_named(noe: Operator) -> None:
    with noe.secret("router-enable", "wrong"):
        reason = refused(noe)

    assert reason.startswith("F205")
    assert "user netops does not reach privileged mode -> check the enable secret" in reason


def test_unknown_host_key_is_named_with_its_file(noe: Operator) -> None:
    with known_hosts(noe, ""):
        reason = refused(noe)

    assert reason.startswith("F203")
    assert "not found in known_hosts" in reason
    assert f"compare the router's host key with {noe.run / 'known_hosts'}" in reason


def test_changed_host_key_is_refused(noe: Operator) -> None:
    with known_hosts(noe, with_keys_of_others((noe.run / "known_hosts").read_text())):
        reason = refused(noe)

    assert reason.startswith("F203")
    assert "does not match" in reason


def test_router_that_prints_between_the_answers_is_no_matter_of_addresses(noe: Operator) -> None:
    noisy = noe.fault("log-lines", router=ARTICLE, every=3)
    reason = refused(noe)
    noe.heal(noisy)

    assert reason.startswith("F204")
    assert "terminal monitor" in reason
