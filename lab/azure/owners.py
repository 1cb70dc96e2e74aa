"""Which gateways a path concerns: what a fault that is given to one gateway looks at."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.azure.gateway import Gateway, users_of
from lab.azure.store import same
from lab.azure.vwan.gateway import users_of as site_users

if TYPE_CHECKING:
    from lab.azure.service import Azure

_NETWORK = re.compile(r"/resourceGroups/([^/]+)/providers/[^/]+/([^/]+)/([^/?]+)", re.IGNORECASE)
_POLL = re.compile(r"/operation(?:Result|Statuse)?s/([^/?]+)", re.IGNORECASE)
_GATEWAY = re.compile(r"/(?:virtualNetwork|vpn)Gateways/([^/\"?]+)", re.IGNORECASE)


def owners(azure: "Azure", path: str, text: str = "") -> frozenset[str]:
    """Return the names of the gateways that a path concerns.

    A poll concerns those of its operation. A resource that is not there yet is told by the
    gateways that the text of the request names. What tells no gateway, e.g. a list or a local
    network gateway that nobody uses, concerns all of them.
    """
    poll = _POLL.search(path)
    worked_on = azure.operations.path_of(poll[1]) if poll else None
    if worked_on is not None:
        path = worked_on
    found = frozenset(_owners(azure, path)) or frozenset(_named(azure, path + text))
    return found or frozenset(azure.ends())


def _owners(azure: "Azure", path: str) -> Iterator[str]:
    match = _NETWORK.search(path)
    if match is None:
        return
    group, kind, name = match.groups()
    resource_id = azure.resource_id(group, f"{kind}/{name}")
    for gateway in azure.gateways.values():
        if _owns(azure, gateway, resource_id):
            yield gateway.fact.name
    yield from (azure.hub_of(one).fact.name for one in site_users(azure.store, resource_id))


def _owns(azure: "Azure", gateway: Gateway, resource_id: str) -> bool:
    """Tell whether a resource is a gateway's connection, the far end of one, or its NIC."""
    resource = azure.store.find(resource_id)
    if resource is not None:
        users = [resource, *users_of(azure.store, resource_id)]
        return any(
            "virtualNetworkGateway1" in one.properties and gateway.owns(one) for one in users
        )
    name = resource_id.rpartition("/")[2]
    own = (*gateway.fact.nics, *(f"{gateway.fact.name}-ip{i}" for i in range(2)))
    return any(same(name, one) for one in own)


def _named(azure: "Azure", text: str) -> Iterator[str]:
    for name in _GATEWAY.findall(text):
        yield from (one for one in azure.ends() if same(one, name))
