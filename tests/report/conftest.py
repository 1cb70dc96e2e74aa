"""A realistic report: three routers confirmed, one rolled back, one lost from sight."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fvrf.checks.finding import Finding, Verdict
from fvrf.journal import Outcome, Step, Timing
from fvrf.report.model import (
    AzureStep,
    Backup,
    ChangeReport,
    ConnectionReport,
    GatewayReport,
    RouterReport,
)

START = datetime(2026, 11, 25, 1, 49, 3, tzinfo=UTC)
GATEWAY = "azure-vng"
DIFF = """\
--- running
+++ intended
@@ crypto ikev2 keyring KEYRING @@
 crypto ikev2 keyring KEYRING
  peer AZURE
-  pre-shared-key <<unknown>>
+  pre-shared-key <<file:psk-{site}>>
@@ ip vrf OUTSIDE_TWO @@
+ip vrf OUTSIDE_TWO
+ rd {asn}:2
+ route-target export {asn}:2
+ route-target import {asn}:3
@@ interface Tunnel1 @@
+interface Tunnel1
+ ip vrf forwarding OUTSIDE_TWO
+ ip unnumbered GigabitEthernet2
+ ip tcp adjust-mss 1350
+ tunnel source GigabitEthernet2
+ tunnel mode ipsec ipv4
+ tunnel destination 23.98.148.37
+ tunnel vrf OUTSIDE_TWO
+ tunnel protection ipsec profile IPSEC_PROFILE
"""
# check, end, subject, expected, what a bare router shows, whether tunnel 1 has a part in it
LOOKS = (
    ("ikev2", "router", "Tunnel0 IKEv2 session 172.16.0.5 -> 23.98.148.37", "READY", "none", False),
    ("ikev2", "router", "Tunnel1 IKEv2 session 172.16.1.4 -> 23.98.148.37", "READY", "none", True),
    ("line_protocol", "router", "Tunnel0 line protocol", "up", "no such interface", False),
    ("line_protocol", "router", "Tunnel1 line protocol", "up", "no such interface", True),
    ("bgp", "router", "OUTSIDE_ONE BGP neighbor 10.0.255.254", "established", "none", False),
    ("bgp", "router", "OUTSIDE_TWO BGP neighbor 10.0.255.254", "established", "none", True),
    ("outside_route", "router", "OUTSIDE_ONE route to 10.0.0.0/16", "BGP", "none", False),
    ("outside_route", "router", "OUTSIDE_TWO route to 10.0.0.0/16", "BGP", "none", True),
    ("paths", "router", "INSIDE_VRF route to 10.0.0.0/16, paths", "2 paths", "none", True),
    ("connection", GATEWAY, "connection {site}-0", "Connected", "no such connection", False),
    ("connection", GATEWAY, "connection {site}-1", "Connected", "no such connection", True),
    ("peer", GATEWAY, "{site}-0 BGP peer {peer0}", "1 x Connected", "no such peer", False),
    ("peer", GATEWAY, "{site}-1 BGP peer {peer1}", "1 x Connected", "no such peer", True),
    ("learned", GATEWAY, "{site}-1 route to 172.{octet}.0.0/16", "1 x", "0 x", True),
)
HALF = {
    "ikev2": "IN-NEG, retransmitting",
    "line_protocol": "down",
    "bgp": "Idle, for never",
    "outside_route": "no such route",
    "paths": "1 path: 10.0.255.254 (OUTSIDE_ONE)",
    "connection": "NotConnected",
    "peer": "Connecting, 0 received",
    "learned": "0 x",
}
STEPS = (
    (Step.PREFLIGHT, 1.2), (Step.SNAPSHOT, 2.6), (Step.BACKUP, 1.1), (Step.DIFF, 0.2),
    (Step.AZURE_APPLY, 34.0), (Step.PUSH, 8.4), (Step.VERIFY, 41.0), (Step.CONFIRM, 0.9),
    (Step.SAVE, 2.2), (Step.POST_SNAPSHOT, 2.4),
)  # fmt: skip
ROLLED_BACK = (*STEPS[:6], (Step.VERIFY, 300.0), (Step.REVERT, 6.3), (Step.AZURE_UNDO, 12.0))


def findings(number: int, site: str, seen: str) -> tuple[Finding, ...]:
    """Make the findings of one look: `bare`, `good`, or `half`, where tunnel 1 is missing."""
    words = {
        "site": site,
        "octet": 16 + number,
        "peer0": f"192.168.255.{250 + number}",
        "peer1": f"172.{16 + number}.1.4",
    }
    made = []
    for check, end, subject, expected, bare, second in LOOKS:
        bad = seen == "bare" or (seen == "half" and second)
        actual = bare if bad else expected
        if seen == "half" and bad:
            actual = HALF[check]
        verdict: Verdict = "failed" if bad else "passed"
        made.append(
            Finding(
                end=f"{site}-onprem-csr" if end == "router" else end,
                check=check,
                subject=subject.format(**words),
                expected=expected,
                actual=actual,
                verdict=verdict,
                connection=f"{site}-{int(second)}",
            )
        )
    return tuple(made)


def unseen(number: int, site: str) -> tuple[Finding, ...]:
    """Make the findings of a look at a router that does not answer."""
    return tuple(
        replace(found, actual="could not look: SSH was lost, then refused", verdict="error")
        if found.end != GATEWAY
        else found
        for found in findings(number, site, "half")
    )


def timings(steps: Iterable[tuple[Step, float]]) -> tuple[Timing, ...]:
    made, at = [], START
    for step, seconds in steps:
        end = at + timedelta(seconds=seconds)
        made.append(Timing(step=step, started=at, finished=end, failed=seconds >= 300))
        at = end
    return tuple(made)


def router(
    number: int,
    site: str,
    outcome: Outcome,
    reason: str,
    *,
    post: tuple[Finding, ...],
    steps: tuple[tuple[Step, float], ...] = STEPS,
    undone: bool = False,
) -> RouterReport:
    diff = DIFF.format(site=site, asn=64900 + number)
    return RouterReport(
        host=f"{site}-onprem-csr",
        site=site,
        outcome=outcome,
        reason=reason,
        pre=findings(number, site, "bare"),
        post=post,
        diff=diff,
        commands=tuple(line[1:] for line in diff.splitlines() if line[:2] in ("+i", "+ ")),
        azure=tuple(
            AzureStep(
                action=action,
                resource=resource.format(site=site),
                result="undone" if undone else "done",
                detail=detail.format(site=site),
                connection=f"{site}-1",
                duration_s=seconds,
            )
            for action, resource, detail, seconds in (
                ("create", "local network gateway {site}-1-lng", "address, BGP address, AS", 8.1),
                ("create", "connection {site}-1", "IKEv2, BGP, ipsecPolicies", 22.5),
                ("set key", "connection {site}-1", "from file:psk-{site}, read back", 3.4),
            )
        ),
        connections=tuple(
            ConnectionReport(name=f"{site}-{end}", gateway=GATEWAY, outcome=outcome)
            for end in (0, 1)
        ),
        timings=timings(steps),
        backup=Backup(
            path=f"backups/{site}-onprem-csr/20261125T014903Z-{'9f86d081884c7d65'[number:]}.cfg",
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    )


@pytest.fixture(name="sample")
def sample_fixture() -> ChangeReport:
    return sample()


def sample() -> ChangeReport:
    confirmed = "all 14 checks passed; confirmed and saved"
    return ChangeReport(
        change_id="20261125T014903Z",
        command="fvrf rollout --gateway azure-vng --yes",
        tool_version="0.1.0",
        started=START,
        finished=START + timedelta(seconds=412),
        exit_code=1,
        routers=(
            router(0, "scus", Outcome.CONFIRMED, confirmed, post=findings(0, "scus", "good")),
            router(1, "neur", Outcome.CONFIRMED, confirmed, post=findings(1, "neur", "good")),
            router(
                2,
                "weur",
                Outcome.ROLLED_BACK,
                "Tunnel1 did not come up within 300 s; the running configuration equals the backup",
                post=findings(2, "weur", "half"),
                steps=ROLLED_BACK,
                undone=True,
            ),
            router(3, "eastus", Outcome.CONFIRMED, confirmed, post=findings(3, "eastus", "good")),
            router(
                4,
                "jpe",
                Outcome.UNKNOWN,
                "SSH was lost after 17 of 42 lines; the router's own timer takes the change back at"
                " 2026-11-25T01:59:51Z",
                post=unseen(4, "jpe"),
                steps=STEPS[:6],
            ),
        ),
        gateways=(
            GatewayReport(
                host=GATEWAY,
                timings=timings(((Step.AZURE_READ, 1.4), (Step.AZURE_APPLY, 170.0))),
            ),
        ),
        warnings=(
            "scus-onprem-csr: crypto policy article-legacy uses SHA-1 and group 2",
            "neur-onprem-csr: one keyring for all connections: their keys cannot be rotated singly",
        ),
    )
