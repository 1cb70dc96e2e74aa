"""Whatever is sent: an answer in time, never a 500, and a refusal that is Azure's."""

import json
import ssl
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from lab.azure import routes
from lab.certificates import Certificates
from lab.tests.azure.fuzz_bodies import both_worlds, good_bodies, stand_again
from lab.tests.azure.simulated import Body, Site, running
from lab.tests.azure.wire import VERSION

# The soak sends some 10^5 requests: seeds, examples of each, and half of the most at once.
SAMPLE, SOAK, SOAK_SEEDS, MOST_AT_ONCE = 250, 1_250, 20, 9
PATIENCE_S = 10
LINKS = ("one", "two", "none")
NAMES = {
    "/virtualWans": ("wan", "none"),
    "/virtualHubs": ("hub-scus", "none"),
    "/vpnConnections": ("c1", "C1", "c2"),
    "/vpnGateways": ("hub-scus-vpn", "none"),
    "/vpnSites": ("branch", "Branch", "other"),
    "/localNetworkGateways": ("one", "two", "ONE", "three"),
    "/connections": ("c1", "c1", "C1", "c2"),
    "/virtualNetworkGateways": ("azure-vng", "Azure-VNG", "none"),
    "/networkInterfaces": ("azure-vm961", "none"),
    "/publicIPAddresses": ("azure-vng-ip0", "none"),
}
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND")

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**20, max_value=10**40)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["10.0.0.1", "10.0.0.0/8", "169.254.21.1", "IPsec", "GCMAES256", "", "\ud800"]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@dataclass(slots=True, repr=False)
class Target:
    """A running subscription, one kept connection to it, and what its loop complained of."""

    site: Site
    http: HTTPSConnection
    token: str
    complaints: list[str] = field(default_factory=list)

    def send(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Send a request; return status and body of its answer."""
        self.http.request(method, path, body=data, headers=headers)
        answer = self.http.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def target(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[Target]:
    with running(tmp_path_factory.mktemp("fuzz"), certificates, both_worlds()) as site:
        where = urlsplit(site.base)
        tls = ssl.create_default_context(cafile=site.ca)
        http = HTTPSConnection(str(where.hostname), where.port, context=tls, timeout=PATIENCE_S)
        target = Target(site, http, site.tokens.issue(site.base))
        site.loop.set_exception_handler(
            lambda _loop, context: target.complaints.append(str(context))
        )
        yield target
        http.close()


def places(body: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Yield the way to every value of a body."""
    yield way
    children: Any = body.items() if isinstance(body, dict) else ()
    for step, child in enumerate(body) if isinstance(body, list) else children:
        yield from places(child, (*way, step))


def altered(body: Body, way: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401
    """Return a body with another value at a place, or with a new member there."""
    if not way:
        return value
    place: Any = (changed := deepcopy(body))
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    return changed


@st.composite
def bodies(draw: st.DrawFn, site: Site, path: str) -> bytes | None:
    """Draw a body: one for the path, that but for one place, any JSON, any bytes, or none."""
    kind = draw(st.sampled_from(["good"] * 3 + ["altered"] * 4 + ["json", "bytes", "none"]))
    good = good_bodies(site)
    fitting = [one for part, found in good.items() if part in path for one in found]
    anything = [one for found in good.values() for one in found]
    body = draw(st.sampled_from(fitting or anything))
    if kind == "altered":
        body = altered(body, draw(st.sampled_from(list(places(body))[1:])), draw(JSON))
    if kind in ("good", "altered"):
        return json.dumps(body).encode()
    if kind == "json":
        return json.dumps(draw(JSON)).encode()
    return draw(st.binary(max_size=60)) if kind == "bytes" else None


@st.composite
def calls(draw: st.DrawFn, site: Site) -> tuple[str, str]:
    """Draw a method and a path: mostly those of a route, with names that are mostly there."""
    method, path, _ = draw(st.sampled_from((*routes.GUARDED, *routes.VIRTUAL_WAN)))
    if draw(st.integers(0, 9)) == 0:
        method = draw(st.sampled_from(METHODS))
    if draw(st.integers(0, 19)) == 0:
        return method, "/" + draw(st.text(max_size=40))
    known = next((names for part, names in NAMES.items() if part in path), ("d1", "d2"))
    any_name = draw(st.integers(0, 9)) == 0
    names = {
        "subscription": draw(st.sampled_from([site.world.subscription] * 9 + ["none"])),
        "group": draw(st.sampled_from(["vpn-testing"] * 9 + ["none"])),
        "location": "southcentralus",
        "id": draw(st.text(min_size=1, max_size=40)),
        "gateway": draw(st.sampled_from(["hub-scus-vpn"] * 9 + ["none"])),
        "link": draw(st.text(min_size=1, max_size=90) if any_name else st.sampled_from(LINKS)),
        "name": draw(st.text(min_size=1, max_size=90) if any_name else st.sampled_from(known)),
    }
    return method, path.format(**names)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Draw a query: mostly a good api-version, at times something beside it."""
    query = {"api-version": draw(st.sampled_from([VERSION] * 15 + ["", "1", "2024-01-01\r\nX: y"]))}
    keys = ["$skiptoken", "peer", "gatewayVip", "ipConfigurationId", "$top"]
    for key in draw(st.sets(st.sampled_from(keys))):
        query[key] = draw(st.sampled_from(["None", "5", "-1", "10.0.0.1"]) | st.text(max_size=9))
    return urlencode(query, errors="replace")


HEADERS = st.fixed_dictionaries(
    {"Content-Type": st.sampled_from(["application/json", "text/plain; charset=klingon", "a/b"])},
    optional={
        "If-Match": st.sampled_from(["*", 'W/"x"', ""]),
        "Accept": st.just("text/html"),
    },
)


TOKENS = st.sampled_from([None] * 15 + ["", "Bearer", "Bearer a.b.c", "Bearer é.é.é", "Basic x"])


def is_refusal(body: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a body is the envelope of Azure Resource Manager."""
    if not isinstance(body, dict) or set(body) != {"error"}:
        return False
    error = body["error"]
    words = [error.get("code"), error.get("message")] if isinstance(error, dict) else [None]
    return all(isinstance(word, str) and word for word in words) and isinstance(
        error["details"], list
    )


def check(target: Target, draw: st.DataObject) -> None:
    """Send a few requests; judge each answer, and how the subscription stands after them."""
    site = target.site
    site.call(lambda: stand_again(site))
    for _ in range(draw.draw(st.integers(1, MOST_AT_ONCE))):
        send_one(target, draw)
    listed, _ = target.send(
        "GET",
        site.id_of(f"virtualNetworkGateways/azure-vng/connections?api-version={VERSION}"),
        None,
        {"Authorization": f"Bearer {target.token}"},
    )

    assert listed == 200
    assert target.complaints == []


def send_one(target: Target, draw: st.DataObject) -> None:
    method, plain = draw.draw(calls(target.site))
    path = quote(plain, errors="replace") + "?" + draw.draw(queries())
    data = draw.draw(bodies(target.site, plain))
    token = draw.draw(TOKENS)
    headers = {"Authorization": f"Bearer {target.token}" if token is None else token}
    headers |= draw.draw(HEADERS)
    encoded = {name: text.encode().decode("latin-1") for name, text in headers.items()}

    note(f"{method} {path}\n{data!r}\n{headers}")
    status, answer = target.send(method, path, data, encoded)

    body = json.loads(answer) if answer else None
    assert status < 500
    assert status < 400 or method == "HEAD" or is_refusal(body), answer


RUN: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=SAMPLE, derandomize=True, **RUN)
@given(draw=st.data())
def test_any_request_is_answered_as_azure_answers(target: Target, draw: st.DataObject) -> None:
    check(target, draw)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(SOAK_SEEDS))
def test_any_of_many_requests_is_answered_as_azure_answers(target: Target, number: int) -> None:
    @seed(number)
    @settings(max_examples=SOAK, **RUN)
    @given(draw=st.data())
    def run(draw: st.DataObject) -> None:
        check(target, draw)

    run()


@settings(max_examples=SAMPLE // 3, derandomize=True, **RUN)
@given(
    form=st.binary(max_size=80)
    | st.dictionaries(
        st.sampled_from(["client_id", "client_secret", "scope", "grant_type"]),
        st.sampled_from(["", " ", "x"]) | st.text(max_size=9),
    ).map(lambda form: urlencode(form, errors="replace").encode()),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data", "a/b"]),
)
def test_any_sign_in_is_answered(target: Target, form: bytes, kind: str) -> None:
    path = f"/{target.site.world.tenant}/oauth2/v2.0/token"

    status, answer = target.send("POST", path, form, {"Content-Type": kind})

    assert status in (400, 401)
    assert {"error", "error_description"} <= json.loads(answer).keys()
    assert target.complaints == []
