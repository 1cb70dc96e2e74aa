"""A hub's VPN gateway: the real client against the lab's virtual WAN."""

from collections.abc import Iterator
from dataclasses import replace

import hub_builders as hub
import pytest
from azure_fakes import KEYS
from azure_lab import ROOT, Lab, running_lab

from fvrf.azure.diff import reconcile
from fvrf.azure.removal import removals
from fvrf.azure.resources import Desired, desired, resource_id
from fvrf.azure.speakers import located
from fvrf.checks.observation import ConnectionObservation, Unreadable
from fvrf.crypto import ARTICLE_LEGACY
from tasks.azure.observe import observe
from tasks.azure.rest import Ref
from tasks.azure.undo import undo

WORLD = ROOT / "lab/world/vwan"
SITE = f"vpnSites/{hub.SITE}"
CONNECTION = f"vpnGateways/{hub.GATEWAY}/vpnConnections/{hub.SITE}"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    run = tmp_path_factory.mktemp("lab")
    access = {"resource_group": hub.GROUP, "gateway": hub.GATEWAY, "is_hub": True}
    with running_lab(run, WORLD, **access) as lab:
        yield lab


@pytest.fixture
def lab(process: Lab) -> Iterator[Lab]:
    """A hub without sites, before and after."""
    yield process
    plan = hub.plan(*(replace(one, key=hub.ONE.key) for one in (hub.ONE, hub.TWO)))
    writer = process.writer(desired(plan))
    for step in removals(plan, plan.connections, process.read(desired(plan)))[0]:
        writer.apply(step)


def wanted(lab: Lab, *connections: hub.ConnectionPlan) -> Desired:
    return located(desired(hub.plan(*connections)), lab.client.gateway())


def ref(kind: str) -> Ref:
    own_id = resource_id(hub.plan().subscription, hub.GROUP, "vpnSites", "x")
    return Ref.of(own_id.replace("vpnSites/x", kind))


LINK = f"{CONNECTION}/vpnLinkConnections/"


def test_a_router_becomes_one_site_and_one_connection(lab: Lab) -> None:
    since = lab.events()
    writer = lab.apply(wanted(lab))

    assert [str(entry.step) for entry in writer.applied] == [
        "create VPN site link link-one",
        "create VPN site link link-two",
        "create link connection link-one",
        "create link connection link-two",
    ]
    assert [write.rpartition("?")[0] or write for write in lab.writes(since)] == [
        f"PUT {SITE}",
        f"PUT {SITE}",
        f"PUT {CONNECTION}",
        f"PUT {LINK}link-one/sharedKeys/default",
        f"PUT {CONNECTION}",
        f"PUT {LINK}link-two/sharedKeys/default",
    ]
    again = lab.diff(wanted(lab))
    assert again.in_sync
    assert again.warnings == ()
    assert lab.client.key(ref(f"{LINK}link-one")) == KEYS[hub.ONE.key]
    assert lab.client.key(ref(f"{LINK}link-two")) == KEYS[hub.TWO.key]


def test_the_tags_stand_on_the_site_and_its_connections_inherit_them(lab: Lab) -> None:
    lab.apply(wanted(lab))
    state = lab.read(wanted(lab))

    tags = {"managed-by": "fvrf", "fvrf-router": "branch1-csr", "fvrf-site": "branch1"}
    assert [body["tags"] for body in (*state.local_gateways, *state.connections)] == [tags] * 4


def test_each_instance_speaks_by_its_own_apipa_address(lab: Lab) -> None:
    lab.apply(wanted(lab))

    body = lab.client.get(ref(f"{LINK}link-two"))

    assert body is not None
    assert body["properties"]["vpnGatewayCustomBgpAddresses"] == [
        {"ipConfigurationId": f"Instance{k}", "customBgpIpAddress": str(address)}
        for k, address in enumerate(hub.APIPA)
    ]


def test_all_is_taken_back_and_nothing_is_left(lab: Lab) -> None:
    writer = lab.apply(wanted(lab))

    undone = undo(writer, writer.applied)

    assert {one.outcome for one in undone} == {"undone"}
    state = lab.read(wanted(lab))
    assert (state.local_gateways, state.connections) == ((), ())


