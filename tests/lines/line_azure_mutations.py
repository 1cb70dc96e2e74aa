"""Every declared field of the Azure resources, removed or altered, as a colleague's writes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError

from line_clones import OTHER_GATEWAY
from line_lab import Field
from line_state import NETWORK

from fvrf.azure.resources import Pair, Resource

Json = dict[str, Any]
GONE = None
_SETTLED_S = 0.5
_KEY = "sharedKey"
COLLEAGUE = "-of-a-colleague"

# The other value of a field, by its last word; a field that is not here has no other value.
OTHER: Mapping[str, Any] = {
    "fqdn": "router.example.com",
    "asn": 64800,
    "connectionType": "ExpressRoute",
    "connectionProtocol": "IKEv1",
    "virtualNetworkGateway1.id": f"{NETWORK}/virtualNetworkGateways/{OTHER_GATEWAY}",
    "enableBgp": False,
    "useLocalAzureIpAddress": True,
    "usePolicyBasedTrafficSelectors": True,
    "ikeEncryption": "AES192",
    "ikeIntegrity": "SHA256",
    "dhGroup": "DHGroup24",
    "ipsecEncryption": "AES192",
    "ipsecIntegrity": "SHA256",
    "pfsGroup": "PFS24",
    "saLifeTimeSeconds": 7200,
    "saDataSizeKilobytes": 2048000,
}


@dataclass(frozen=True, kw_only=True)
class AzureMutation:
    """One change of one field of a connection's resources; `path` None is the whole resource."""

    pair: Pair
    resource: Resource
    path: tuple[str, ...] | None
    becomes: Any = field(default=GONE)

    @property
    def line(self) -> str:
        """The field as the plan names it."""
        return ".".join(self.path) if self.path else "resource"

    @property
    def kind(self) -> str:
        """Which of the two resources."""
        is_connection = self.resource is self.pair.connection
        return "connection" if is_connection else "local network gateway"

    @property
    def what(self) -> str:
        """The change in words."""
        change = "removed" if self.becomes is GONE else f"-> {self.becomes}"
        return f"{self.kind} of tunnel {self.pair.plan.tunnels[0]} / {self.line}: {change}"

    def is_named(self, plan: Sequence[str]) -> bool:
        """Whether a plan names the resource with the field; or that it is to be made."""
        name = self.resource.name
        if self.path is None:
            return any(text == f"create {self.kind} {name}" for text in plan)
        if self.path == (_KEY,):
            return f"set the key of connection {name}" in plan
        field = self.path[1] if self.path[0] == "tags" else self.line
        return any(name in text and re.search(rf"\b{field}\b", text) for text in plan)

    def apply(self, field: Field, _router: str) -> bool:
        """Write it; return whether Azure shows another resource afterwards."""
        before = _read(field, self.resource.id)
        try:
            self._write(field)
        except HTTPError as refused:
            if refused.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return False
        finally:
            field.advance(_SETTLED_S)
        return self.path == (_KEY,) or _read(field, self.resource.id) != before

    def _write(self, field: Field) -> None:
        if self.path is None:
            field.arm("DELETE", self.resource.id)
        elif self.path == (_KEY,):
            field.arm("PUT", f"{self.resource.id}/{_KEY}", {"value": self.becomes})
        else:
            self._put(field)

    def _put(self, field: Field) -> None:
        """Send the whole body, with the one field changed; what cannot be changed is made anew."""
        body = field.arm("GET", self.resource.id)
        key = field.arm("GET", f"{self.resource.id}/{_KEY}")["value"] if self._is_keyed else None
        new = deepcopy(body)
        assert self.path is not None
        if str(self.becomes).endswith(COLLEAGUE):
            self._make_local_gateway(field)
        _set(new, self.path, self.becomes)
        try:
            field.arm("PUT", self.resource.id, new)
        except HTTPError:
            if not self._is_keyed:
                raise
            field.arm("DELETE", self.resource.id)
            field.advance(_SETTLED_S)
            self._recreate(field, body, new, key)

    def _make_local_gateway(self, field: Field) -> None:
        """Make another local network gateway, of an address that no router has."""
        body = field.arm("GET", self.pair.local_gateway.id)
        body["properties"]["gatewayIpAddress"] = _other_address(self.pair)
        field.arm("PUT", self.becomes, body)
        field.advance(_SETTLED_S)

    def _recreate(self, field: Field, body: Json, new: Json, key: str | None) -> None:
        new["properties"][_KEY] = body["properties"][_KEY] = key
        try:
            field.arm("PUT", self.resource.id, new)
        except HTTPError:
            field.arm("PUT", self.resource.id, body)
            field.advance(_SETTLED_S)
            raise

    @property
    def _is_keyed(self) -> bool:
        return self.resource is self.pair.connection


