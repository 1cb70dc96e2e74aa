"""A router that moves to another AS: the old process goes whole, and only if all in it is ours."""

import re

import pytest
from test_iosxe_diff import PLANS, base

from fvrf.intent.pacing import Pacing
from fvrf.iosxe.diff import RouterDiff, compare
from fvrf.iosxe.emit import commands, inverse
from fvrf.iosxe.interrupted import interrupted
from fvrf.iosxe.replies import classify
from tasks.push import paced

OLD, NEW = "64999", "64900"
THEIRS = re.compile(r"^ *(neighbor 192\.168\.1\.1|network) .*\n", re.MULTILINE)


def under_old_asn(scheme: str) -> str:
    """Return the running configuration under the old AS, nothing foreign in its process."""
    return THEIRS.sub("", base(scheme, "running").replace(NEW, OLD))


def moved(scheme: str, running: str | None = None, from_asn: str = OLD) -> RouterDiff:
    text = running or under_old_asn(scheme)
    return compare(PLANS[scheme], base(scheme, "intended"), text, from_asn=int(from_asn))


def lines(diff: RouterDiff) -> list[str]:
    return [line for block in commands(diff) for line in block.lines]


@pytest.mark.parametrize("scheme", PLANS)
def test_the_old_process_goes_first_and_rd_and_targets_follow_before_the_new_comes(
    scheme: str,
) -> None:
    typed = lines(moved(scheme))
    begins = typed.index(f"router bgp {NEW}")

    assert typed[0] == f"no router bgp {OLD}"
    assert not [line for line in typed if line == f"router bgp {OLD}"]
    assert all(i < begins for i, line in enumerate(typed) if line.startswith(("rd ", "no rd ")))
    families = re.findall(r"address-family ipv4 vrf (\S+)", base(scheme, "running"))
    assert [line.split()[-1] for line in typed if "address-family ipv4 vrf" in line] == families
    assert interrupted(moved(scheme)) >= {"Tunnel1"}


@pytest.mark.parametrize("scheme", ["fvrf", "definition", "trunk"])
def test_the_customers_own_route_targets_are_typed_again_after_the_new_rd(scheme: str) -> None:
    typed = lines(moved(scheme))

    assert typed.index("rd 64900:3") < typed.index("route-target import 64512:50")


@pytest.mark.parametrize("scheme", PLANS)
def test_the_way_back_is_the_same_the_other_way_round(scheme: str) -> None:
    blocks = inverse(PLANS[scheme], under_old_asn(scheme), base(scheme, "running"))
    typed = [line for block in blocks for line in block.lines]
    clean = THEIRS.sub("", base(scheme, "running"))
    back = inverse(PLANS[scheme], under_old_asn(scheme), clean)

    if "neighbor 192.168.1.1" in base(scheme, "running"):
        assert typed == []
    assert next(line for block in back for line in block.lines) == f"no router bgp {NEW}"


@pytest.mark.parametrize(
    ("scheme", "was", "more", "stranger"),
    [
        ("article", "router bgp 64999\n", " neighbor 192.0.2.1 remote-as 65001\n", "192.0.2.1"),
        (
            "article",
            " address-family ipv4 vrf OUTSIDE_ONE\n",
            "  neighbor 10.9.9.9 remote-as 65001\n",
            "10.9.9.9",
        ),
        (
            "fvrf",
            "router bgp 64999\n",
            " address-family ipv4 vrf BRANCH_LAN\n  redistribute connected\n",
            "vrf BRANCH_LAN: redistribute connected",
        ),
        ("fvrf", "ip vrf BRANCH_LAN\n", " route-target import 64999:3\n", "BRANCH_LAN"),
    ],
)
def test_nothing_goes_that_is_not_ours(scheme: str, was: str, more: str, stranger: str) -> None:
    running = under_old_asn(scheme)
    assert running.count(was) == 1

    diff = moved(scheme, running.replace(was, was + more))

    assert [line for line in diff.strangers if stranger in line]
    assert [text for text in diff.conflicts if "a router has one BGP process" in text]
    assert not [line for line in lines(diff) if line.startswith("no router bgp")]


def test_another_process_than_the_one_named_stays_a_conflict() -> None:
    diff = moved("article", from_asn="64998")

    assert [text for text in diff.conflicts if "--from-asn 64999" in text]


def test_the_new_process_is_typed_alone_and_not_before_the_old_is_gone() -> None:
    writes = list(paced(commands(moved("article")), Pacing()))
    flat = [line for write in writes for line in write]

    assert flat.index(f"no router bgp {OLD}") < flat.index(f"router bgp {NEW}")
    assert all(len(write) == 1 for write in writes if write[0].startswith("router bgp"))


def test_a_second_process_is_an_error_whatever_mode_it_leaves() -> None:
    said = "BGP is already running; AS is 64999"

    assert classify("router bgp 64900", said).kind == "error"
