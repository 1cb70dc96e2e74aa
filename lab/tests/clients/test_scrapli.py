"""scrapli logs in, reads, configures and rolls back, over the SSH that it brings along."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapli import (
    AuthOptions,
    Cli,
    LookupKeyValue,
    TransportSsh2Options,
)
from scrapli.exceptions import ScrapliException

from lab.tests.clients.outside import OPERATOR, PASSWORD, Box

BLUE = ("ip vrf BLUE", " rd 65000:7")
REPLACED = "Total number of passes: 1\nRollback Done"
MINUTES_S = 120


def connection(box: Box, user: str, password: str, known_hosts: str | None = None) -> Cli:
    """Return a connection that is not open yet, with the host key checked."""
    return Cli(
        box.host,
        port=box.port,
        definition_file_or_name="cisco_iosxe",
        auth_options=AuthOptions(
            username=user,
            password=password,
            lookups=[LookupKeyValue("enable", box.secret("router-enable"))],
        ),
        transport_options=TransportSsh2Options(known_hosts_path=known_hosts or box.known_hosts),
    )


@pytest.fixture
def cli(box: Box) -> Iterator[Cli]:
    with connection(box, OPERATOR, PASSWORD) as opened:
        yield opened


def test_log_in_enable_and_read(box: Box) -> None:
    with connection(box, "netops", box.secret("router-password")) as cli:
        assert cli.get_prompt().result == f"{box.name}#"
        shown = cli.send_inputs(["show running-config", "show privilege"])
    assert box.lab.config(box.name).strip() in shown.results[0]
    assert shown.results[1] == "Current privilege level is 15"


def test_a_strange_host_key_is_noticed(box: Box, tmp_path: Path) -> None:
    lines = Path(box.known_hosts).read_text().splitlines()
    own = next(line for line in lines if f":{box.port} " in line)
    other = next(line for line in lines if line is not own)
    strange = tmp_path / "known_hosts"
    strange.write_text(f"{own.split()[0]} {other.split(maxsplit=1)[1]}\n")
    with (
        pytest.raises(ScrapliException),
        connection(box, OPERATOR, PASSWORD, str(strange)),
    ):
        pass


def test_lines_are_typed_and_a_bad_one_is_noticed(cli: Cli, box: Box) -> None:
    typed = cli.send_inputs([*BLUE, "no such line", "ip vrf RED"], requested_mode="configuration")
    assert typed.failed
    assert typed.results_failed_indicator == "% Invalid input detected"
    assert len(typed.results) == 3
    assert box.has(*BLUE)
    assert not box.has("ip vrf RED")


def test_a_saved_file_replaces_what_was_typed_since(cli: Cli, box: Box) -> None:
    copied = cli.send_prompted_input(
        "copy running-config flash:before.cfg", "Destination filename [before.cfg]?", "", ""
    )
    assert " bytes copied in " in copied.result
    cli.send_inputs(list(BLUE), requested_mode="configuration")
    replaced = cli.send_prompted_input(
        "configure replace flash:before.cfg", "? [no]:", "", "yes", requested_mode="privileged_exec"
    )
    assert replaced.result.endswith(REPLACED)
    assert not box.has(*BLUE)


@pytest.mark.parametrize(
    ("end", "stays"), [("configure confirm", True), ("configure revert now", False)]
)
def test_a_change_on_a_timer(cli: Cli, box: Box, end: str, *, stays: bool) -> None:
    cli.send_input(f"configure terminal revert timer {MINUTES_S // 60}")
    cli.send_inputs([*BLUE, "end"], requested_mode="configuration")
    cli.send_input(end)
    box.lab.advance(MINUTES_S)
    pending = cli.send_input("show archive config rollback timer")
    assert pending.result == "%No Rollback Confirmed Change pending"
    assert box.has(*BLUE) is stays
