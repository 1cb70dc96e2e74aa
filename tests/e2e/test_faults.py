"""What acts after the product's last write is found, taken back, and hurts no other site."""

from pathlib import Path

from noe import ARTICLE, EUS, ROUTERS, SEA, STRONG, WEU, operating

from fvrf.journal import Outcome
from tasks.journal import load

SPEAKER = "10.0.255.254/32"


def test_fault_after_the_last_write_ends_its_own_site_only(tmp_path: Path) -> None:
    """Azure negotiates another key, a route has no effect, a session is lost, a router hangs."""
    expected = {
        ARTICLE: ("rolled_back", "Tunnel0 IKEv2"),
        STRONG: ("rolled_back", "way to speaker 10.0.255.254"),
        EUS: ("unknown", "the session was lost while it was written to"),
        WEU: ("unknown", "the router stopped answering while it was written to"),
        SEA: ("confirmed", ""),
    }
    with operating(tmp_path, verify_deadline_s=160, read_timeout_s=4) as noe:
        noe.fault("wrong-key", connection="CSR_OUTSIDE_1", key="Another123")
        noe.fault("route-dropped", router=STRONG, vrf="OUTSIDE_ONE", prefix=SPEAKER)
        noe.fault("ssh-lost", router=EUS, after_lines=30)
        noe.fault("hang", router=WEU, on="^ *router bgp")
        before = {host: noe.running(host) for host in ROUTERS}

        done = noe.rollout()

        assert done.code == 1
        assert done.ends(expected) == expected
        assert {host: noe.startup(host) == before[host] for host in ROUTERS} == {
            host: host != SEA for host in ROUTERS
        }
        for host in (ARTICLE, STRONG):
            assert noe.running(host) == before[host]
            assert noe.status(host)["timer"] is None
            assert {step["result"] for step in done.router(host)["azure"]} == {"undone"}
            assert not done.connections(host) & set(noe.connections())
        for host in (EUS, WEU):
            assert "its timer runs until 2" in done.reason(host)
            assert noe.running(host) != before[host]
        noe.advance(3600)
        assert {host: noe.running(host) for host in (EUS, WEU)} == {
            host: before[host] for host in (EUS, WEU)
        }
        assert noe.logins() == 0
        assert noe.journal() == {host: [outcome] for host, (outcome, _) in expected.items()}
        journal = load(noe.changes()[-1] / "journal.jsonl").hosts
        assert journal[ARTICLE].connections == dict.fromkeys(
            done.connections(ARTICLE), Outcome.ROLLED_BACK
        )


def test_refusal_ends_the_site_that_meets_it(tmp_path: Path) -> None:
    """A router is off, one refuses a line, two hang at the end; Azure fails once and is busy."""
    expected = {
        ARTICLE: ("unreachable", "no session"),
        EUS: ("rolled_back", "overlaps with GigabitEthernet4"),
        STRONG: ("rolled_back", "InternalError"),
        WEU: ("confirmed_unsaved", "not saved: the router stopped answering"),
        SEA: ("unknown", "whether the confirmation was taken cannot be seen"),
    }
    own_address = ("interface GigabitEthernet4", "ip vrf forwarding INSIDE_VRF")
    with operating(tmp_path, read_timeout_s=4) as noe:
        noe.fault("ssh-refused", router=ARTICLE)
        noe.type(EUS, "ip vrf INSIDE_VRF", "rd 64901:3")
        noe.type(EUS, *own_address, "ip address 172.18.2.9 255.255.255.0")
        noe.fault("operation-fails", path="connections/fvrf-neu-branch-csr-1", code="InternalError")
        noe.fault(
            "azure-error",
            method="PUT",
            path="connections/WEU_OUTSIDE_1",
            status=409,
            code="AnotherOperationInProgress",
            times=3,
        )
        noe.fault("hang", router=WEU, on="^write")
        noe.fault("hang", router=SEA, on="^configure confirm")
        before = {host: noe.running(host) for host in ROUTERS}

        done = noe.rollout()

        assert done.code == 1
        assert done.ends(expected) == expected
        for host in (ARTICLE, STRONG, EUS):
            assert (noe.running(host), noe.startup(host)) == (before[host], before[host])
            assert not done.connections(host) & set(noe.connections())
        written = len(noe.events())

        alone = noe.rollout("--site", "scus")

        assert (alone.code, alone.outcome(ARTICLE)) == (2, "unreachable")
        assert noe.writes(written) == []


