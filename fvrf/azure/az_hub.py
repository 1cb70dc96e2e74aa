"""A hub's end as `az rest` commands, for shops where someone else types them. Pure text.

`az` has no command of its own that writes several links of a connection with all that a link has.
"""

import json
from collections.abc import Iterator
from itertools import groupby

from fvrf.azure.az import key_variable
from fvrf.azure.bodies import HUB_SPEAKERS, SPEAKER
from fvrf.azure.links import with_link_connection, with_site_link
from fvrf.azure.resources import Json, Pair, desired
from fvrf.plan.model import GatewayPlan

API_VERSION = "2026-03-01"
LOCATION, WAN = "$LOCATION", "$VIRTUAL_WAN"
_HEAD = """\
#!/bin/sh
# Gateway {name} of a virtual WAN's hub: a VPN site for each router, a link for each uplink.
# Before it runs, put each connection's key into the variable named here.
set -eu
{keys}

GATEWAY='{gateway}'
V='api-version={version}'

get() {{ az rest --method get --url "$1?$V" --query "$2" --output tsv; }}
text() {{ printf %s "$1" | sed 's/[\\\\"]/\\\\&/g'; }}
put() {{
  az rest --method put --url "$1?$V" --body @- --output none
  az resource wait --ids "$2" --api-version {version} \\
    --custom "properties.provisioningState=='Succeeded'"
}}

LOCATION="$(get "$GATEWAY" location)"
HUB="$(get "$GATEWAY" properties.virtualHub.id)"
VIRTUAL_WAN="$(get "$HUB" properties.virtualWan.id)"
"""


def hub_commands(plan: GatewayPlan) -> str:
    """Return a shell script that creates what the plan wants; each key is a shell variable.

    It is for routers without a site yet: a site or connection that stands is replaced as a whole.
    """
    wanted = desired(plan)
    checks = (f': "${{{key_variable(p)}:?the key of {p.plan.key}}}"' for p in wanted.pairs)
    head = _HEAD.format(
        name=plan.name, keys="\n".join(checks), gateway=wanted.gateway_id, version=API_VERSION
    )
    routers = groupby(sorted(wanted.pairs, key=_router), key=_router)
    return "\n".join([head, *("\n".join(_commands(r, tuple(own))) for r, own in routers)]) + "\n"


def _router(pair: Pair) -> str:
    return pair.plan.router


def _commands(router: str, pairs: tuple[Pair, ...]) -> Iterator[str]:
    yield f"# router {router}"
    site, connection = None, None
    for k, pair in enumerate(pairs):
        link = pair.local_gateway.body(None, location=LOCATION)
        site = with_site_link(site, pair.local_gateway.name, link, WAN)
        own = pair.connection.body(None, location=LOCATION)
        yield from _speakers(k, own["properties"])
        connection = with_link_connection(connection, pair.connection.name, own)
    first = pairs[0]
    yield _put(_whole(first.local_gateway.id), site or {})
    whole = _whole(first.connection.id)
    yield _put(whole, connection or {})
    for pair in pairs:
        key = f'$(text "${key_variable(pair)}")'
        body: Json = {"properties": {"sharedKey": "KEY"}}
        text = json.dumps(body, indent=2).replace("KEY", key)
        yield _put_text(f"{pair.connection.id}/sharedKeys/default", text, until=whole)


def _speakers(number: int, properties: Json) -> Iterator[str]:
    """Ask the gateway which of its instances has each APIPA address that is chosen."""
    for k, entry in enumerate(properties.get(HUB_SPEAKERS) or ()):
        variable = f"INSTANCE_{number}_{k}"
        owner = f"[?contains(customBgpIpAddresses, '{entry[SPEAKER]}')].ipconfigurationId | [0]"
        yield f'{variable}="$(get "$GATEWAY" "properties.bgpSettings.bgpPeeringAddresses{owner}")"'
        entry["ipConfigurationId"] = f"${variable}"


def _whole(entry_id: str) -> str:
    return entry_id.rsplit("/", 2)[0]


def _put(own_id: str, body: Json) -> str:
    return _put_text(own_id, json.dumps(body, indent=2), until=own_id)


def _put_text(own_id: str, text: str, *, until: str) -> str:
    """Return a write, and the wait until what it is a part of is no longer being written."""
    return f"put '{own_id}' '{until}' <<EOF\n{text}\nEOF"
