"""Azure Resource Manager over HTTPS: who may come in, and which handler answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from aiohttp import web

from lab.azure import routes
from lab.azure.answering import LARGEST_BODY, Answering, base_of, parsed, text_of
from lab.azure.calls import Call, Reply
from lab.azure.errors import UNAUTHORIZED, ArmError, bad_request
from lab.azure.service import Azure
from lab.azure.tokens import Tokens
from lab.azure.waits import Waits
from lab.events import Events

API_VERSIONS = re.compile(r"\d{4}-\d{2}-\d{2}(-[A-Za-z]{1,20})?", re.ASCII)


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

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """Answer a sign-in; its refusals are the directory's, not Azure Resource Manager's."""
        try:
            form = dict(parse_qsl(await text_of(request), keep_blank_values=True))
            reply = Reply(body=self.tokens.grant(form, base_of(request)))
        except PermissionError as refused:
            reply = _unauthorized(UNAUTHORIZED, "invalid_client", str(refused))
        except ArmError as unreadable:
            reply = _unauthorized(unreadable.status, "invalid_request", unreadable.message)
        return await self._answering.send(request, reply)

    async def _request(self, request: web.Request) -> web.StreamResponse:
        try:
            text = await text_of(request)
            handle = self._admitted(request, text)
        except ArmError as refused:
            return await self._answering.send(request, self._refusal(refused, request))
        fault = self.azure.faults.on_request(request.method, request.path, text)
        return await self._answering.answer(
            request, handle, lambda refused: self._refusal(refused, request), fault
        )

    @property
    def _answering(self) -> Answering:
        return Answering(clock=self.azure.clock, events=self.events)

    def _admitted(self, request: web.Request, text: str) -> Callable[[], Reply]:
        """Let a request in: route, token, api-version, limits; return what carries it out."""
        route, names = routes.find(request.method, request.path)
        base = base_of(request)
        counted: Mapping[str, str] = {}
        if route.guarded:
            self.tokens.check(request.headers.get("Authorization"), base)
            _check_api_version(request)
            counted = self.azure.throttle.take(request.method, request.path)
        call = Call(
            method=request.method,
            base=base,
            path=request.path,
            query=dict(request.query),
            names=names,
            if_match=request.headers.get("If-Match"),
        )

        def handle() -> Reply:
            reply = route.handler(self.azure, replace(call, body=parsed(text)))
            return replace(reply, headers={**reply.headers, **counted})

        return handle

    def _refusal(self, refused: ArmError, request: web.Request) -> Reply:
        headers = {}
        if refused.status == UNAUTHORIZED:
            where = f"{base_of(request)}/{self.tokens.tenant}"
            headers["WWW-Authenticate"] = (
                f'Bearer authorization_uri="{where}", error="invalid_token"'
            )
        if refused.retry_after_s is not None:
            headers |= Waits(clock=self.azure.clock).headers(refused.retry_after_s)
        return Reply(status=refused.status, body=refused.body, headers=headers)


def _unauthorized(status: int, error: str, description: str) -> Reply:
    return Reply(status=status, body={"error": error, "error_description": description})


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
