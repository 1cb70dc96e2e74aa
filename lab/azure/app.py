"""The HTTPS face: aiohttp outside, plain calls inside.

Every request is logged as an event: method, path, query and status, neither body nor token.
"""

import json
from dataclasses import dataclass, replace

from aiohttp import web

from lab.azure import routes
from lab.azure.calls import Call, Reply
from lab.azure.errors import UNAUTHORIZED, ArmError, bad_request
from lab.azure.service import Azure
from lab.azure.tokens import Tokens
from lab.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What answers requests: the subscription, its tokens, and the log."""

    azure: Azure
    tokens: Tokens
    events: Events

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/{path:.*}", self._request)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        base = _base(request)
        try:
            reply = Reply(body=self.tokens.grant(form, base))
        except PermissionError as refused:
            body = {"error": "invalid_client", "error_description": str(refused)}
            reply = Reply(status=UNAUTHORIZED, body=body)
        return self._respond(request, reply)

    async def _request(self, request: web.Request) -> web.Response:
        text = await request.text()
        try:
            reply = self._answer(request, text)
        except ArmError as refused:
            reply = _refusal(refused, _base(request), self.tokens.tenant)
        return self._respond(request, reply)

    def _answer(self, request: web.Request, text: str) -> Reply:
        """Answer a request: route, api-version, token, faults, then the handler."""
        route, names = routes.find(request.method, request.path)
        base = _base(request)
        if route.guarded:
            self.tokens.check(request.headers.get("Authorization"), base)
            _check_api_version(request)
        fault = self.azure.faults.request_error(request.method, request.path)
        if fault is not None:
            raise fault
        call = Call(
            method=request.method,
            base=base,
            path=request.path,
            query=dict(request.query),
            names=names,
            if_match=request.headers.get("If-Match"),
        )
        return route.handler(self.azure, replace(call, body=_parsed(text)))

    def _respond(self, request: web.Request, reply: Reply) -> web.Response:
        self.events.emit(
            "azure",
            "request",
            method=request.method,
            path=request.path,
            query=request.query_string,
            status=reply.status,
        )
        if reply.body is None:
            return web.Response(status=reply.status, headers=reply.headers)
        # Azure indents its bodies with \r\n; clients must not care.
        text = json.dumps(reply.body, indent=2).replace("\n", "\r\n")
        return web.Response(
            status=reply.status, headers=reply.headers, text=text, content_type="application/json"
        )


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _check_api_version(request: web.Request) -> None:
    if not request.query.get("api-version"):
        raise bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )


def _parsed(text: str) -> object:
    """Return the body; None where there is none."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError as bad:
        raise bad_request(
            "InvalidRequestContent", f"The request content was invalid: {bad}."
        ) from bad


def _refusal(refused: ArmError, base: str, tenant: str) -> Reply:
    headers = {}
    if refused.status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = (
            f'Bearer authorization_uri="{base}/{tenant}", error="invalid_token"'
        )
    return Reply(status=refused.status, body=refused.body, headers=headers)