def test_power_that_fails_while_a_router_saves_is_seen(tmp_path: Path) -> None:
    """One is back in a minute, with its startup configuration; one is not seen again."""
    expected = {
        STRONG: ("rolled_back", "confirmed, and gone before it was saved"),
        SEA: ("unknown", "and it cannot be seen since"),
    }
    with operating(tmp_path, read_timeout_s=4, verify_deadline_s=120) as noe:
        for host, seconds in ((STRONG, 60), (SEA, 3600)):
            fuse = [{"end": host, "on": "^write memory"}]
            noe.fault("power-cycle", router=host, seconds=seconds, armed_by=fuse)
        before = noe.running(STRONG)

        done = noe.rollout("--site", "neu", "--site", "sea")

        assert (done.code, done.ends(expected)) == (1, expected)
        assert noe.running(STRONG) == before
        assert "its timer" not in done.reason(SEA)
        assert not done.connections(STRONG) & set(noe.connections())


def test_filters_hold_what_a_gateway_s_next_hop_breaks_elsewhere(tmp_path: Path) -> None:
    """All of a gateway's paths may leave by one tunnel: the route-map of scheme fvrf mends that."""
    expected = {
        ARTICLE: ("rolled_back", "expected BGP via 10.0.255.254, actual BGP via 172.16.1.4"),
        STRONG: ("confirmed", ""),
    }
    with operating(tmp_path, verify_deadline_s=100) as noe:
        noe.fault("announce-next-hop", gateway="azure-vng", next_hop="172.16.1.4")

        done = noe.rollout("--site", "scus", "--site", "neu")

        assert (done.code, done.ends(expected)) == (1, expected)


def test_operation_that_never_ends_is_given_up_at_its_deadline(tmp_path: Path) -> None:
    """It locks the gateway, too, so that the other site's connection is refused."""
    with operating(tmp_path, azure_operation_deadline_s=60) as noe:
        stuck = noe.fault("operation-stuck", path="connections/CSR_OUTSIDE_1")

        done = noe.rollout("--site", "scus", "--site", "neu")

        assert done.code == 1
        assert (done.outcome(ARTICLE), done.outcome(STRONG)) == ("failed", "rolled_back")
        assert "60 s" in done.reason(ARTICLE)
        assert "Azure keeps: create connection CSR_OUTSIDE_1" in done.reason(ARTICLE)
        assert "AnotherOperationInProgress" in done.reason(STRONG)

        noe.heal(stuck)
        noe.advance(60)

        assert noe.rollout("--site", "scus").outcome(ARTICLE) == "confirmed"


def test_wrong_login_or_azure_secret_writes_nothing(tmp_path: Path) -> None:
    with operating(tmp_path) as noe:
        with noe.secret("router-password", "wrong"):
            login = noe.rollout("--site", "scus")
        with noe.secret("azure-client-secret", "wrong"):
            azure = noe.rollout("--site", "scus")
        (noe.run / "secrets" / "psk-neu-one").unlink()
        key = noe.rollout("--site", "neu")

        assert (login.code, login.outcome(ARTICLE)) == (2, "unreachable")
        assert "login refused for user netops" in login.reason(ARTICLE)
        assert (azure.code, azure.outcome(ARTICLE)) == (2, "skipped")
        assert "its gateway cannot be read" in azure.reason(ARTICLE)
        assert (key.code, key.outcome(STRONG)) == (2, "unreachable")
        assert "file:psk-neu-one" in key.reason(STRONG)
        assert noe.writes(0) == []
