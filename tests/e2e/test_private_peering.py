"""Encryption over ExpressRoute is proven, not supposed: what would bypass it is seen and named."""

import shutil
from pathlib import Path

import pytest
from noe import ROOT, operating

EXAMPLE = ROOT / "examples/topologies/config.yaml"
WORLD = ROOT / "lab/world/topologies"
HOST = ("--host", "private-csr")


def world(folder: Path, before: str, after: str) -> Path:
    """Return a copy of the topologies' world with another text in place of one."""
    copy = folder / "world"
    shutil.copytree(WORLD, copy)
    file = copy / "world.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return copy


@pytest.mark.timeout(240)
def test_a_site_whose_prefix_goes_over_expressroute_is_taken_back(tmp_path: Path) -> None:
    equal = world(
        tmp_path, "prefixes: [172.31.0.0/16]", "prefixes: [172.31.0.0/16, 172.31.16.0/20]"
    )

    with operating(tmp_path, like=EXAMPLE, world=equal, speed=40) as noe:
        done = noe.rollout(*HOST)

        assert (done.code, done.outcome("private-csr")) == (1, "rolled_back")
        (effective,) = (
            found
            for found in done.router("private-csr")["post"]
            if found["check"] == "effective" and found["verdict"] == "failed"
        )
        assert effective["actual"] == (
            "no such route; 172.31.16.0/20 by another gateway (10.20.254.4): ExpressRoute,"
            " unencrypted"
        )


@pytest.mark.timeout(240)
def test_a_gateway_without_private_addresses_is_never_changed(tmp_path: Path) -> None:
    bare = world(tmp_path, ", private_address: 10.20.255.5", "")
    bare.joinpath("world.yaml").write_text(
        bare.joinpath("world.yaml").read_text().replace(", private_address: 10.20.255.4", "")
    )

    with operating(tmp_path, like=EXAMPLE, world=bare) as noe:
        done = noe.rollout(*HOST)

        assert (done.code, done.outcome("private-csr")) == (2, "skipped")
        assert "enablePrivateIpAddress: expected on, actual off" in done.err + str(done.report)
        assert noe.writes(0) == []
