"""The example to copy for a real network is sound and complete as it is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

from fvrf.crypto import STRONG
from fvrf.plan.model import RouterPlan
from tasks.project import Project, Selection, open_project

ROOT = Path(__file__).parent.parent.parent
CONFIG = ROOT / "examples" / "production" / "config.yaml"


def opened() -> Project:
    """Open it as for work on both ends: no lab is looked for."""
    return open_project(CONFIG, Selection())


def test_it_is_valid_from_any_folder_and_without_any_secret_set(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own runbook
        [sys.executable, ROOT / "runbooks" / "validate.py", "--config", CONFIG, "--json"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "routers": 1,
        "gateways": 1,
        "connections": 2,
        "warnings": [],
    }


def test_it_is_for_a_real_network() -> None:
    project = opened()

    assert project.settings.lab is None
    assert project.settings.known_hosts is None
    assert project.clock.speed == 1.0
    assert {g.identity.kind for g in project.intent.gateways.values()} == {"default"}
    assert {g.cloud for g in project.intent.gateways.values()} == {"public"}


def test_it_is_in_the_scheme_fvrf_with_the_strong_policy_and_keys_from_the_environment() -> None:
    project = opened()
    (plan,) = project.plan.routers.values()

    assert plan.scheme == "fvrf"
    assert {c.crypto for c in plan.connections} == {STRONG}
    assert _references(project, plan) == {
        "env:ROUTER_PASSWORD",
        "env:ROUTER_ENABLE",
        "env:PSK_BRANCH1_ONE",
        "env:PSK_BRANCH1_TWO",
    }


def _references(project: Project, plan: RouterPlan) -> set[str]:
    host = project.nornir.inventory.hosts[plan.host]
    options = host.get_connection_parameters("netmiko")
    login = {str(host.password), str((options.extras or {})["secret"])}
    return login | {str(c.key) for c in plan.connections}


def test_what_stands_there_as_a_comment_may_be_uncommented(tmp_path: Path) -> None:
    copytree(CONFIG.parent, tmp_path, dirs_exist_ok=True)
    for file in (tmp_path / "config.yaml", tmp_path / "inventory" / "hosts.yaml"):
        text = file.read_text().replace("kind: default", "# instead of the default,")
        file.write_text(re.sub(r"^( *)# (\w+: )", r"\1\2", text, flags=re.MULTILINE))

    project = open_project(tmp_path / "config.yaml", Selection())

    assert project.settings.known_hosts == tmp_path / "known_hosts"
    assert project.intent.gateways["hub-vpngw"].nics == ("vm1-nic",)
    assert project.intent.gateways["hub-vpngw"].identity.kind == "client_secret"
