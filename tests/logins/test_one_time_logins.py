"""Where a password is good for one login, there are two logins, and never a third."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from login_project import project
from login_server import Rules, serving

from fvrf.errors import CannotLook
from tasks.project import Project
from tasks.session import close_session, end_sessions, open_session, reserve_session, session


@pytest.fixture
def rules() -> Rules:
    return Rules(passwords=["first1", "second2", "third3"])


@pytest.fixture
def opened(tmp_path: Path, rules: Rules) -> Iterator[Project]:
    """The project; its password is another one each time it is read."""
    script = tmp_path / "next-password"
    script.write_text(
        f"#!/bin/sh\necho x >> {tmp_path}/count\n"
        f'sed -n "$(wc -l < {tmp_path}/count)p" {tmp_path}/passwords\n'
    )
    script.chmod(0o700)
    (tmp_path / "passwords").write_text("\n".join(rules.passwords))
    with serving(rules) as router:
        yield project(tmp_path, router, {"password": f"command:{script}"}, login="one_time")


def test_second_session_is_there_before_the_first_is_closed(opened: Project, rules: Rules) -> None:
    host = opened.nornir.inventory.hosts["r1"]
    first = open_session(opened, host)
    reserve_session(opened, host)

    assert rules.logins == 2
    assert session(opened, host) is open_session(opened, host) is first
    close_session(host)
    second = session(opened, host)
    assert second is not first
    assert second.read(["show clock"], timeout_s=5) == [""]
    end_sessions(host)
    assert (rules.logins, host.connections) == (2, {})


def test_third_login_is_not_made(opened: Project, rules: Rules) -> None:
    host = opened.nornir.inventory.hosts["r1"]
    open_session(opened, host)
    reserve_session(opened, host)
    end_sessions(host)

    with pytest.raises(CannotLook, match="F208 r1: its two one-time logins are used up"):
        session(opened, host)
    assert rules.logins == 2


def test_change_does_not_begin_where_the_second_login_is_refused(
    opened: Project, rules: Rules
) -> None:
    host = opened.nornir.inventory.hosts["r1"]
    first = open_session(opened, host)
    rules.passwords.clear()

    with pytest.raises(CannotLook, match="F202 r1: login refused"):
        reserve_session(opened, host)
    assert session(opened, host) is first
    end_sessions(host)


def test_every_password_that_was_used_is_masked(opened: Project) -> None:
    host = opened.nornir.inventory.hosts["r1"]
    open_session(opened, host)
    reserve_session(opened, host)
    end_sessions(host)

    assert opened.secrets.mask("first1 second2 third3") == "******** ******** third3"
