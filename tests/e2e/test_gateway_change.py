"""A gateway is changed alone, by name, and only to what the intent needs of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from noe import ROOT, Operator, operating

GATEWAY = ("--gateway", "azure-vng")
SPEAKER = "169.254.21.1"


@pytest.fixture
def noe(tmp_path: Path) -> Iterator[Operator]:
    """An operator whose intent names a speaker that the gateway has not."""
    with operating(tmp_path, speed=60, operation_s=2) as operator:
        hosts = yaml.safe_load((ROOT / "inventory/hosts.yaml").read_text())
        hosts["azure-vng"]["data"]["instances"][0]["speakers"].append(SPEAKER)
        (tmp_path / "hosts.yaml").write_text(yaml.safe_dump(hosts))
        config = yaml.safe_load(operator.config.read_text())
        config["inventory"]["options"]["host_file"] = str(tmp_path / "hosts.yaml")
        operator.config.write_text(yaml.safe_dump(config))
        yield operator


def test_a_speaker_is_added_alone_and_the_plan_is_free_again(noe: Operator) -> None:
    plan = noe.do("plan", *GATEWAY)
    beside = noe.do("rollout", "--gateway-change", "--site", "scus", "--yes")
    unasked = noe.do("rollout", "--gateway-change", *GATEWAY)
    since = len(noe.events())

    done = noe.do("rollout", "--gateway-change", *GATEWAY, "--yes", "--change", "APIPA")

    wrote = [f"{event.get('method')} {event.get('path')}" for event in noe.writes(since)]
    after = noe.do("plan", *GATEWAY)
    again = noe.do("rollout", "--gateway-change", *GATEWAY, "--yes")
    assert "conflict: azure-vng: BGP addresses: expected 10.0.255.254, 169.254.21.1" in plan.out
    assert "  only by `rollout --gateway-change`: azure-vng: " in plan.out
    assert f"customBgpIpAddresses none -> {SPEAKER}; takes Azure" in plan.out
    assert (beside.code, "changes gateways alone: choose by --gateway" in beside.err) == (2, True)
    assert (unasked.code, "F331" in unasked.err) == (2, True)
    assert (done.code, done.out.startswith("azure-vng: confirmed: ")) == (0, True), done.err
    assert [line.rpartition("/")[2] for line in wrote] == ["azure-vng"], wrote
    assert "conflict: azure-vng" not in after.out
    assert (again.code, again.out) == (0, "azure-vng: unchanged: as wanted\n")


def test_a_change_that_azure_fails_is_said_and_keeps_the_former_body(noe: Operator) -> None:
    noe.fault(
        "operation-fails", path="virtualNetworkGateways/azure-vng$", code="InternalServerError"
    )

    done = noe.do("rollout", "--gateway-change", *GATEWAY, "--yes", "--change", "BROKEN")

    journal = (noe.folder / "changes/BROKEN/journal.jsonl").read_text()
    assert (done.code, done.out.startswith("azure-vng: failed: F531")) == (1, True), done.out
    assert '"prior"' in journal
    assert '"outcome": "failed"' in journal
