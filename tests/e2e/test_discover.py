"""A site that was built by hand, by the article's text, is taken over without a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from noe import ARTICLE, ROOT, Operator, operating

SHIPPED = yaml.safe_load((ROOT / "inventory/hosts.yaml").read_text())
BARE = {"groups": ["csr"]}
TEXT = ROOT / "tests/fixtures/article/router.cfg"
KEY = "azure123"
PLACE = ("subscription", "resource_group", "cloud", "identity")
SITES = {
    "CSR_OUTSIDE_1": ("198.51.100.10", "192.168.255.254"),
    "CSR_OUTSIDE_2": ("198.51.100.11", "172.16.1.4"),
}
POLICY = {
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA1",
    "dhGroup": "DHGroup2",
    "ipsecEncryption": "AES256",
    "ipsecIntegrity": "SHA1",
    "pfsGroup": "None",
    "saLifeTimeSeconds": 3600,
    "saDataSizeKilobytes": 102400000,
}


def build_by_hand(operator: Operator) -> None:
    """Do both ends as an NOE with a terminal and a portal would."""
    for name, (public, bgp) in SITES.items():
        settings = {"asn": 64900, "bgpPeeringAddress": bgp}
        operator.azure.create(f"{name}_LNG", {"gatewayIpAddress": public, "bgpSettings": settings})
        ends = {
            "virtualNetworkGateway1": {"id": operator.azure.id("azure-vng")},
            "localNetworkGateway2": {"id": operator.azure.id(f"{name}_LNG")},
        }
        operator.azure.create(
            name,
            {
                **ends,
                "connectionType": "IPsec",
                "enableBgp": True,
                "sharedKey": KEY,
                "ipsecPolicies": [POLICY],
            },
        )
    operator.type(ARTICLE, *(line for line in TEXT.read_text().splitlines() if line.strip()))


def write(folder: Path, hosts: dict[str, Any]) -> None:
    (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts))


@contextmanager
def inventory(noe: Operator, hosts: dict[str, Any]) -> Iterator[None]:
    """Let the inventory say something else for a while."""
    file = noe.folder / "inventory/hosts.yaml"
    before = file.read_text()
    write(file.parent, hosts)
    yield
    file.write_text(before)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator who knows of a router how to reach it, and of the gateway what it is."""
    with operating(tmp_path_factory.mktemp("hand")) as operator:
        build_by_hand(operator)
        own = operator.folder / "inventory"
        own.mkdir()
        write(own, {"azure-vng": SHIPPED["azure-vng"], ARTICLE: BARE, "other-csr": BARE})
        config = yaml.safe_load(operator.config.read_text())
        config["inventory"]["options"]["host_file"] = str(own)
        operator.config.write_text(yaml.safe_dump(config))
        yield operator


def test_a_router_built_from_the_article_is_taken_over_without_a_line(by_hand: Operator) -> None:
    since, out = len(by_hand.events()), by_hand.folder / "discovered.yaml"

    done = by_hand.do("discover", "--host", ARTICLE, "--out", str(out))

    assert (done.code, done.err.splitlines()) == (
        0,
        [f"{ARTICLE}: taken over whole; a plan of it changes no line"],
    )
    assert by_hand.writes(since) == []
    assert KEY not in out.read_text()

    found = yaml.safe_load(out.read_text())[ARTICLE]
    secret = by_hand.run / "secrets" / f"psk-{ARTICLE}-0"
    secret.touch(mode=0o600)
    secret.write_text(KEY)
    with inventory(by_hand, {"azure-vng": SHIPPED["azure-vng"], ARTICLE: found}):
        plan = by_hand.do("plan", "--adopt")
        adopted = by_hand.rollout("--adopt")
        again = by_hand.do("plan")

    assert without_keys(found["data"]) == without_keys(SHIPPED[ARTICLE]["data"]) | {"site": ARTICLE}
    assert f"{ARTICLE}: in sync" in plan.out
    assert tagged(plan.out) == {*SITES, *(f"{name}_LNG" for name in SITES)}
    assert (adopted.code, adopted.outcome(ARTICLE)) == (0, "confirmed"), adopted.reason(ARTICLE)
    assert (again.code, by_hand.azure.key("CSR_OUTSIDE_1")) == (0, KEY)


def test_a_gateway_is_described_from_its_place_alone(by_hand: Operator) -> None:
    whole = SHIPPED["azure-vng"]["data"]
    place = {key: whole[key] for key in PLACE}
    with inventory(by_hand, {"azure-vng": {"groups": ["gateway"], "data": place}}):
        done = by_hand.do("discover", "--gateway", "azure-vng", "--json")

    found = done.json["gateways"]["azure-vng"]
    assert (done.code, done.err, found["left"]) == (0, "azure-vng: read\n", [])
    assert {**found["entry"]["data"], "probe": whole["probe"]} == {
        **whole,
        "sku": "VpnGw2",
        "generation": 2,
    }


def test_a_gateway_that_the_inventory_has_otherwise_is_told_with_both_values(
    by_hand: Operator,
) -> None:
    wrong = {"sku": "VpnGw1", "prefixes": ["10.0.0.0/16", "10.9.0.0/16"]}
    gateway = {"groups": ["gateway"], "data": SHIPPED["azure-vng"]["data"] | wrong}
    with inventory(by_hand, {"azure-vng": gateway, ARTICLE: SHIPPED[ARTICLE]}):
        done = by_hand.do("discover", "--gateway", "azure-vng")
        plan = by_hand.do("plan")

    assert (done.code, done.err.splitlines()) == (
        1,
        [
            "azure-vng: not as the inventory has it",
            "  sku: the inventory has VpnGw1, Azure VpnGw2",
            "  prefixes: the inventory has 10.0.0.0/16, 10.9.0.0/16, Azure 10.0.0.0/16",
        ],
    )
    assert yaml.safe_load(done.out)["azure-vng"]["data"]["sku"] == "VpnGw2"
    assert "conflict: azure-vng: SKU: expected VpnGw1, actual VpnGw2" in plan.out
    assert "prefix 10.9.0.0/16 is not in the gateway's network (10.0.0.0/16)" in plan.out


def test_what_is_there_is_not_overwritten_and_someone_must_be_named(by_hand: Operator) -> None:
    there = by_hand.folder / "there.yaml"
    there.write_text("mine")

    kept = by_hand.do("discover", "--host", ARTICLE, "--out", str(there))
    nobody = by_hand.do("discover")
    stranger = by_hand.do("discover", "--host", "nobody-csr")

    assert (kept.code, there.read_text()) == (2, "mine")
    assert "there.yaml: is there already -> name a new file: nothing is overwritten" in kept.err
    assert (nobody.code, stranger.code) == (2, 2)
    assert "--host or --gateway: is required: nothing was chosen" in nobody.err
    assert "nothing in the inventory is named 'nobody-csr'" in stranger.err


def without_keys(data: dict[str, object]) -> dict[str, object]:
    lines = yaml.safe_dump(data).splitlines()
    return dict(yaml.safe_load("\n".join(line for line in lines if " key: " not in line)))


def tagged(text: str) -> set[str]:
    """Return the resources that get tags, and nothing else; fails over any other change."""
    changed = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    for line in changed:
        fields = line.partition("(")[2].rstrip(")").split(", ")
        assert all(field.startswith("tags.") for field in fields), line
    return {line.partition(" (")[0].rpartition(" ")[2] for line in changed}
