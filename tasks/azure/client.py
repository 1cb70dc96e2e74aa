"""One gateway's REST calls through azure-mgmt-network; JSON in, JSON out.

A thin wrapper: no retries (azure-core sleeps as long as `Retry-After` says, without a limit; see
`Patience`), no waiting, no logging. Every error of the SDK leaves here as `Trouble`. Bodies are
scrubbed of keys; a key leaves and enters as a `Secret` only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fvrf.azure.resources import Json, scrubbed
from fvrf.azure.shapes import (
    CONNECTION,
    GATEWAY,
    LISTED,
    LOCAL_GATEWAY,
    NETWORK,
    Misshapen,
    Shape,
    shaped,
)
from fvrf.secrets import Resolve, Secret
from tasks.azure.access import AzureAccess, Endpoints
from tasks.azure.credentials import credential
from tasks.azure.patience import Clock, Operation, Patience
from tasks.azure.trouble import UNREACHABLE, Trouble, trouble

if TYPE_CHECKING:
    from azure.core.pipeline.transport import HttpTransport
    from azure.core.polling import LROPoller
    from azure.mgmt.network import NetworkManagementClient

Collection = Literal["local_network_gateways", "virtual_network_gateway_connections"]


class Ref(NamedTuple):
    """A resource by its id's parts; it may stand in another resource group than the gateway."""

    collection: Collection
    resource_group: str
    name: str

    @property
    def kind(self) -> str:
        """The resource type's name, as permissions have it."""
        return (
            "connections"
            if self.collection == "virtual_network_gateway_connections"
            else "localNetworkGateways"
        )

    @property
    def shape(self) -> Shape:
        """What a body of it is like."""
        return CONNECTION if self.kind == "connections" else LOCAL_GATEWAY

    @classmethod
    def of(cls, resource_id: str) -> "Ref":
        """Read an id of a local network gateway or a connection."""
        kind, name = resource_id.rsplit("/", 2)[1:]
        is_connection = kind.casefold() == "connections"
        return cls(
            "virtual_network_gateway_connections" if is_connection else "local_network_gateways",
            group_of(resource_id),
            name,
        )


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


class GatewayClient:
    """The calls that the stages need of one gateway; safe to use from several threads."""

    def __init__(self, access: AzureAccess, sdk: "NetworkManagementClient") -> None:
        self.access = access
        # `cls=` makes every call return our JSON, which the SDK's annotations do not know.
        self._sdk: Any = sdk

    def gateway(self) -> Json:
        """GET the gateway."""
        with troubles():
            found = self._sdk.virtual_network_gateways.get(*self._own, cls=_body)
            return scrubbed(shaped(found, GATEWAY))

    def has_point_to_site(self) -> bool:
        """GET the gateway, and tell whether clients dial into it: their secrets cannot be read."""
        with troubles():
            found = shaped(self._sdk.virtual_network_gateways.get(*self._own, cls=_body), GATEWAY)
            return bool(found["properties"].get("vpnClientConfiguration"))

    def put_gateway(self, body: Json, etag: str | None) -> Operation:
        """PUT the gateway itself; with an etag only if it is still that one."""
        headers = {} if etag is None else {"If-Match": etag}
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(
                gateways.begin_create_or_update(*self._own, body, headers=headers, cls=_body)
            )

    def network(self, network_id: str) -> Json:
        """GET a virtual network by its id."""
        with troubles():
            group, name = group_of(network_id), network_id.rpartition("/")[2]
            return shaped(self._sdk.virtual_networks.get(group, name, cls=_body), NETWORK)

    def nics(self, network_id: str) -> tuple[str, ...]:
        """LIST the network interfaces in a network, those of its own resource group only."""
        with troubles():
            listed = self._sdk.network_interfaces.list(group_of(network_id))
            return tuple(nic.name for nic in listed if _is_in(nic, network_id))

    def connection_ids(self) -> tuple[str, ...]:
        """LIST the gateway's connections, of whatever resource group; no details."""
        with troubles():
            listed = self._sdk.virtual_network_gateways.list_connections(*self._own)
            return tuple(shaped({"id": entity.id}, LISTED)["id"] for entity in listed)

    def get(self, ref: Ref) -> Json | None:
        """GET a resource; None if there is none."""
        try:
            with troubles():
                operations = getattr(self._sdk, ref.collection)
                found = operations.get(ref.resource_group, ref.name, cls=_body)
                return scrubbed(shaped(found, ref.shape))
        except Trouble as found:
            if found.is_absent:
                return None
            raise

    def put(self, ref: Ref, body: Json, etag: str | None) -> Operation:
        """PUT a resource; with an etag only if it is still that one."""
        headers = {} if etag is None else {"If-Match": etag}
        with troubles():
            operations = getattr(self._sdk, ref.collection)
            return Begun(
                operations.begin_create_or_update(
                    ref.resource_group, ref.name, body, headers=headers, cls=_body
                )
            )

    def delete(self, ref: Ref) -> Operation:
        """DELETE a resource."""
        with troubles():
            operations = getattr(self._sdk, ref.collection)
            return Begun(operations.begin_delete(ref.resource_group, ref.name))

    def key(self, ref: Ref) -> Secret | None:
        """GET a connection's key; None where Azure answers with something that is not a key.

        Without the permission the value is an empty list, a 403 or even a 500.
        """
        with troubles():
            answer = self._sdk.virtual_network_gateway_connections.get_shared_key(
                ref.resource_group, ref.name, cls=_body
            )
        value = answer.get("value")
        return Secret(value) if isinstance(value, str) and value else None

    def set_key(self, ref: Ref, key: Secret) -> Operation:
        """PUT a connection's key, the only way to change it."""
        with troubles(key):
            return Begun(
                self._sdk.virtual_network_gateway_connections.begin_set_shared_key(
                    ref.resource_group, ref.name, {"value": key.reveal()}, cls=_body
                ),
                key,
            )

    def bgp_peers(self) -> Operation:
        """POST getBgpPeerStatus; its result is `{"value": [...]}`, or null in place of the list."""
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(gateways.begin_get_bgp_peer_status(*self._own, cls=_body))

    def learned_routes(self) -> Operation:
        """POST getLearnedRoutes."""
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(gateways.begin_get_learned_routes(*self._own, cls=_body))

    def effective_routes(self, nic: str) -> Operation:
        """POST effectiveRouteTable of a network interface: a name of our group, or a full id."""
        is_id = nic.startswith("/")
        group = group_of(nic) if is_id else self.access.resource_group
        with troubles():
            return Begun(
                self._sdk.network_interfaces.begin_get_effective_route_table(
                    group, nic.rpartition("/")[2], cls=_body
                )
            )

    def close(self) -> None:
        """Close the connections."""
        self._sdk.close()

    @property
    def _own(self) -> tuple[str, str]:
        return self.access.resource_group, self.access.gateway


