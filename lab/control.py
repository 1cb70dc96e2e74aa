"""The control interface: the lab's clock, colleagues, power switches and faults over HTTPS.

Every answer is JSON. A refused call answers `{"error": text}`.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from lab.azure.service import Azure
from lab.azure.shapes import connection_status
from lab.azure.store import Resource, same
from lab.azure.vwan.connections import status_of
from lab.azure.vwan.gateway import HubGateway
from lab.clock import Clock
from lab.events import Events
from lab.fault_members import FaultError
from lab.faults import FaultBoard
from lab.proxy import Proxy
from lab.router.device import Router

CONSOLE_USER = "console"
BAD_REQUEST, UNAUTHORIZED, NOT_FOUND = 400, 401, 404

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ControlError(Exception):
    """A call cannot be done: status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The parts that the calls move; `stop` ends the lab.

    `rack` puts a blank box of a platform in a router's place; it raises KeyError for none.
    """

    clock: Clock
    routers: Mapping[str, Router]
    proxies: Mapping[str, Proxy]
    azure: Azure
    faults: FaultBoard
    events: Events
    stop: Callable[[], None]
    rack: Callable[[str, str], None]
    token: str = field(repr=False)

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/status", self._status),
                web.post("/clock", self._clock),
                web.get("/events", self._events),
                web.get("/routers/{name}/config", self._config),
                web.post("/routers/{name}/type", self._type),
                web.post("/routers/{name}/power", self._power),
                web.post("/routers/{name}/rack", self._rack),
                web.post("/azure/negotiated-key", self._negotiated_key),
                web.get("/faults", self._list_faults),
                web.post("/faults", self._add_fault),
                web.delete("/faults/{id}", self._remove_fault),
                web.post("/stop", self._stop),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for the token, and turn refusals into answers."""
        try:
            self._check_token(request)
            return await handler(request)
        except ControlError as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)
        except web.HTTPException as refused:
            return web.json_response({"error": refused.reason}, status=refused.status)

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise ControlError(UNAUTHORIZED, "wrong token")

    async def _status(self, _request: web.Request) -> web.Response:
        now = self.clock.now()
        when = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
        body = {
            "clock": {"now": now, "time": when, "speed": self.clock.speed},
            "routers": {
                name: _router_status(one) | _way_status(self.proxies.get(name))
                for name, one in self.routers.items()
            },
            "gateways": {
                **{name: self._gateway_status(name) for name in self.azure.gateways},
                **{name: self._hub_status(one) for name, one in self.azure.hubs.items()},
            },
            "faults": self.faults.standing(),
        }
        return web.json_response(body)

    def _gateway_status(self, name: str) -> dict[str, Any]:
        gateway = self.azure.gateways[name]
        busy = self.azure.operations.busy([gateway.id]) is not None
        connections = {one.name: self._connection_status(one) for one in gateway.connections()}
        return {"busy": busy, "connections": connections}

    def _connection_status(self, connection: Resource) -> dict[str, str]:
        gateway = self.azure.gateway_of(connection)
        found = connection_status(self.azure.network, gateway, connection)
        return {"provisioning_state": connection.state, "status": found.status}

    def _hub_status(self, gateway: HubGateway) -> dict[str, Any]:
        """Return the status of a hub's VPN gateway, each link connection as one."""
        busy = self.azure.operations.busy([gateway.id]) is not None
        status = status_of(self.azure, gateway)
        connections = {
            link.label: {
                "provisioning_state": link.connection.state,
                "status": status(link).status,
            }
            for link in gateway.links()
        }
        return {"busy": busy, "connections": connections}

    async def _clock(self, request: web.Request) -> web.Response:
        body = await _body(request, "advance", "speed")
        for name, move in (("speed", self.clock.set_speed), ("advance", self.clock.advance)):
            if name in body:
                move(_seconds(body, name))
        return web.json_response({"now": self.clock.now(), "speed": self.clock.speed})

    async def _events(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise ControlError(BAD_REQUEST, "since: expected a number")
        return web.json_response(self.events.since(int(since)), dumps=self.events.dumps)

    async def _config(self, request: web.Request) -> web.Response:
        router = self._router(request)
        which = request.query.get("which", "running")
        if which not in ("running", "startup"):
            raise ControlError(BAD_REQUEST, "which: running or startup")
        text = router.running_text() if which == "running" else router.startup_text()
        return web.json_response(text)

    async def _type(self, request: web.Request) -> web.Response:
        router = self._router(request)
        body = await _body(request, "lines", "save")
        lines = body.get("lines", [])
        if not isinstance(lines, list) or not all(isinstance(one, str) for one in lines):
            raise ControlError(BAD_REQUEST, "lines: expected a list of texts")
        if not router.powered:
            raise ControlError(BAD_REQUEST, f"{router.name} is powered off")
        replies = router.type_lines(lines, CONSOLE_USER)
        if body.get("save", False):
            router.save(CONSOLE_USER)
        return web.json_response(replies)

    async def _power(self, request: web.Request) -> web.Response:
        router = self._router(request)
        body = await _body(request, "on", "erase")
        if not isinstance(body.get("on"), bool):
            raise ControlError(BAD_REQUEST, "on: expected true or false")
        if body.get("erase") is True:
            router.erase()
        router.power(on=body["on"])
        return web.json_response({})

    async def _rack(self, request: web.Request) -> web.Response:
        router = self._router(request)
        body = await _body(request, "platform")
        try:
            self.rack(router.name, str(body.get("platform")))
        except KeyError as unknown:
            raise ControlError(BAD_REQUEST, f"platform: no {unknown}") from unknown
        return web.json_response({})

    async def _negotiated_key(self, request: web.Request) -> web.Response:
        body = await _body(request, "connection", "key")
        folded, key = self._connection_id(body.get("connection")).casefold(), body.get("key")
        if key is None:
            self.azure.store.negotiated.pop(folded, None)
        elif isinstance(key, str):
            self.azure.store.negotiated[folded] = key
        else:
            raise ControlError(BAD_REQUEST, "key: expected a text or null")
        self.azure.changed()
        return web.json_response({})

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self.faults.as_json())

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await _body(request)
        try:
            fault_id = self.faults.add(body)
        except FaultError as bad:
            raise ControlError(BAD_REQUEST, str(bad)) from bad
        self.events.emit("lab", "fault-set", id=fault_id, fault=body["kind"])
        return web.json_response({"id": fault_id})

    async def _remove_fault(self, request: web.Request) -> web.Response:
        fault_id = request.match_info["id"]
        try:
            self.faults.remove(fault_id)
        except KeyError as missing:
            raise ControlError(NOT_FOUND, f"no fault {fault_id}") from missing
        self.events.emit("lab", "fault-removed", id=fault_id)
        return web.json_response({})

    async def _stop(self, _request: web.Request) -> web.Response:
        self.stop()
        return web.json_response({})

    def _router(self, request: web.Request) -> Router:
        name = request.match_info["name"]
        if name not in self.routers:
            raise ControlError(NOT_FOUND, f"no router {name}")
        return self.routers[name]

    def _connection_id(self, name: object) -> str:
        """Return the id of a connection, or of a hub's link connection, `connection/link`."""
        known = [
            (one.name, one.id) for g in self.azure.gateways.values() for one in g.connections()
        ]
        known += [(link.label, link.id) for hub in self.azure.hubs.values() for link in hub.links()]
        for own_name, own_id in known:
            if same(own_name, str(name)):
                return own_id
        raise ControlError(NOT_FOUND, f"no connection {name}")


def _way_status(proxy: Proxy | None) -> dict[str, Any]:
    """Return what the proxy before a router counted, nothing where there is none."""
    return {} if proxy is None else {"turns": proxy.turns, "connections": proxy.connections}


def _router_status(router: Router) -> dict[str, Any]:
    """Return what an onlooker sees; `timer` is the pending revert timer, or null."""
    pending = router.archive.pending
    return {
        "powered": router.powered,
        "timer": None if pending is None else {"user": pending.user, "minutes": pending.minutes},
        "saved": router.saved,
        "logins": len(router.sessions),
    }


async def _body(request: web.Request, *allowed: str) -> dict[str, Any]:
    """Return the JSON object of a request; with `allowed`, exactly these members may be in it."""
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError as bad:
        raise ControlError(BAD_REQUEST, f"no JSON: {bad}") from bad
    if not isinstance(body, dict):
        raise ControlError(BAD_REQUEST, "expected an object")
    for name in body:
        if allowed and name not in allowed:
            raise ControlError(BAD_REQUEST, f"{name}: no such member")
    return body


def _seconds(body: Mapping[str, Any], name: str) -> float:
    given = body[name]
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        raise ControlError(BAD_REQUEST, f"{name}: expected a number, not negative")
    return float(given)
