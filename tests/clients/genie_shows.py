"""Genie reads every output of a router of the lab that it knows, and reads what the product reads.

Run by `make test-clients`, which installs Genie in an environment of its own and names its
Python in the variable GENIE.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from genie_facts import DEFECTS, UNREADABLE, compared, defect, differences
from netmiko import ConnectHandler

from fvrf.iosxe.parse.commands import inside_vrfs, outside_vrfs, router_commands
from fvrf.plan.model import RouterPlan
from lab.client import LabClient
from lab.tests.process.running import lab
from tasks.project import Project

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ["GENIE"]).absolute()
ROUTERS = ("scus-onprem-csr", "neu-branch-csr")
SPEED = "20"
# Besides those of the product: the lab's show commands that need no argument.
COMMANDS = (
    "dir",
    "show archive",
    "show archive config differences",
    "show archive config rollback timer",
    "show clock",
    "show crypto ikev2 policy",
    "show crypto ikev2 profile",
    "show crypto ikev2 proposal",
    "show crypto ikev2 sa",
    "show crypto ikev2 sa detailed",
    "show crypto ipsec profile",
    "show crypto ipsec sa",
    "show crypto ipsec transform-set",
    "show crypto session",
    "show file systems",
    "show interfaces",
    "show inventory",
    "show ip interface",
    "show ip prefix-list",
    "show ip route",
    "show ip vrf",
    "show license",
    "show license summary",
    "show license udi",
    "show logging",
    "show platform",
    "show privilege",
    "show route-map",
    "show running-config",
    "show startup-config",
    "show terminal",
    "show users",
    "show version",
    "show vrf",
)

Outputs = Mapping[str, Mapping[str, str]]
Answers = Mapping[str, Mapping[str, Any]]
Record = Callable[[str, object], None]


def commands(plan: RouterPlan) -> list[str]:
    """Return what is asked of a router."""
    vrfs = (*outside_vrfs(plan), *inside_vrfs(plan))
    return [
        *router_commands(plan),
        *COMMANDS,
        *(f"show ip bgp vpnv4 vrf {vrf}" for vrf in vrfs),
        *(f"show ip cef vrf {vrf} 10.0.0.1" for vrf in vrfs),
        *(f"show running-config vrf {vrf}" for vrf in vrfs),
        *(f"show ip route vrf {vrf} {of}" for vrf in vrfs for of in ("bgp", "static", "connected")),
    ]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabClient]:
    """A lab in which one site of each scheme was rolled out."""
    folder = tmp_path_factory.mktemp("genie")
    with lab(folder / "lab", "--speed", SPEED, "--operation-seconds", "1") as client:
        config = yaml.safe_load((ROOT / "config.yaml").read_text().replace(".lab", str(client.run)))
        options = config["inventory"]["options"]
        config["inventory"]["options"] = {key: str(ROOT / path) for key, path in options.items()}
        config["user_defined"]["timing"] = {"verify_poll_s": 3, "azure_poll_s": 1}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        rollout = [sys.executable, str(ROOT / "runbooks" / "rollout.py"), "--yes"]
        rollout += ["--config", str(folder / "config.yaml"), "--site", "scus", "--site", "neu"]
        subprocess.run(rollout, check=True, capture_output=True, timeout=100)  # noqa: S603
        yield client


@pytest.fixture(scope="module")
def outputs(settled: LabClient, project: Project) -> Outputs:
    """What both routers print, by stock netmiko."""
    return {host: dict(printed(settled, project.plan.routers[host])) for host in ROUTERS}


def printed(client: LabClient, plan: RouterPlan) -> Iterator[tuple[str, str]]:
    """Yield each command with its output."""
    secrets = client.run / "secrets"
    with ConnectHandler(
        device_type="cisco_xe",
        username="netops",
        password=(secrets / "router-password").read_text(),
        secret=(secrets / "router-enable").read_text(),
        **client.description["routers"][plan.host],
    ) as connection:
        connection.enable()
        for command in commands(plan):
            yield command, str(connection.send_command(command, strip_command=True))


@pytest.fixture(scope="module")
def answers(outputs: Outputs) -> Answers:
    """What Genie makes of them."""
    done = subprocess.run(  # noqa: S603 - the program of the test
        [str(PYTHON), str(Path(__file__).with_name("genie_reader.py"))],
        input=json.dumps(outputs),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    read: Answers = json.loads(done.stdout)
    return read


def test_no_command_is_refused(outputs: Outputs) -> None:
    refused = [
        (host, command)
        for host, texts in outputs.items()
        for command, text in texts.items()
        if re.search("^% (Invalid|Incomplete|Ambiguous)", text, re.MULTILINE)
    ]

    assert refused == []


def test_genie_reads_all_that_it_knows(answers: Answers, record_property: Record) -> None:
    known = [
        (host, command, answer)
        for host, by_command in answers.items()
        for command, answer in by_command.items()
        if answer is not None
    ]
    refused = [(host, command, a["refused"]) for host, command, a in known if "refused" in a]
    total = sum(len(by_command) for by_command in answers.values())
    record_property(
        "counts",
        f"genie: {total} outputs, {len(known)} of them known to it, {len(refused)} not readable",
    )

    assert [row for row in refused if row[1] not in UNREADABLE] == []
    assert {command for _, command, _ in refused} == UNREADABLE.keys()


def test_genie_reads_what_the_product_reads(
    outputs: Outputs, answers: Answers, record_property: Record
) -> None:
    read = [
        (command, outputs[host][command], answer["read"])
        for host, by_command in answers.items()
        for command, answer in by_command.items()
        if compared(command) and answer is not None
    ]
    found = [
        (command, *difference)
        for command, text, answer in read
        for difference in differences(command, text, answer)
    ]
    by_defect = [defect(command, fact, genies) for command, fact, _, genies in found]
    record_property(
        "counts",
        f"genie: {len(read)} outputs compared, {len(found)} differences, all of them known",
    )

    assert [row for row, known in zip(found, by_defect, strict=True) if known is None] == []
    assert set(by_defect) == set(DEFECTS)
