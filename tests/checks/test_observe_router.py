"""A router is observed with few commands, and a router without anything of ours is observed too."""

import json

from fvrf.checks.observation import jsonable
from fvrf.checks.router import check_router
from fvrf.expected import expected_router
from fvrf.iosxe.parse.commands import router_commands
from fvrf.iosxe.parse.observe import observe_router
from fvrf.plan.model import RouterPlan


def test_the_articles_router_is_asked_bottom_up(plan: RouterPlan) -> None:
    assert router_commands(plan) == (
        "show ip interface brief",
        "show running-config | section crypto ipsec profile",
        "show crypto ikev2 session",
        "show crypto session detail",
        "show ip bgp vpnv4 vrf OUTSIDE_ONE summary",
        "show ip bgp vpnv4 vrf OUTSIDE_TWO summary",
        "show ip route vrf OUTSIDE_ONE",
        "show ip route vrf OUTSIDE_TWO",
        "show ip route vrf INSIDE_VRF",
        "show ip route vrf INSIDE_VRF 10.0.0.0 255.255.0.0",
        "show ip bgp vpnv4 vrf OUTSIDE_ONE neighbors 10.0.255.254 advertised-routes",
        "show ip bgp vpnv4 vrf OUTSIDE_TWO neighbors 10.0.255.254 advertised-routes",
        "show interfaces | include line protocol|packets output",
    )


def test_an_observation_is_plain_json(plan: RouterPlan, outputs: dict[str, str]) -> None:
    seen = json.loads(json.dumps(jsonable(observe_router(plan, outputs))))

    assert seen["tables"]["OUTSIDE_ONE"]["routes"][1] == {
        "prefix": "10.0.255.254/32",
        "code": "S",
        "paths": [{"next_hop": None, "vrf": None, "interface": "Tunnel0"}],
    }


def test_a_router_before_its_first_rollout_fails_every_check_and_none_is_an_error(
    plan: RouterPlan, outputs: dict[str, str]
) -> None:
    replies = {
        "show crypto": "",
        "show running-config": "",
        "show ip bgp": "% BGP not active\n",
        "show ip route": "% IP routing table vrf OUTSIDE_ONE does not exist\n",
    }
    for command in outputs:
        for start, reply in replies.items():
            if command.startswith(start):
                outputs[command] = reply
    interfaces = outputs["show ip interface brief"]
    outputs["show ip interface brief"] = interfaces[: interfaces.index("Tunnel0")]

    findings = check_router(expected_router(plan), observe_router(plan, outputs))

    assert {f.verdict for f in findings if not f.subject.startswith("Gigabit")} == {"failed"}
    assert str(findings[3]) == (
        "Tunnel0 interface: expected up, 192.168.255.254, actual no such interface"
    )
