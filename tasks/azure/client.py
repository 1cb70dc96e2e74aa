"""One gateway's REST calls through azure-mgmt-network; JSON in, JSON out.

A thin wrapper: no retries (azure-core sleeps as long as `Retry-After` says, without a limit; see
`Patience`), no waiting, no logging. Every error of the SDK leaves here as `Trouble`. Bodies are
scrubbed of keys; a key leaves and enters as a `Secret` only.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from fvrf.azure.resources import Json, scrubbed
from fvrf.azure.shapes import GATEWAY, LISTED, shaped
from fvrf.checks.observation import LEARNED_ROUTES, PEER_STATUS
from fvrf.secrets import Resolve, Secret
from tasks.azure.access import AzureAccess, Endpoints
from tasks.azure.credentials import credential
from tasks.azure.hub import HubClient
from tasks.azure.patience import Clock, Operation, Patience
from tasks.azure.rest import Begun, GatewayEnd, Question, Ref, body_of, group_of, troubles
from tasks.azure.trouble import Trouble

if TYPE_CHECKING:
    from azure.core.pipeline.transport import HttpTransport


class GatewayClient(GatewayEnd):
    """The VPN gateway of a virtual network."""

    kind = "virtualNetworkGateways"

    def gateway(self) -> Json:
        """GET the gateway."""
        with troubles():
            found = self._sdk.virtual_network_gateways.get(*self._own, cls=body_of)
            return scrubbed(shaped(found, GATEWAY))

    def has_point_to_site(self) -> bool:
        """GET the gateway, and tell whether clients dial into it: their secrets cannot be read."""
        with troubles():
            found = shaped(self._sdk.virtual_network_gateways.get(*self._own, cls=body_of), GATEWAY)
            return bool(found["properties"].get("vpnClientConfiguration"))

    def put_gateway(self, body: Json, etag: str | None) -> Operation:
        """PUT the gateway itself; with an etag only if it is still that one."""
        headers = {} if etag is None else {"If-Match": etag}
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(
                gateways.begin_create_or_update(*self._own, body, headers=headers, cls=body_of)
            )

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
                found = operations.get(ref.resource_group, ref.name, cls=body_of)
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
                    ref.resource_group, ref.name, body, headers=headers, cls=body_of
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
                ref.resource_group, ref.name, cls=body_of
            )
        value = answer.get("value")
        return Secret(value) if isinstance(value, str) and value else None

    def set_key(self, ref: Ref, key: Secret) -> Operation:
        """PUT a connection's key, the only way to change it."""
        with troubles(key):
            return Begun(
                self._sdk.virtual_network_gateway_connections.begin_set_shared_key(
                    ref.resource_group, ref.name, {"value": key.reveal()}, cls=body_of
                ),
                key,
            )

    def bgp_peers(self) -> Operation:
        """POST getBgpPeerStatus; its result is `{"value": [...]}`, or null in place of the list."""
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(gateways.begin_get_bgp_peer_status(*self._own, cls=body_of))

    def learned_routes(self) -> Operation:
        """POST getLearnedRoutes."""
        with troubles():
            gateways = self._sdk.virtual_network_gateways
            return Begun(gateways.begin_get_learned_routes(*self._own, cls=body_of))

    def effective_routes(self, nic: str) -> Operation:
        """POST effectiveRouteTable of a network interface: a name of our group, or a full id."""
        is_id = nic.startswith("/")
        group = group_of(nic) if is_id else self.access.resource_group
        with troubles():
            return Begun(
                self._sdk.network_interfaces.begin_get_effective_route_table(
                    group, nic.rpartition("/")[2], cls=body_of
                )
            )

    def questions(self, nics: Iterable[str]) -> Mapping[str, Question]:
        """Ask for BGP peers, learned routes, and the routes of NICs, these by their names."""
        routes = "networkInterfaces/effectiveRouteTable/action"
        return {
            PEER_STATUS: Question(
                "BGP peers", f"{self.kind}/getbgppeerstatus/action", self.bgp_peers
            ),
            LEARNED_ROUTES: Question(
                "learned routes", f"{self.kind}/getlearnedroutes/action", self.learned_routes
            ),
            **{nic: Question(nic, routes, partial(self.effective_routes, nic)) for nic in nics},
        }


def connect(access: AzureAccess, resolve: Resolve, clock: Clock) -> GatewayEnd:
    """Return the client of a gateway; nothing is sent yet. Raises CannotLook for bad settings."""
    from azure.mgmt.network import NetworkManagementClient  # noqa: PLC0415 # slow to import

    endpoints = Endpoints.of(access.cloud)
    kind = HubClient if access.is_hub else GatewayClient
    return kind(
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
