"""What concerns a virtual WAN's hub and no field alone."""

from inventories import Tree, changed, hosts, intent_of, problems_of

from fvrf.capacity.reach import overloads, reaches

INSTANCES = [
    {"public_address": "192.0.2.2", "speakers": ["10.50.255.4"]},
    {"public_address": "192.0.2.3", "speakers": ["10.50.255.5"]},
]


def hub(name: str = "gw2", **more: object) -> Tree:
    """Return the inventory with a hub that the second uplink of the first router leads to."""
    tree = hosts()
    data = tree.pop("gw2")["data"] | {"instances": INSTANCES} | more
    tree[name] = {"platform": "azure_vwan_gateway", "data": data}
    return changed(tree, ("r1 data outside OUT2 connections 0 gateway", name))


def test_a_site_of_one_link_is_sound() -> None:
    assert problems_of(hub()) == []


def test_the_name_that_a_site_would_have_must_suit_azure() -> None:
    tree = hub("g" * 63)
    tree["branch-router"] = tree.pop("r1")

    (line,) = problems_of(tree)

    assert "the name of its VPN site may have 80 characters, not 82" in line


def test_a_hub_carries_what_its_scale_units_do() -> None:
    tree = changed(hub(scale_units=1), ("r1 data throughput_gbps", 4))
    (reach, _) = reaches(intent_of(tree))

    assert "gw2 (1 scale units): 500 Mbps" in reach.binds
    assert [(name, carried) for name, _, carried in overloads(intent_of(tree))] == [("gw2", 500)]
