"""What is ours is put right as a whole; what is not is shown, left alone, or asked for."""

from noe import ARTICLE, STRONG, Operator

BODY_MSS = ("interface Tunnel1", "ip tcp adjust-mss 1300")
STRAY = (
    "interface Tunnel50",
    "ip vrf forwarding OUTSIDE_ONE",
    "ip address 192.0.2.1 255.255.255.252",
    "ip route vrf OUTSIDE_ONE 198.51.100.0 255.255.255.0 Tunnel50",
    "router bgp 64903",
    "address-family ipv4 vrf OUTSIDE_ONE",
    "neighbor 192.0.2.2 remote-as 65000",
    "neighbor 192.0.2.2 activate",
)
COLLEAGUE = (
    "ip vrf INSIDE_VRF",
    "route-target import 65000:9",
    "crypto ikev2 keyring colleague",
    "peer X",
    "address 192.0.2.77",
    "pre-shared-key Another123",
)


def test_what_strayed_into_a_vrf_of_ours_goes_and_a_colleague_s_work_stays(
    settled: Operator,
) -> None:
    before = settled.running(STRONG)
    settled.type(STRONG, *COLLEAGUE)
    with_colleague = settled.running(STRONG)
    settled.type(STRONG, *STRAY)

    plan = settled.do("plan", "--site", "neu")
    done = settled.rollout("--site", "neu")

    assert "  Tunnel50: removed" in plan.out
    assert "  foreign: ip vrf INSIDE_VRF: route-target import 65000:9" in plan.out
    assert (done.code, done.outcome(STRONG)) == (0, "confirmed"), done.reason(STRONG)
    assert settled.running(STRONG) == with_colleague
    assert (
        "foreign: ip vrf INSIDE_VRF: route-target import 65000:9"
        in (done.router(STRONG)["warnings"])
    )
    settled.type(STRONG, "no crypto ikev2 keyring colleague")
    settled.type(STRONG, "ip vrf INSIDE_VRF", "no route-target import 65000:9")
    assert settled.running(STRONG) == before


def test_vrf_without_our_mark_is_a_conflict_until_adopted(settled: Operator) -> None:
    before = settled.running(STRONG)
    settled.type(STRONG, "ip vrf OUTSIDE_ONE", "description of a customer")
    since = len(settled.events())

    plan = settled.do("plan", "--site", "neu")
    refused = settled.rollout("--site", "neu")

    assert plan.code == 1
    assert "  conflict: ip vrf OUTSIDE_ONE is there and does not bear our mark" in plan.out
    assert (refused.code, refused.outcome(STRONG)) == (2, "skipped")
    assert "--adopt, or mend it by hand" in refused.reason(STRONG)
    assert settled.writes(since) == []

    adopted = settled.rollout("--site", "neu", "--adopt")

    assert (adopted.code, adopted.outcome(STRONG)) == (0, "confirmed")
    assert settled.running(STRONG) == before


def test_drift_of_a_site_that_was_not_chosen_is_left_at_both_ends(settled: Operator) -> None:
    for host, connection in ((ARTICLE, "CSR_OUTSIDE_1"), (STRONG, "fvrf-neu-branch-csr-0")):
        settled.type(host, *BODY_MSS)
        settled.azure.edit(connection, lambda body: body["properties"].update(enableBgp=False))
    since, other = len(settled.events()), settled.running(STRONG)

    done = settled.rollout("--host", ARTICLE)

    assert (done.code, done.outcome(ARTICLE)) == (0, "confirmed"), done.reason(ARTICLE)
    assert [router["host"] for router in done.report["routers"]] == [ARTICLE]
    assert {event["end"] for event in settled.writes(since)} == {ARTICLE, "azure"}
    assert settled.running(STRONG) == other
    assert not settled.azure.body("fvrf-neu-branch-csr-0")["properties"]["enableBgp"]

    rest = settled.rollout("--gateway", "azure-vng", "--site", "neu")

    assert (rest.code, rest.outcome(STRONG)) == (0, "confirmed"), rest.reason(STRONG)
    assert settled.do("plan", "--site", "scus", "--site", "neu").code == 0
