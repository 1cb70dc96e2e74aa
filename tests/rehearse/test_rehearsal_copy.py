"""What a copy is made of: names for keys at both ends, masks, and where the uplinks lead."""

from ipaddress import IPv4Address, IPv4Interface

import pytest

from fvrf.intent.model import Intent, Uplink
from fvrf.iosxe.text import keys_of
from fvrf.plan.model import Plan
from fvrf.rehearsal import GatewayCopy, KeyNames, RouterCopy, configuration, next_hop, world
from fvrf.secrets import Secret, SecretRef

HOST = "scus-onprem-csr"
SPECIFIC = "ip route vrf FRONT 23.98.148.37 255.255.255.255 172.16.1.9"
GROUP = "/subscriptions/s/resourceGroups/One/providers/Microsoft.Network"
TEXT = """\
version 16.12
username netops secret 9 $9$abc$def
snmp-server community hush RO
!
crypto ikev2 keyring AZURE_KEYRING
 peer AZURE_VNG
  address 23.98.148.37
  pre-shared-key {key}
 !
!
crypto ikev2 keyring OTHER
 peer two
  pre-shared-key local Same12345
  pre-shared-key remote Other12345
 !
!
end
"""


def resolve(_reference: SecretRef) -> Secret:
    return Secret("Intended12345")


def test_equal_keys_have_one_name_and_different_ones_have_two() -> None:
    names = KeyNames()

    found = [names.of(Secret(value)) for value in ("a", "b", "a")] + [names.spare(), names.spare()]

    assert found == ["key-1", "key-2", "key-1", "key-unread-1", "key-unread-2"]
    assert names.all == ("key-1", "key-2", "key-unread-1", "key-unread-2")
    assert names.keys == {Secret("a"), Secret("b")}


def test_a_configuration_keeps_no_secret_and_tells_its_keys_apart(plan: Plan) -> None:
    names = KeyNames()

    text = configuration(TEXT.format(key="Same12345"), plan.routers[HOST], names, resolve)

    assert "  pre-shared-key <<key-1>>\n" in text
    assert "  pre-shared-key local <<key-1>>\n" in text
    assert "  pre-shared-key remote <<key-2>>\n" in text
    assert keys_of(text) == {}
    for secret in ("Same12345", "Other12345", "$9$", "hush"):
        assert secret not in text


def test_a_type_6_key_is_taken_to_be_the_intended_one(plan: Plan) -> None:
    names = KeyNames()
    router = plan.routers[HOST]
    place = (router.keyrings[0].name, router.keyrings[0].peers[0].name)
    text = TEXT.replace("AZURE_KEYRING", place[0]).replace("AZURE_VNG", place[1])

    known = configuration(text.format(key="6 XYZabc"), router, names, resolve)
    unknown = configuration(
        text.replace(place[0], "STRANGE").format(key="6 XYZabc"), router, names, resolve
    )

    assert f"pre-shared-key 6 <<{names.of(Secret('Intended12345'))}>>\n" in known
    assert "pre-shared-key 6 <<key-unread-1>>\n" in unknown


@pytest.mark.parametrize(
    ("lines", "hop"),
    [
        ("", "172.16.1.1"),
        (SPECIFIC, "172.16.1.9"),
        (
            SPECIFIC + "\nip route vrf FRONT 0.0.0.0 0.0.0.0 GigabitEthernet2 172.16.1.8 name x",
            "172.16.1.8",
        ),
        ("ip route 0.0.0.0 0.0.0.0 172.16.1.7", "172.16.1.1"),
        ("ip route vrf FRONT 0.0.0.0 0.0.0.0 192.0.2.1", "172.16.1.1"),
    ],
    ids=["none", "a route", "the default route first", "another front door", "another segment"],
)
def test_the_next_hop_is_that_of_a_route_over_the_uplink(lines: str, hop: str) -> None:
    uplink = Uplink.model_validate(
        {"address": "172.16.1.4/24", "front_door": "FRONT", "public_address": "198.51.100.11"}
    )

    assert next_hop(uplink, IPv4Interface("172.16.1.4/24"), lines) == IPv4Address(hop)


def test_the_intents_next_hop_goes_before_all(intent: Intent) -> None:
    uplink = intent.routers[HOST].uplinks["GigabitEthernet2"]

    address = IPv4Interface("172.16.1.4/24")
    route = "ip route vrf OUTSIDE_TWO 0.0.0.0 0.0.0.0 172.16.1.9"

    assert next_hop(uplink, address, route) == IPv4Address("172.16.1.1")


@pytest.mark.parametrize(
    ("version", "platform"),
    [("16.12", "csr1000v-16.12"), ("17.3", "c8000v-17.12"), ("17.12", "c8000v-17.12")],
)
def test_the_platform_is_the_lab_s_next_one(intent: Intent, version: str, platform: str) -> None:
    copy = RouterCopy(host=HOST, intent=intent.routers[HOST], text=f"version {version}\nend\n")

    assert copy.platform == platform


