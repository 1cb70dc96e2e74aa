"""What the router answers, and how grave it is."""

import pytest

from fvrf.iosxe.replies import Reply, classify

INVALID = "         ^\n% Invalid input detected at '^' marker.\n"
PROFILE = (
    "IKEv2 profile MUST have:\n"
    "   1. A local and a remote authentication method.\n"
    "   2. A match identity or a match certificate or match any statement.\n"
)
LOG = "*May  4 14:05:35.179: %SYS-5-CONFIG_I: Configured from console by noe on vty0"


@pytest.mark.parametrize(
    ("sent", "reply", "kind"),
    [
        ("rd 64900:1", "", "ok"),
        ("rd 64900:1", "\r\n  \r\n", "ok"),
        ("end", LOG, "ok"),
        ("end", "%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON", "ok"),
        ("end", "000042: *May  4 14:05:35.179 UTC: %LINEPROTO-5-UPDOWN: Line protocol down", "ok"),
        ("crypto ikev2 profile P", PROFILE, "notice"),
        (
            "ip vrf forwarding OUT1",
            "% Interface Gi2 IPv4 disabled and address(es) removed due to enabling VRF OUT1",
            "notice",
        ),
        ("proposal P", "% Policy already has same proposal set", "notice"),
        ("encryption 3des", "%Warning: weaker encryption algorithm is deprecated", "notice"),
        ("no ip route 10.0.0.0 255.0.0.0 Tunnel1", "%No matching route to delete", "notice"),
        (
            "no ip vrf A",
            "% IPv4 addresses from all interfaces in VRF A have been removed",
            "notice",
        ),
        ("interface Tunnel1", INVALID, "error"),
        ("neighbor", "% Incomplete command.\n", "error"),
        ("ex", '% Ambiguous command:  "ex"', "error"),
        (
            "ip route vrf X 10.0.0.0 255.0.0.0 Null0",
            "% VRF X not configured, invalid vrf name",
            "error",
        ),
        ("tunnel mode ipsec ipv4", "% something never seen before", "error"),
        ("tunnel mode ipsec ipv4", "%something never seen before", "error"),
        ("description x", f"{LOG}\n{INVALID}", "error"),
        ("pre-shared-key x", "%Warning: password will be truncated to 32 characters", "error"),
        ("rd 64900:1", "% RD 64900:1 already in use by VRF OLD", "retry"),
        ("ip vrf OUT1", "% VRF OUT1 is being deleted, please try later", "retry"),
        ("no crypto ipsec profile P", "% Profile P is in use", "retry"),
        ("copy a b", "%Warning: a file exists\nDo you want to over write? [confirm]", "question"),
        ("crypto x", "Continue? (yes/no): ", "question"),
        ("copy a b", "Destination filename [startup-config]? ", "question"),
        (
            "configure replace a",
            "Enter Y if you are sure you want to proceed. ? [no]: ",
            "question",
        ),
        ("end", "Rollback Confirmed Change: Rollback will begin in one minute.", "notice"),
    ],
)
def test_a_reply_is_as_grave_as_its_gravest_part(sent: str, reply: str, kind: str) -> None:
    assert classify(sent, reply).kind == kind


def test_the_text_is_free_of_logs_and_carets() -> None:
    assert classify("foo", f"{LOG}\n{INVALID}") == Reply(
        kind="error", text="% Invalid input detected at '^' marker."
    )
