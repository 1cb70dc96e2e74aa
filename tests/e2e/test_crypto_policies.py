"""A site moves from one crypto policy to another: both ends at once, proven, and back in sync."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from noe import ARTICLE, OUTAGE, ROOT, STRONG, Operator, operating

TOPOLOGIES = ROOT / "examples/topologies"
SHIELDED = "successor-c8000v"
OWN = {
    "ike": {"encryption": ["AES192", "AES256"], "integrity": "SHA384", "dh_group": "ECP256"},
    "esp": {"encryption": "GCMAES192", "integrity": "GCMAES192", "pfs_group": "ECP256"},
    "dpd": {"interval_s": 30, "retry_s": 3},
}
SITES = ("--site", "neu", "--site", "scus")
# Longer than any lifetime: what the ends compare at a rekey only has been compared.
REKEYED_S = 30000


def project(folder: Path, like: Path) -> Path:
    """Copy a configuration file with its hosts, to be changed."""
    config = yaml.safe_load((like / "config.yaml").read_text())
    options = config["inventory"]["options"]
    options |= {name: str(like / path) for name, path in options.items()}
    shutil.copy(options["host_file"], folder / "hosts.yaml")
    options["host_file"] = "hosts.yaml"
    (folder / "like.yaml").write_text(yaml.safe_dump(config))
    return folder / "like.yaml"


def choose(noe: Operator, *hosts: str, **keys: object) -> None:
    """Let routers have other crypto."""
    file = noe.folder / "hosts.yaml"
    tree = yaml.safe_load(file.read_text())
    for host in hosts:
        tree[host]["data"] |= keys
    file.write_text(yaml.safe_dump(tree))


@pytest.fixture(scope="module")
def noe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with an inventory of their own, whose two sites stand, one of each scheme."""
    folder = tmp_path_factory.mktemp("crypto")
    with operating(folder, like=project(folder, ROOT)) as operator:
        assert operator.rollout(*SITES).code == 0
        yield operator


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ("azure-default", []),
        ("own", [("AES192", "SHA384", "ECP256", "GCMAES192", "GCMAES192", "ECP256")]),
    ],
)
def test_both_ends_move_and_are_proven(
    noe: Operator, policy: str, shown: list[tuple[str, ...]]
) -> None:
    choose(noe, ARTICLE, STRONG, crypto=policy, crypto_policies={"own": OWN})

    done = noe.rollout(*SITES, *OUTAGE)

    assert done.code == 0, done.out
    assert {done.outcome(host) for host in (ARTICLE, STRONG)} == {"confirmed"}
    for name in done.connections(ARTICLE) | done.connections(STRONG):
        entries = noe.azure.body(name)["properties"]["ipsecPolicies"]
        assert [tuple(entry[word] for word in WORDS) for entry in entries] == shown
    noe.advance(REKEYED_S)
    assert noe.do("verify", *SITES).code == 0
    assert noe.do("plan", *SITES).code == 0


WORDS = (
    "ikeEncryption",
    "ikeIntegrity",
    "dhGroup",
    "ipsecEncryption",
    "ipsecIntegrity",
    "pfsGroup",
)


def test_connections_move_one_by_one_without_an_outage(noe: Operator) -> None:
    for moved in (1, 2):
        file = noe.folder / "hosts.yaml"
        tree = yaml.safe_load(file.read_text())
        for vrf in list(tree[STRONG]["data"]["outside"].values())[:moved]:
            vrf["connections"][0]["crypto"] = "gcm128"
        file.write_text(yaml.safe_dump(tree))

        done = noe.rollout("--site", "neu")

        assert done.code == 0, done.out
        assert done.outcome(STRONG) == "confirmed"
    assert "fvrf-own-v1" not in noe.running(STRONG)
    noe.advance(REKEYED_S)
    assert noe.do("verify", "--site", "neu").code == 0


def test_a_release_that_refuses_the_policy_is_not_written_to(tmp_path: Path) -> None:
    world = ROOT / "lab/world/topologies"
    with operating(tmp_path, like=project(tmp_path, TOPOLOGIES), world=world) as operator:
        choose(operator, SHIELDED, crypto="article-legacy")
        since = len(operator.events())

        done = operator.rollout("--host", SHIELDED)

        assert done.code == 2, done.out
        assert "IOS-XE 17.12 refuses 3DES, DH group 2" in done.out + done.err
        assert operator.writes(since) == []
