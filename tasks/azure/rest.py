"""What the clients of all gateways have in common: references, errors, and the seam itself.

The stages know a gateway's end by `GatewayEnd` alone: the VPN gateway of a virtual network
(`client`) and that of a virtual WAN's hub (`hub`) are two of its kind.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from fvrf.azure.resources import Json
from fvrf.azure.shapes import CONNECTION, LOCAL_GATEWAY, NETWORK, Misshapen, Shape, shaped
from fvrf.secrets import Secret
from tasks.azure.access import AzureAccess
from tasks.azure.patience import Operation
from tasks.azure.trouble import UNREACHABLE, Trouble, trouble

if TYPE_CHECKING:
    from azure.core.polling import LROPoller
    from azure.mgmt.network import NetworkManagementClient

Collection = Literal[
    "local_network_gateways",
    "virtual_network_gateway_connections",
    "vpn_site_links",
    "vpn_link_connections",
]
# By the last kind of an id, in lower case: answers of Azure have two words for link connections.
_COLLECTIONS: Mapping[str, Collection] = MappingProxyType(
    {
        "connections": "virtual_network_gateway_connections",
        "vpnsitelinks": "vpn_site_links",
        "vpnlinkconnections": "vpn_link_connections",
        "vpnsitelinkconnections": "vpn_link_connections",
    }
)
# The resource type's name, as permissions have it; a link is written with what it stands in.
_KINDS: Mapping[Collection, str] = MappingProxyType(
    {
        "local_network_gateways": "localNetworkGateways",
        "virtual_network_gateway_connections": "connections",
        "vpn_site_links": "vpnSites",
        "vpn_link_connections": "vpnGateways/vpnConnections",
    }
)


class Ref(NamedTuple):
    """A resource by its id's parts; it may stand in another resource group than the gateway.

    `parents` are the names of what it stands in, the outermost first.
    """

    collection: Collection
    resource_group: str
    name: str
    parents: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The resource type's name, as permissions have it."""
        return _KINDS[self.collection]

    @property
    def key_kind(self) -> str:
        """The resource type's name of its key."""
        is_link = self.collection == "vpn_link_connections"
        return f"{self.kind}/{'vpnLinkConnections/sharedKeys' if is_link else 'sharedKey'}"

    @property
    def key_action(self) -> str:
        """The permission that reading its key needs."""
        is_link = self.collection == "vpn_link_connections"
        return f"{self.key_kind}/{'listSharedKey/action' if is_link else 'action'}"

    @property
    def shape(self) -> Shape:
        """What a body of it is like."""
        return CONNECTION if self.kind == "connections" else LOCAL_GATEWAY

    @classmethod
    def of(cls, resource_id: str) -> "Ref":
        """Read an id of a far end or of a connection."""
        parts = resource_id.split("/")
        kinds, names = parts[7::2], parts[8::2]
        collection = _COLLECTIONS.get(kinds[-1].casefold(), "local_network_gateways")
        return cls(collection, group_of(resource_id), names[-1], tuple(names[:-1]))


def group_of(resource_id: str) -> str:
    """Return the resource group of an id."""
    return resource_id.split("/")[4]


class Begun:
    """An operation that runs: the SDK's poller, with its errors as `Trouble`.

    A `secret` that was sent with it is masked in them: an answer may well repeat it.
    """

    def __init__(self, poller: "LROPoller[Any]", secret: Secret | None = None) -> None:
        self._poller = poller
        self._secret = secret

    def done(self) -> bool:
        """Tell whether it has ended, well or badly."""
        return self._poller.done()

    def result(self) -> Json:
        """Return its result's JSON; raises Trouble."""
        with troubles(self._secret):
            return self._poller.result() or {}


class Question(NamedTuple):
    """What a gateway is asked to observe it: the `action` is the permission that it needs."""

    what: str
    action: str
    begin: Callable[[], Operation]


class GatewayEnd(ABC):
    """The calls that the stages need of one gateway; safe to use from several threads.

    JSON in, JSON out: no retries, no waiting, no logging; every error is Trouble. `kind` is the
    gateway's, as permissions have it.
    """

    kind: ClassVar[str]

    def __init__(self, access: AzureAccess, sdk: "NetworkManagementClient") -> None:
        self.access = access
        # `cls=` makes every call return our JSON, which the SDK's annotations do not know.
        self._sdk: Any = sdk

    @abstractmethod
    def gateway(self) -> Json:
        """GET the gateway."""

    @abstractmethod
    def connection_ids(self) -> tuple[str, ...]:
        """LIST the gateway's connections; no details."""

    @abstractmethod
    def get(self, ref: Ref) -> Json | None:
        """GET a far end or a connection; None if there is none."""

    @abstractmethod
    def put(self, ref: Ref, body: Json, etag: str | None) -> Operation:
        """PUT a far end or a connection; with an etag only if it is still that one."""

    @abstractmethod
    def delete(self, ref: Ref) -> Operation:
        """DELETE a far end or a connection."""

    @abstractmethod
    def key(self, ref: Ref) -> Secret | None:
        """Read a connection's key; None where Azure answers with something that is not a key."""

    @abstractmethod
    def set_key(self, ref: Ref, key: Secret) -> Operation:
        """Write a connection's key, the only way to change it."""

    @abstractmethod
    def questions(self, nics: Iterable[str]) -> Mapping[str, Question]:
        """Return what tells of the sites at the gateway, by the part that it is of."""

    def network(self, network_id: str) -> Json:
        """GET a virtual network by its id."""
        with troubles():
            group, name = group_of(network_id), network_id.rpartition("/")[2]
            return shaped(self._sdk.virtual_networks.get(group, name, cls=body_of), NETWORK)

    def nics(self, network_id: str) -> tuple[str, ...]:
        """LIST the network interfaces in a network, those of its own resource group only."""
        with troubles():
            listed = self._sdk.network_interfaces.list(group_of(network_id))
            return tuple(nic.name for nic in listed if _is_in(nic, network_id))

    def close(self) -> None:
        """Close the connections."""
        self._sdk.close()

    @property
    def _own(self) -> tuple[str, str]:
        return self.access.resource_group, self.access.gateway


@contextmanager
def troubles(secret: Secret | None = None) -> Iterator[None]:
    """Raise the SDK's errors as Trouble; where a secret was sent, without their own text."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 # slow to import

    try:
        yield
    except AzureError as error:
        cause = None if secret is not None else error
        raise trouble(error, secret) from cause
    except Misshapen as error:
        raise Trouble(str(error), code=UNREACHABLE) from None
    except (ValueError, TypeError, AttributeError, LookupError):
        # A proxy's page in place of JSON, or JSON that is no object, over which the SDK stumbles.
        raise Trouble("the answer is not Azure's", code=UNREACHABLE) from None


def body_of(response: Any, _model: object, _headers: object) -> Json:  # noqa: ANN401 # the SDK's
    """Return the JSON as it came: the SDK's models turn an odd value into a wrong one."""
    http = response.http_response
    found = http.json() if http.text() else {}
    if not isinstance(found, dict):
        raise Misshapen("the answer is not Azure's: the body is no object")
    return found


def _is_in(nic: Any, network_id: str) -> bool:  # noqa: ANN401 # the SDK's
    subnets = (one.subnet.id for one in nic.ip_configurations or () if one.subnet)
    wanted = f"{network_id}/subnets/".casefold()
    return any(subnet.casefold().startswith(wanted) for subnet in subnets)