def _set(body: Json, path: tuple[str, ...], value: object) -> None:
    """Set, or take away, a field; of `ipsecPolicies` the one entry is meant."""
    at: Any = body if path[0] == "tags" else body["properties"]
    for name in path[:-1]:
        at = at[name]
        at = at[0] if isinstance(at, list) else at
    if value is GONE:
        at.pop(path[-1], None)
        return
    at[path[-1]] = value
    if str(value).startswith("GCM"):
        # Azure takes GCM for both of them or for none.
        at["ipsecEncryption"] = at["ipsecIntegrity"] = value
    if path[-1] == "fqdn":
        del at["gatewayIpAddress"]


def _read(field: Field, resource: str) -> Json | None:
    """Return a resource without what its operations and the network make of it."""
    try:
        body: Json = field.arm("GET", resource)
    except HTTPError:
        return None
    changing = {"provisioningState", "connectionStatus", "tunnelConnectionStatus"}
    changing |= {"egressBytesTransferred", "ingressBytesTransferred"}
    properties = {k: v for k, v in body["properties"].items() if k not in changing}
    return {**body, "etag": None, "properties": properties}


def azure_mutations(pairs: tuple[Pair, ...]) -> Iterator[AzureMutation]:
    """Yield all changes of all declared fields, of the keys and of the resources themselves."""
    for pair in pairs:
        for resource in (pair.local_gateway, pair.connection):
            for path in _fields(resource):
                other = _other(pair, path)
                yield AzureMutation(pair=pair, resource=resource, path=path)
                if other is not None:
                    yield AzureMutation(pair=pair, resource=resource, path=path, becomes=other)
            yield AzureMutation(pair=pair, resource=resource, path=None)
        connection = pair.connection
        yield AzureMutation(pair=pair, resource=connection, path=(_KEY,), becomes="KeyOfAColleague")


def _other_address(pair: Pair) -> str:
    """Return a public address that no router has, and no other connection."""
    return str(pair.plan.public_address + 2**16)


def _other(pair: Pair, path: tuple[str, ...]) -> Any:  # noqa: ANN401 # any JSON
    """Return what a colleague writes into a field, None where there is nothing else to write.

    A half of the site's prefix is more specific than what BGP says, so that it draws traffic.
    """
    half = list(pair.plan.site_prefixes[0].subnets())[1]
    own = {
        "gatewayIpAddress": _other_address(pair),
        "addressPrefixes": [str(half)],
        "bgpPeeringAddress": str(half[9]),
        "localNetworkGateway2.id": f"{pair.local_gateway.id}{COLLEAGUE}",
    }
    if path[0] == "tags":
        return "of a colleague"
    if path[-1] in ("ipsecEncryption", "ipsecIntegrity") and pair.plan.crypto.is_gcm:
        return "GCMAES192"
    table = {**OTHER, **own}
    return table.get(path[-1], table.get(".".join(path)))


def _fields(resource: Resource) -> Iterator[tuple[str, ...]]:
    yield from _leaves(resource.declared, ())
    yield from (("tags", name) for name in resource.tags)


def _leaves(tree: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, value in tree.items():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, Mapping):
            if isinstance(value, list):
                yield (*path, name)
            yield from _leaves(inner, (*path, name))
        else:
            yield (*path, name)
