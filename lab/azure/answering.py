"""How a request is carried out and its answer sent, and what a fault makes of either."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from lab.azure.calls import Reply
from lab.azure.errors import TOO_LARGE, ArmError, bad_request
from lab.azure.fault_set import MESSAGE
from lab.azure.faults import (
    AzureError,
    DroppedConnection,
    RequestFault,
    SlowAnswer,
    TruncatedBody,
)
from lab.clock import Clock
from lab.events import Events

Refusal = Callable[[ArmError], Reply]
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Carries requests out; each is logged as an event: neither body nor token is in it."""

    clock: Clock
    events: Events

    async def answer(
        self,
        request: web.Request,
        handle: Callable[[], Reply],
        refusal: Refusal,
        fault: RequestFault | None = None,
    ) -> web.StreamResponse:
        """Answer a request: as `handle` does, or as the fault that it set off has it."""
        if isinstance(fault, SlowAnswer):
            await self.clock.sleep(fault.seconds)
        try:
            reply = _carried_out(handle, fault)
        except ArmError as refused:
            reply = refusal(refused)
        return await self.send(request, reply, fault)

    async def send(
        self, request: web.Request, reply: Reply, fault: RequestFault | None = None
    ) -> web.StreamResponse:
        """Send an answer, or as much of it as the fault lets through."""
        broken = isinstance(fault, DroppedConnection | TruncatedBody)
        self.events.emit(
            "azure",
            "request",
            method=request.method,
            path=request.path,
            query=request.query_string,
            status=0 if broken else reply.status,
        )
        data = b"" if isinstance(fault, DroppedConnection) else _text(reply).encode()
        if broken:
            return await _broken_off(request, reply.status, _headers(reply), data)
        return web.Response(status=reply.status, headers=_headers(reply), body=data or None)


async def text_of(request: web.Request) -> str:
    """Return the body of a request, of whatever charset it says; JSON is UTF-8 (RFC 8259)."""
    try:
        return (await request.read()).decode()
    except web.HTTPRequestEntityTooLarge as bad:
        text = "The request content size exceeds the maximum size of 4 MB."
        raise ArmError(TOO_LARGE, "RequestContentTooLarge", text) from bad
    except UnicodeDecodeError as bad:
        raise _unreadable(bad) from bad


def parsed(text: str) -> object:
    """Return the JSON of a body; None where there is none. NaN and the like are no JSON."""
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as bad:
        raise _unreadable(bad) from bad


def base_of(request: web.Request) -> str:
    """Return scheme and host as the client wrote them."""
    return f"{request.scheme}://{request.host}"


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _unreadable(bad: Exception) -> ArmError:
    return bad_request("InvalidRequestContent", f"The request content was invalid: {bad}.")


async def _broken_off(
    request: web.Request, status: int, headers: Mapping[str, str], data: bytes
) -> web.StreamResponse:
    """End the connection: at once, or in the middle of the data where there is any."""
    transport = request.transport
    response = web.StreamResponse(status=status, headers=headers)
    if transport is None:
        return response
    if not data:
        transport.abort()
        return response
    response.content_length = len(data)
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    transport.close()
    return response


def _carried_out(handle: Callable[[], Reply], fault: RequestFault | None) -> Reply:
    """Return the reply; a fault may keep the request from being carried out at all."""
    if isinstance(fault, AzureError | DroppedConnection) and not fault.after:
        reply = Reply(status=503)
    else:
        reply = handle()
    if isinstance(fault, AzureError):
        raise ArmError(fault.status, fault.code, MESSAGE, retry_after_s=fault.retry_after)
    return reply


def _text(reply: Reply) -> str:
    """Return the body; Azure breaks its lines with CR LF, and clients must not care."""
    if reply.body is None:
        return ""
    return json.dumps(reply.body, indent=2).replace("\n", "\r\n")


def _headers(reply: Reply) -> dict[str, str]:
    kind = {} if reply.body is None else {"Content-Type": "application/json; charset=utf-8"}
    return {
        "x-ms-request-id": str(uuid.uuid4()),
        "x-ms-correlation-request-id": str(uuid.uuid4()),
        "Cache-Control": "no-cache",
        **kind,
        **reply.headers,
    }
