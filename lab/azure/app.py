"""The HTTPS face: aiohttp outside, plain calls inside.

Every request is logged as an event: method, path, query and status, neither body nor token.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from aiohttp import web

from lab.azure import routes
from lab.azure.calls import Call, Reply
from lab.azure.errors import TOO_LARGE, UNAUTHORIZED, ArmError, bad_request
from lab.azure.service import Azure
from lab.azure.tokens import Tokens
from lab.azure.waits import Waits
from lab.events import Events

API_VERSIONS = re.compile(r"\d{4}-\d{2}-\d{2}(-[A-Za-z]{1,20})?", re.ASCII)
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What answers requests: the subscription, its tokens, and the log."""

    azure: Azure
    tokens: Tokens
    events: Events

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", r"/{path:[\s\S]*}", self._request)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        """Answer a sign-in; its refusals are the directory's, not Azure Resource Manager's."""
        try:
            form = dict(parse_qsl(await _text(request), keep_blank_values=True))
            reply = Reply(body=self.tokens.grant(form, _base(request)))
        except PermissionError as refused:
            reply = _unauthorized(UNAUTHORIZED, "invalid_client", str(refused))
        except ArmError as unreadable:
            reply = _unauthorized(unreadable.status, "invalid_request", unreadable.message)
        return self._respond(request, reply)

    async def _request(self, request: web.Request) -> web.Response:
        try:
            reply = self._answer(request, await _text(request))
        except ArmError as refused:
            reply = self._refusal(refused, request)
        return self._respond(request, reply)

    def _answer(self, request: web.Request, text: str) -> Reply:
        """Answer a request: route, token, api-version, limits, faults, then the handler."""
        route, names = routes.find(request.method, request.path)
        base = _base(request)
        counted: Mapping[str, str] = {}
        if route.guarded:
            self.tokens.check(request.headers.get("Authorization"), base)
            _check_api_version(request)
            counted = self.azure.throttle.take(request.method, request.path)
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
        reply = route.handler(self.azure, replace(call, body=_parsed(text)))
        return replace(reply, headers={**reply.headers, **counted})

    def _refusal(self, refused: ArmError, request: web.Request) -> Reply:
        headers = {}
        if refused.status == UNAUTHORIZED:
            where = f"{_base(request)}/{self.tokens.tenant}"
            headers["WWW-Authenticate"] = (
                f'Bearer authorization_uri="{where}", error="invalid_token"'
            )
        if refused.retry_after_s is not None:
            headers |= Waits(clock=self.azure.clock).headers(refused.retry_after_s)
        return Reply(status=refused.status, body=refused.body, headers=headers)

    def _respond(self, request: web.Request, reply: Reply) -> web.Response:
        self.events.emit(
            "azure",
            "request",
            method=request.method,
            path=request.path,
            query=request.query_string,
            status=reply.status,
        )
        headers = {
            "x-ms-request-id": str(uuid.uuid4()),
            "x-ms-correlation-request-id": str(uuid.uuid4()),
            "Cache-Control": "no-cache",
            **reply.headers,
        }
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        # Azure indents its bodies with \r\n; clients must not care.
        text = json.dumps(reply.body, indent=2).replace("\n", "\r\n")
        return web.Response(
            status=reply.status, headers=headers, text=text, content_type="application/json"
        )


def _unauthorized(status: int, error: str, description: str) -> Reply:
    return Reply(status=status, body={"error": error, "error_description": description})


async def _text(request: web.Request) -> str:
    """Return the body of a request, of whatever charset it says; JSON is UTF-8 (RFC 8259)."""
    try:
        return (await request.read()).decode()
    except web.HTTPRequestEntityTooLarge as bad:
        text = "The request content size exceeds the maximum size of 4 MB."
        raise ArmError(TOO_LARGE, "RequestContentTooLarge", text) from bad
    except UnicodeDecodeError as bad:
        raise _unreadable(bad) from bad


def _unreadable(bad: Exception) -> ArmError:
    return bad_request("InvalidRequestContent", f"The request content was invalid: {bad}.")


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _check_api_version(request: web.Request) -> None:
    """Refuse a request without an api-version; the lab takes any that looks like one."""
    version = request.query.get("api-version", "")
    if not version:
        raise bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not API_VERSIONS.fullmatch(version):
        text = f"The api-version '{version}' is invalid."
        raise bad_request("InvalidApiVersionParameter", text)


def _parsed(text: str) -> object:
    """Return the body; None where there is none. NaN and the like are no JSON."""
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as bad:
        raise _unreadable(bad) from bad


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