def test_one_link_changes_alone_and_goes_back(lab: Lab) -> None:
    lab.apply(wanted(lab))
    other = wanted(lab, replace(hub.ONE, crypto=ARTICLE_LEGACY), hub.TWO)

    writer = lab.apply(other)

    assert [entry.step.resource for entry in writer.applied] == ["link-one"]
    assert lab.diff(other).in_sync
    assert {one.outcome for one in undo(writer, writer.applied)} == {"undone"}
    assert lab.diff(wanted(lab)).in_sync


def test_a_key_is_set_by_its_own_endpoint_and_put_back(lab: Lab) -> None:
    lab.apply(wanted(lab))
    rotated = wanted(lab, replace(hub.ONE, key=hub.TWO.key), hub.TWO)
    since = lab.events()

    writer = lab.apply(rotated)

    assert [str(entry.step) for entry in writer.applied] == [
        "set the key of link connection link-one"
    ]
    assert lab.writes(since) == [f"PUT {LINK}link-one/sharedKeys/default"]
    assert {one.outcome for one in undo(writer, writer.applied)} == {"undone"}
    assert lab.client.key(ref(f"{LINK}link-one")) == KEYS[hub.ONE.key]


def test_one_link_goes_and_the_other_stays(lab: Lab) -> None:
    lab.apply(wanted(lab))
    writer = lab.writer(wanted(lab))
    steps, conflicts = removals(hub.plan(), [hub.TWO], lab.read(wanted(lab)))

    for step in steps:
        writer.apply(step)

    assert conflicts == ()
    assert [str(step) for step in steps] == [
        "delete link connection link-two",
        "delete VPN site link link-two",
    ]
    assert lab.diff(wanted(lab, hub.ONE)).in_sync
    assert {one.outcome for one in undo(writer, writer.applied)} == {"undone"}
    assert lab.diff(wanted(lab)).in_sync


def test_a_site_that_bears_no_tags_is_a_conflict_until_it_is_adopted(lab: Lab) -> None:
    lab.apply(wanted(lab))
    link = ref(f"{SITE}/vpnSiteLinks/link-one")
    body = lab.client.get(link)
    assert body is not None
    lab.patience.settled(
        lab.client.put(link, {**body, "tags": {}}, None),
        lambda: lab.client.get(link),
        lab.patience.until(),
    )

    found = lab.diff(wanted(lab))

    assert {conflict.subject for conflict in found.conflicts} == {"owner"}
    assert found.steps == ()

    writer = lab.writer(wanted(lab))
    for step in reconcile(wanted(lab), lab.read(wanted(lab)), adopt=True).steps:
        writer.apply(step)

    assert {entry.step.kind for entry in writer.applied} == {"update_local_gateway"}
    assert lab.diff(wanted(lab)).in_sync
    assert {one.outcome for one in undo(writer, writer.applied)} == {"undone"}
    assert lab.diff(wanted(lab)).conflicts != ()

    for step in reconcile(wanted(lab), lab.read(wanted(lab)), adopt=True).steps:
        lab.writer(wanted(lab)).apply(step)
    assert lab.diff(wanted(lab)).in_sync


def test_a_key_that_may_not_be_read_is_said_to_be_unreadable(lab: Lab) -> None:
    lab.apply(wanted(lab))

    with lab.fault("key-unreadable", connection=f"{hub.SITE}/link-one"):
        found = lab.diff(wanted(lab))

    assert found.in_sync
    assert [warning.split(":")[0] for warning in found.warnings] == ["link-one"]
    assert "listSharedKey" in found.warnings[0]


def test_a_hub_is_observed_with_its_routes(lab: Lab) -> None:
    made = wanted(lab)
    lab.apply(made)

    seen = observe(
        "hub",
        lab.client,
        lab.patience,
        connections={pair.connection.name: pair.connection.id for pair in made.pairs},
        nics=(),
        deadline_s=60,
    )

    one = seen.connections["link-one"]
    assert isinstance(one, ConnectionObservation)
    assert one.status is not None
    assert one.pfs_group == "ECP384"
    assert seen.hub is not None
    assert not isinstance(seen.hub, Unreadable)
    assert {p for route in seen.hub for p in route.prefixes} >= {"10.1.0.0/16"}


def test_no_key_stands_in_what_is_sent_or_shown(lab: Lab) -> None:
    writer = lab.apply(wanted(lab))

    told = f"{lab.read(wanted(lab))!r} {writer.applied!r} {lab.client.gateway()}"

    assert [key for key in KEYS.values() if key.reveal() in told] == []
