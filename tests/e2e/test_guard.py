"""The redundancy guard: a site's last working path is interrupted by name only."""

from noe import STRONG, Operator

NEU = ("--site", "neu")
PROPOSAL = ("crypto ikev2 proposal fvrf-gcm256-v1", "prf sha256")


def test_what_would_interrupt_every_tunnel_of_a_site_is_refused_until_it_is_named(
    settled: Operator,
) -> None:
    settled.type(STRONG, *PROPOSAL)
    before = len(settled.events())

    plan = settled.do("plan", *NEU)
    refused = settled.rollout(*NEU)

    told = "Tunnel0, Tunnel1: the last working path of site neu from INSIDE_VRF"
    assert f"guard: {told} (--allow-outage neu)" in plan.out
    assert (refused.code, refused.outcome(STRONG)) == (2, "skipped")
    assert told in refused.reason(STRONG)
    assert settled.writes(before) == []

    named = settled.rollout(*NEU, "--allow-outage", "neu")

    assert (named.code, named.outcome(STRONG)) == (0, "confirmed")


def test_one_tunnel_that_works_is_not_taken_while_the_other_is_down(settled: Operator) -> None:
    settled.type(STRONG, "interface Tunnel1", "shutdown")
    settled.type(STRONG, "crypto ipsec profile fvrf-azure-vng-0", "set pfs group14")

    refused = settled.rollout(*NEU)

    assert (refused.code, refused.outcome(STRONG)) == (2, "skipped")
    assert "take Tunnel0: the last working path" in refused.reason(STRONG)
    settled.type(STRONG, "crypto ipsec profile fvrf-azure-vng-0", "set pfs group20")
    assert settled.rollout(*NEU).outcome(STRONG) == "confirmed"


def test_a_path_that_works_beside_it_lets_a_tunnel_go(settled: Operator) -> None:
    settled.type(STRONG, "crypto ipsec profile fvrf-azure-vng-0", "set pfs group14")

    done = settled.rollout(*NEU)

    assert (done.code, done.outcome(STRONG)) == (0, "confirmed")


def test_a_site_that_is_named_must_be_one(settled: Operator) -> None:
    refused = settled.rollout("--allow-outage", "nowhere")

    assert refused.code == 2
    assert "nothing in the inventory is named 'nowhere'" in refused.err
