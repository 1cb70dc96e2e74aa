"""The REST calls of the VPN gateway of a virtual WAN's hub.

A link and a link connection are read and written with the VPN site and the connection that they
stand in (`fvrf.azure.links`); a key has a resource of its own, which alone tells it.
"""

from collections.abc import Iterable, Mapping

from fvrf.azure.hub_shapes import HUB, HUB_GATEWAY, VPN_CONNECTION, VPN_SITE
from fvrf.azure.links import (
    LINK_CONNECTIONS,
    SITE_LINKS,
    link_connection,
    names_in,
    site_link,
    with_link_connection,
    with_site_link,
    without,
)
from fvrf.azure.resources import Json, resource_id
from fvrf.azure.shapes import shaped
from fvrf.azure.state import far_end, reference
from fvrf.checks.observation import HUB_ROUTES
from fvrf.secrets import Secret
from tasks.azure.patience import Operation
from tasks.azure.rest import Begun, GatewayEnd, Question, Ref, body_of, group_of, troubles
from tasks.azure.trouble import Trouble


class HubClient(GatewayEnd):
    """The VPN gateway of a virtual WAN's hub, its sites and its connections."""

    kind = "vpnGateways"

    def gateway(self) -> Json:
        """GET the gateway, without the connections that stand in it."""
        with troubles():
            found = shaped(self._sdk.vpn_gateways.get(*self._own, cls=body_of), HUB_GATEWAY)
        properties = {k: v for k, v in found["properties"].items() if k != "connections"}
        return {**found, "properties": properties}

    def connection_ids(self) -> tuple[str, ...]:
        """LIST the gateway's link connections; connections without links are none of ours."""
        own_id = resource_id(self.access.subscription, self._own[0], "vpnGateways", self._own[1])
        with troubles():
            listed = self._sdk.vpn_connections.list_by_vpn_gateway(*self._own)
            bodies = [shaped(one.as_dict(), VPN_CONNECTION) for one in listed]
        return tuple(
            f"{own_id}/vpnConnections/{one['name']}/{LINK_CONNECTIONS}/{name}"
            for one in bodies
            for name in names_in(one, LINK_CONNECTIONS)
        )

    def get(self, ref: Ref) -> Json | None:
        """GET a link or a link connection by what it stands in; None if there is none."""
        whole = self._whole(ref)
        if whole is None:
            return None
        if ref.collection == "vpn_site_links":
            return site_link(whole, ref.name)
        shown = link_connection(whole, ref.name, {})
        return shown and link_connection(whole, ref.name, self._tags(shown))

    def put(self, ref: Ref, body: Json, etag: str | None) -> Operation:
        """PUT what a link or a link connection stands in, if it is still what it was."""
        whole = self._whole(ref)
        if ref.collection == "vpn_site_links":
            wan_id = "" if whole else self._wan_id()
            sent = with_site_link(whole, ref.name, body, wan_id)
        else:
            sent = with_link_connection(whole, ref.name, body)
        return self._put_whole(ref, sent, etag or (whole or {}).get("etag"))

    def delete(self, ref: Ref) -> Operation:
        """PUT what a link or a link connection stands in without it; DELETE it with the last."""
        whole = self._whole(ref)
        kind = SITE_LINKS if ref.collection == "vpn_site_links" else LINK_CONNECTIONS
        rest = whole and without(whole, kind, ref.name)
        if rest:
            return self._put_whole(ref, rest, (whole or {}).get("etag"))
        with troubles():
            operations = getattr(self._sdk, _holder(ref))
            return Begun(operations.begin_delete(ref.resource_group, *ref.parents))

    def key(self, ref: Ref) -> Secret | None:
        """POST listSharedKey, the one call that tells a key; None where there is none in it."""
        with troubles():
            answer = self._sdk.vpn_link_connections.list_default_shared_key(
                ref.resource_group, *ref.parents, ref.name, cls=body_of
            )
        value = (answer.get("properties") or {}).get("sharedKey")
        return Secret(value) if isinstance(value, str) and value else None

    def set_key(self, ref: Ref, key: Secret) -> Operation:
        """PUT a link connection's default key."""
        body = {"properties": {"sharedKey": key.reveal()}}
        with troubles(key):
            links = self._sdk.vpn_link_connections
            return Begun(
                links.begin_set_or_init_default_shared_key(
                    ref.resource_group, *ref.parents, ref.name, body, cls=body_of
                ),
                key,
            )

    def questions(self, nics: Iterable[str]) -> Mapping[str, Question]:
        """Ask for the routes of the hub's default table; a hub's gateway tells no BGP peers."""
        del nics
        action = "virtualHubs/effectiveRoutes/action"
        return {HUB_ROUTES: Question("the hub's routes", action, self.hub_routes)}

    def hub_routes(self) -> Operation:
        """POST effectiveRoutes of the hub's default route table."""
        hub_id = self._hub_id()
        table = f"{hub_id}/hubRouteTables/defaultRouteTable"
        body = {"resourceId": table, "virtualWanResourceType": "RouteTable"}
        with troubles():
            return Begun(
                self._sdk.virtual_hubs.begin_get_effective_virtual_hub_routes(
                    group_of(hub_id), hub_id.rpartition("/")[2], body, cls=body_of
                )
            )

    def _hub_id(self) -> str:
        return reference(self.gateway(), "virtualHub")

    def _wan_id(self) -> str:
        hub_id = self._hub_id()
        with troubles():
            name = hub_id.rpartition("/")[2]
            found = self._sdk.virtual_hubs.get(group_of(hub_id), name, cls=body_of)
            return reference(shaped(found, HUB), "virtualWan")

    def _whole(self, ref: Ref) -> Json | None:
        """GET what a link or a link connection stands in."""
        shape = VPN_SITE if ref.collection == "vpn_site_links" else VPN_CONNECTION
        try:
            with troubles():
                operations = getattr(self._sdk, _holder(ref))
                return shaped(operations.get(ref.resource_group, *ref.parents, cls=body_of), shape)
        except Trouble as found:
            if found.is_absent:
                return None
            raise

    def _put_whole(self, ref: Ref, body: Json, etag: str | None) -> Operation:
        headers = {"If-Match": etag} if etag else {}
        with troubles():
            operations = getattr(self._sdk, _holder(ref))
            return Begun(
                operations.begin_create_or_update(
                    ref.resource_group, *ref.parents, body, headers=headers, cls=body_of
                )
            )

    def _tags(self, connection: Json) -> Mapping[str, str]:
        """Return the tags of the VPN site that a link connection leads to."""
        link_id = far_end(connection)
        site = self._whole(Ref.of(link_id)) if link_id else None
        return (site or {}).get("tags") or {}


def _holder(ref: Ref) -> str:
    """Return the SDK's operations of what a link or a link connection stands in."""
    return "vpn_sites" if ref.collection == "vpn_site_links" else "vpn_connections"