def test_the_provider_of_a_copied_subinterface_is_in_its_vlan(intent: Intent) -> None:
    site = intent.routers[HOST]
    uplink = Uplink.model_validate(
        {"vlan": 100, "address": "172.16.9.4/24", "public_address": "198.51.100.12"}
    )
    made = site.model_copy(update={"uplinks": {"GigabitEthernet2.100": uplink}})
    copy = RouterCopy(host=HOST, intent=made, text="version 16.12\nend\n")

    assert copy.described("one.cfg")["uplinks"] == {
        "GigabitEthernet2.100": {
            "vlan": 100,
            "address": "172.16.9.4",
            "next_hop": "172.16.9.1",
            "public": "198.51.100.12",
        }
    }


def test_an_uplink_of_a_private_peering_is_one_in_the_copy(intent: Intent) -> None:
    site = intent.routers[HOST]
    two = site.outside["OUTSIDE_TWO"]
    private = two.connections[0].model_copy(update={"private_peering": True})
    outside = {**site.outside, "OUTSIDE_TWO": two.model_copy(update={"connections": (private,)})}
    made = site.model_copy(update={"outside": outside})
    copy = RouterCopy(host=HOST, intent=made, text="version 16.12\nend\n")

    uplinks = copy.described("r.cfg")["uplinks"]

    assert {name: "expressroute" in one for name, one in uplinks.items()} == {
        "GigabitEthernet1": False,
        "GigabitEthernet2": True,
    }


def test_an_uplink_by_dhcp_is_leased_an_address_of_the_lab_s(intent: Intent) -> None:
    uplink = Uplink.model_validate(
        {"address": "dhcp", "next_hop": "dhcp", "public_address": "198.51.100.12"}
    )
    made = intent.routers[HOST].model_copy(update={"uplinks": {"GigabitEthernet2": uplink}})
    copy = RouterCopy(host=HOST, intent=made, text="version 16.12\nend\n")

    assert copy.described("one.cfg")["uplinks"] == {
        "GigabitEthernet2": {
            "address": "198.18.0.10",
            "next_hop": "198.18.0.1",
            "public": "198.51.100.12",
        }
    }


def test_the_world_names_all_files_groups_and_secrets(intent: Intent) -> None:
    names = KeyNames()
    name = names.of(Secret("a"))
    local_id = f"{GROUP}/localNetworkGateways/l"
    gateway = GatewayCopy(
        name="vng",
        gateway={"id": f"{GROUP}/virtualNetworkGateways/vng", "location": "westus"},
        local_gateways=({"id": local_id.replace("One", "ONE"), "location": "westus"},),
        connections=(),
        keys={f"{GROUP}/connections/c": name},
        prefixes=("10.0.0.0/16",),
        nics=(f"{GROUP}/networkInterfaces/nic",),
    )
    router = RouterCopy(host=HOST, intent=intent.routers[HOST], text="version 16.12\nend\n")

    found = world("s", [router], [gateway], names)

    assert gateway.state()["keys"] == {f"{GROUP}/connections/c": "<<key-1>>"}
    assert found["resource_groups"] == {"One": "westus"}
    assert found["gateways"] == {
        "vng": {"state": "vng.json", "prefixes": ["10.0.0.0/16"], "nics": ["nic"]}
    }
    assert list(found["secrets"]) == [
        "router-password",
        "router-enable",
        "azure-client-secret",
        "key-1",
    ]
    assert found["routers"][HOST] == {
        "platform": "csr1000v-16.12",
        "running": f"{HOST}.cfg",
        "uplinks": {
            "GigabitEthernet1": {
                "address": "172.16.0.5",
                "next_hop": "172.16.0.1",
                "public": "198.51.100.10",
            },
            "GigabitEthernet2": {
                "address": "172.16.1.4",
                "next_hop": "172.16.1.1",
                "public": "198.51.100.11",
            },
        },
        "lan": {"GigabitEthernet3": "172.16.2.1"},
    }


LAN = """
router bgp 64900
 address-family ipv4 vrf INSIDE_VRF
  neighbor 10.9.9.9 remote-as 65100
  neighbor 172.16.2.9 remote-as 65101
  neighbor 172.16.2.9 activate
 exit-address-family
"""


def test_who_tells_a_site_of_its_networks_does_so_in_the_copy(intent: Intent) -> None:
    own = intent.routers[HOST]
    ospf = {"process": 10, "prefixes": ["172.18.0.0/16"]}
    told = {"prefixes": {}, "bgp": ["172.17.0.0/16"], "ospf": ospf}
    inside = type(own.inside["INSIDE_VRF"]).model_validate(
        own.inside["INSIDE_VRF"].model_dump() | told
    )
    router = own.model_copy(update={"inside": {"INSIDE_VRF": inside}})

    described = RouterCopy(host=HOST, intent=router, text=LAN).described("one.cfg")

    assert described["lan"] == {"GigabitEthernet3": "172.16.2.1"}
    assert described["speakers"] == [
        {"address": "172.16.2.9", "asn": 65101, "prefixes": ["172.17.0.0/16"]},
        {"address": "172.16.2.1", "ospf": 10, "prefixes": ["172.18.0.0/16"]},
    ]
    assert "speakers" not in RouterCopy(host=HOST, intent=own, text=LAN).described("one.cfg")
