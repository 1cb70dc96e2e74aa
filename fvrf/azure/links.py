"""Links of VPN sites and link connections, as if each were a resource of its own.

Azure has them as entries of a VPN site and of a hub's connection: they are written with the whole
that they stand in. What is the whole's and concerns each of them, its tags, region, state and
address space, is shown with each entry, and goes back into the whole with it. Names and shapes are
those of azure-mgmt-network 33.1 (API version 2026-03-01).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fvrf.azure.resources import READ_ONLY_PROPERTIES, SECRET_PROPERTIES, Json, scrubbed, writable

SITE_LINKS, LINK_CONNECTIONS = "vpnSiteLinks", "vpnLinkConnections"
# The site's own, which its links show.
_SPACE = "addressSpace"


def names_in(whole: Json, kind: str) -> tuple[str, ...]:
    """Return the names of the entries of a kind."""
    return tuple(str(entry["name"]) for entry in _entries(whole, kind))


def site_link(site: Json, name: str) -> Json | None:
    """Return a link of a VPN site, by its name in any case; None where there is none."""
    space: Json = {_SPACE: (site.get("properties") or {}).get(_SPACE) or {}}
    return _shown(site, SITE_LINKS, name, space, site.get("tags"))


def link_connection(connection: Json, name: str, tags: Mapping[str, str]) -> Json | None:
    """Return a link connection, likewise, with the `tags` of its VPN site."""
    return _shown(connection, LINK_CONNECTIONS, name, {}, tags)


def with_site_link(site: Json | None, name: str, link: Json, wan_id: str) -> Json:
    """Return what a PUT of a VPN site sends so that it has a link; a new one is of a WAN."""
    properties = dict(link["properties"])
    space = properties.pop(_SPACE, None)
    new: Json = {"properties": {"virtualWan": {"id": wan_id}}}
    whole = _writable(site or new, SITE_LINKS)
    whole["location"] = whole.get("location") or link["location"]
    whole["tags"] = link.get("tags") or {}
    whole["properties"][_SPACE] = space or {}
    return _joined(whole, SITE_LINKS, name, properties)


def with_link_connection(connection: Json | None, name: str, link: Json) -> Json:
    """Return what a PUT of a connection sends so that it has a link connection.

    A new connection leads to the site that the link is of.
    """
    properties = link["properties"]
    site_id = properties["vpnSiteLink"]["id"].rsplit("/", 2)[0]
    new: Json = {"properties": {"remoteVpnSite": {"id": site_id}}}
    whole = _writable(connection or new, LINK_CONNECTIONS)
    return _joined(whole, LINK_CONNECTIONS, name, properties)


def without(whole: Json, kind: str, name: str) -> Json | None:
    """Return what a PUT sends so that an entry is gone; None where it was the last one."""
    rest = _writable(whole, kind)
    entries = _others(rest, kind, name)
    rest["properties"][kind] = entries
    return rest if entries else None


def own_part(body: Json) -> Json:
    """Return what a PUT may send of a body, without what an entry shares with its whole.

    That changes when another entry of the whole is written; a resource of its own shares nothing.
    """
    sent = writable(body)
    if not any(f"/{kind}/" in str(body.get("id")) for kind in (SITE_LINKS, LINK_CONNECTIONS)):
        return sent
    properties = {key: value for key, value in sent["properties"].items() if key != _SPACE}
    return {"properties": properties}


def _shown(
    whole: Json, kind: str, name: str, more: Json, tags: Mapping[str, str] | None
) -> Json | None:
    entry = next((e for e in _entries(whole, kind) if _same(e["name"], name)), None)
    if entry is None:
        return None
    state = (whole.get("properties") or {}).get("provisioningState")
    properties = {**(entry.get("properties") or {}), **more, "provisioningState": state}
    place: Json = {key: value for key, value in whole.items() if key in ("location", "etag")}
    body = {**place, "id": f"{whole['id']}/{kind}/{entry['name']}", "name": entry["name"]}
    return scrubbed({**body, "tags": dict(tags or {}), "properties": properties})


def _writable(whole: Json, kind: str) -> Json:
    """Return a whole as a PUT may send it: its entries too without read-only fields and keys."""
    body = writable(whole)
    body["properties"][kind] = [
        {**_named(entry), "properties": _own(entry.get("properties") or {})}
        for entry in _entries(whole, kind)
    ]
    return body


def _named(entry: Json) -> Json:
    """Return what tells an entry that stands from a new one."""
    return {key: value for key, value in entry.items() if key in ("name", "id")}


def _own(properties: Json) -> Json:
    hidden = READ_ONLY_PROPERTIES | SECRET_PROPERTIES
    return {key: value for key, value in properties.items() if key not in hidden}


def _joined(whole: Json, kind: str, name: str, properties: Json) -> Json:
    standing = next((e for e in _entries(whole, kind) if _same(e["name"], name)), {"name": name})
    entry = {**standing, "properties": properties}
    whole["properties"][kind] = [*_others(whole, kind, name), entry]
    return whole


def _others(whole: Json, kind: str, name: str) -> list[Any]:
    return [entry for entry in _entries(whole, kind) if not _same(entry["name"], name)]


def _entries(whole: Json, kind: str) -> Iterable[Json]:
    entries: Iterable[Json] = (whole.get("properties") or {}).get(kind) or ()
    return entries


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
