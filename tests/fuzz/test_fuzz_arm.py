"""Whatever bytes come instead of Azure's, the client returns JSON of its shape or one Trouble."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

import pytest
import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.network import NetworkManagementClient
from fuzz_shards import fuzzed
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from test_fuzz_azure import JSON, altered, built, gateway_body, wanted
from urllib3 import HTTPResponse

from fvrf.errors import CannotLook
from fvrf.secrets import Secret
from tasks.azure.access import AzureAccess
from tasks.azure.client import GatewayClient
from tasks.azure.patience import Patience
from tasks.azure.read import read_state
from tasks.azure.rest import Ref
from tasks.azure.trouble import Trouble

HEADERS = st.fixed_dictionaries(
    {"Content-Type": st.sampled_from(["application/json", "text/html", "application/xml", ""])},
    optional={
        "Retry-After": st.sampled_from(["1", "-1", "nan", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"]),
        "x-ms-retry-after-ms": st.sampled_from(["10", "x"]),
        "Azure-AsyncOperation": st.sampled_from(["https://azure.test/op", "nowhere", ""]),
        "Location": st.sampled_from(["https://azure.test/op", "nowhere", ""]),
    },
)
STATUSES = st.sampled_from([200, 200, 200, 201, 202, 204, 400, 401, 404, 409, 412, 429, 500, 503])


@dataclass
class Answers(BaseAdapter):
    """Answers requests with some responses in turn, then says that there is no such thing."""

    responses: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]  # none of its options matters
        """Return the next response."""
        status, headers, body = self.responses.pop(0) if self.responses else (404, {}, b"")
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, str(request.url)
        response.headers.update(headers)
        response.raw = HTTPResponse(body=BytesIO(body), status=status, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Clock:
    """Time passes in sleep only."""

    time: float = 0.0

    def now(self) -> float:
        """Return seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.time += max(seconds, 0.1)


class Token:
    """A credential without a login."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Return a token of many years."""
        return AccessToken("token", 2**40)


@cache
def client() -> tuple[GatewayClient, Answers, Clock]:
    """Return the product's client on the real SDK, whose requests go nowhere."""
    answers, clock, session = Answers(), Clock(), requests.Session()
    session.mount("https://", answers)
    transport = RequestsTransport(session=session, session_owner=False)
    transport.sleep = clock.sleep  # type: ignore[method-assign]
    facts = wanted().facts
    access = AzureAccess(
        subscription=facts.subscription, resource_group=facts.resource_group, gateway=facts.name
    )
    sdk = NetworkManagementClient(
        Token(),
        access.subscription,
        base_url="https://azure.test",
        transport=transport,
        polling_interval=0,
        retry_total=0,
    )
    return GatewayClient(access, sdk), answers, clock


CONNECTION, LOCAL_GATEWAY = (
    Ref.of(wanted().pairs[0].connection.id),
    Ref.of(wanted().pairs[0].local_gateway.id),
)
KEY = "QwErTyUiOp"


def set_key(azure: GatewayClient) -> object:
    """Send a key, which no answer may bring back."""
    return azure.set_key(CONNECTION, Secret(KEY)).result()


CALLS: tuple[Callable[[GatewayClient], object], ...] = (
    lambda azure: azure.gateway(),
    lambda azure: azure.connection_ids(),
    lambda azure: azure.get(CONNECTION),
    lambda azure: azure.get(LOCAL_GATEWAY),
    lambda azure: azure.key(CONNECTION),
    lambda azure: azure.put(CONNECTION, {}, "1").result(),
    lambda azure: azure.put(LOCAL_GATEWAY, {}, None).result(),
    lambda azure: azure.delete(CONNECTION).result(),
    lambda azure: azure.bgp_peers().result(),
    lambda azure: azure.learned_routes().result(),
    lambda azure: azure.effective_routes("azure-vm961").result(),
)
STARTS = (
    gateway_body(),
    built(wanted().pairs[0].connection),
    built(wanted().pairs[0].local_gateway),
    {"value": KEY},
    {"value": [{"id": CONNECTION.name}], "nextLink": "https://azure.test/next"},
    {"status": "InProgress"},
    {"status": "Succeeded", "properties": {"output": {"value": []}}},
    {"status": "Failed", "error": {"code": "X", "message": "y", "details": []}},
    {"error": {"code": "AnotherOperationInProgress", "message": KEY}},
)


def responses(draw: st.DataObject) -> list[tuple[int, dict[str, str], bytes]]:
    """Return a few responses, of which some are nearly Azure's."""
    answered = []
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.sampled_from(STARTS))
        kind = draw.draw(st.sampled_from(["as it is", "altered", "json", "bytes"]))
        body = altered(start, draw) if kind == "altered" else start
        if kind == "json":
            body = draw.draw(JSON)
        data = draw.draw(st.binary(max_size=40)) if kind == "bytes" else json.dumps(body).encode()
        answered.append((draw.draw(STATUSES), draw.draw(HEADERS), data))
    return answered


@fuzzed(sample=300)
def test_any_answer_is_read_or_is_trouble(draw: st.DataObject) -> None:
    azure, answers, _ = client()
    answers.responses = responses(draw)
    call = draw.draw(st.sampled_from([*CALLS, set_key]))

    try:
        call(azure)
    except Trouble as found:
        said = str(found)
    else:
        said = ""
    assert call is not set_key or KEY not in said


@fuzzed(sample=100)
def test_a_gateway_is_read_or_cannot_be_looked_at(draw: st.DataObject) -> None:
    azure, answers, clock = client()
    answers.responses = [one for _ in range(4) for one in responses(draw)]
    patience = Patience(clock=clock, operation_deadline_s=60, poll_s=1)

    with suppress(CannotLook):
        read_state(azure, wanted(), lambda _: Secret(KEY), patience)


def test_a_key_that_an_operation_repeats_at_its_end_is_masked() -> None:
    azure, answers, _ = client()
    polled = {"Azure-AsyncOperation": "https://azure.test/op", "Content-Type": "application/json"}
    failed = {"status": "Failed", "error": {"code": "X", "message": f"not {KEY}"}}
    answers.responses = [
        (200, polled, json.dumps({"value": KEY}).encode()),
        (200, polled, json.dumps(failed).encode()),
    ]

    with pytest.raises(Trouble) as caught:
        set_key(azure)

    assert "not" in str(caught.value)
    assert KEY not in str(caught.value)
