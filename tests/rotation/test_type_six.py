"""A router that encrypts its keys: nothing can be compared, and a new key is typed all the same."""

import re

import pytest

from fvrf.iosxe.diff import compare
from fvrf.iosxe.effects import clears
from fvrf.iosxe.emit import commands
from fvrf.iosxe.text import mask_keys
from tasks.project import Project
from tasks.render import environment

HOST, KEY = "neu-branch-csr", "<<file:psk-neu-one>>"


@pytest.mark.parametrize(
    ("renewed", "typed", "cleared"),
    [
        ((), [], ()),
        (
            (KEY,),
            [f"pre-shared-key {KEY}"],
            ("clear crypto session local {local} remote {remote}",),
        ),
    ],
    ids=["a rollout trusts it", "a rotation types it"],
)
def test_encrypted_key(
    project: Project, renewed: tuple[str, ...], typed: list[str], cleared: tuple[str, ...]
) -> None:
    plan = project.plan.routers[HOST]
    intended = environment().get_template("router.j2").render(plan=plan)
    running = re.sub(r"pre-shared-key .*", "pre-shared-key 6 QQGYOZ_aBcD", intended)
    places = {
        (ring.name, peer.name): peer.key.placeholder
        for ring in plan.keyrings
        for peer in ring.peers
    }
    one = plan.connections[0]
    addresses = {"local": one.local_address, "remote": one.peer_addresses[0]}

    diff = compare(plan, intended, mask_keys(running, {}, places, renewed=renewed))

    lines = [line.strip() for block in commands(diff) for line in block.lines]
    assert [line for line in lines if "pre-shared-key" in line] == typed
    assert clears(diff) == tuple(command.format(**addresses) for command in cleared)
    assert {change.kind for change in diff.changes} == ({"keyring"} if typed else set())