def connect(access: AzureAccess, resolve: Resolve, clock: Clock) -> GatewayClient:
    """Return the client of a gateway; nothing is sent yet. Raises CannotLook for bad settings."""
    from azure.mgmt.network import NetworkManagementClient  # noqa: PLC0415 # slow to import

    endpoints = Endpoints.of(access.cloud)
    return GatewayClient(
        access,
        NetworkManagementClient(
            credential(access.identity, endpoints, resolve),
            access.subscription,
            base_url=endpoints.resource_manager,
            credential_scopes=[endpoints.scope],
            polling_interval=access.poll_s,
            retry_total=0,
            logging_enable=False,
            transport=_transport(access, endpoints, clock),
        ),
    )


def patience(access: AzureAccess, clock: Clock) -> Patience:
    """Return the waiting that a gateway's settings ask for."""
    return Patience(
        clock=clock, operation_deadline_s=access.operation_deadline_s, poll_s=access.poll_s
    )


def _transport(
    access: AzureAccess, endpoints: Endpoints, clock: Clock
) -> "HttpTransport[Any, Any]":
    """Return the SDK's own transport, sleeping between polls by the product's clock."""
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 # slow to import

    verify = {} if endpoints.ca_bundle is None else {"connection_verify": str(endpoints.ca_bundle)}
    transport: HttpTransport[Any, Any] = RequestsTransport(
        connection_timeout=access.connect_timeout_s, read_timeout=access.read_timeout_s, **verify
    )
    transport.sleep = clock.sleep  # type: ignore[assignment]  # the SDK's seam for waiting
    return transport


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


def _is_in(nic: Any, network_id: str) -> bool:  # noqa: ANN401 # the SDK's
    subnets = (one.subnet.id for one in nic.ip_configurations or () if one.subnet)
    wanted = f"{network_id}/subnets/".casefold()
    return any(subnet.casefold().startswith(wanted) for subnet in subnets)


def _body(response: Any, _model: object, _headers: object) -> Json:  # noqa: ANN401 # the SDK's
    """Return the JSON as it came: the SDK's models turn an odd value into a wrong one."""
    http = response.http_response
    found = http.json() if http.text() else {}
    if not isinstance(found, dict):
        raise Misshapen("the answer is not Azure's: the body is no object")
    return found
