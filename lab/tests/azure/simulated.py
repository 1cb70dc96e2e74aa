"""A subscription on a network that answers from a script, behind real HTTPS, in a thread."""

import asyncio
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.network.models import LocalNetworkGateway, VirtualNetworkGatewayConnection

from lab.azure import connection_rules, local_rules
from lab.azure.app import Face
from lab.azure.fault_set import AzureFaultSet
from lab.azure.service import Azure
from lab.azure.store import Body as StoredBody
from lab.azure.tokens import Tokens
from lab.certificates import Certificates, make_certificates
from lab.clock import Clock
from lab.events import Events
from lab.network.results import (
    ConnectionStatus,
    EffectiveRoute,
    GatewayRoute,
    HubRoute,
    PeerStatus,
)
from lab.world import World, load_world

GROUP = "vpn-testing"
SECRET = "client-secret-of-the-test"
Body = dict[str, Any]
T = TypeVar("T")


@dataclass
class ScriptedNetwork:
    """A network whose answers the tests write; it counts how often it was told of a change."""

    status: ConnectionStatus = field(
        default_factory=lambda: ConnectionStatus(status="Connecting", tunnels=())
    )
    peers: tuple[PeerStatus, ...] = ()
    learned: tuple[GatewayRoute, ...] = ()
    advertised: tuple[GatewayRoute, ...] = ()
    effective: tuple[EffectiveRoute, ...] = ()
    hub: tuple[HubRoute, ...] = ()
    changes: int = 0

    def changed(self) -> None:
        """Count."""
        self.changes += 1

    def connection_status(self, _gateway: str, _connection: str) -> ConnectionStatus:
        """Answer from the script; so do all below."""
        return self.status

    def peer_status(self, _gateway: str) -> tuple[PeerStatus, ...]:
        """Answer."""
        return self.peers

    def learned_routes(self, _gateway: str) -> tuple[GatewayRoute, ...]:
        """Answer."""
        return self.learned

    def advertised_routes(self, _gateway: str, _peer: IPv4Address) -> tuple[GatewayRoute, ...]:
        """Answer."""
        return self.advertised

    def effective_routes(self, _gateway: str) -> tuple[EffectiveRoute, ...]:
        """Answer."""
        return self.effective

    def hub_routes(self, _gateway: str) -> tuple[HubRoute, ...]:
        """Answer."""
        return self.hub


@dataclass
class Site:
    """A running subscription: its parts, and how a client reaches it."""

    azure: Azure
    network: ScriptedNetwork
    faults: AzureFaultSet
    tokens: Tokens
    events: Events
    loop: asyncio.AbstractEventLoop
    base: str = ""
    ca: str = ""

    @property
    def world(self) -> World:
        """The facts it was made of."""
        return self.azure.world

    def credential(self, secret: str = SECRET) -> ClientSecretCredential:
        """Return the real credential for it."""
        return ClientSecretCredential(
            self.world.tenant,
            self.world.client,
            secret,
            authority=self.base,
            disable_instance_discovery=True,
            connection_verify=self.ca,
        )

    def client(self, secret: str = SECRET) -> NetworkManagementClient:
        """Return the real client of it, without retries."""
        return NetworkManagementClient(
            self.credential(secret),
            self.world.subscription,
            base_url=self.base,
            credential_scopes=[f"{self.base}/.default"],
            connection_verify=self.ca,
            retry_total=0,
        )

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop of the lab and return its result."""

        async def there() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(there(), self.loop).result(10)

    def freeze(self) -> None:
        """Let time pass by `advance` alone."""
        self.call(lambda: self.azure.clock.set_speed(0))

    def advance(self, seconds: float) -> None:
        """Move lab time."""
        self.call(lambda: self.azure.clock.advance(seconds))

    def id_of(self, path: str) -> str:
        """Return the id of `type/name` in the world's first resource group."""
        return self.azure.resource_id(next(iter(self.world.resource_groups)), path)

    def send(
        self, method: str, path: str, token: str | None = None, body: object = None
    ) -> tuple[int, Any]:
        """Send a bare request; return the status and the JSON of the answer."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - https
            self.base + path, method=method, headers=headers, data=data
        )
        tls = ssl.create_default_context(cafile=self.ca)
        try:
            with urllib.request.urlopen(request, context=tls, timeout=10) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def put(self, path: str, body: object, **headers: str) -> tuple[int, Body]:
        """PUT a resource as the SDK sends it, without waiting; return status and answer."""
        url = f"{self.id_of(path)}?api-version=2024-05-01"
        request = HttpRequest("PUT", self.base + url, json=body, headers=headers)
        response = self.client().send_request(request)
        return response.status_code, response.json()


def local_body(
    address: str = "198.51.100.10", peer: str = "192.168.255.254", asn: int = 64900
) -> Body:
    """Return the body of a local network gateway that Azure accepts."""
    return {
        "location": "southcentralus",
        "tags": {"owner": "test"},
        "properties": {
            "gatewayIpAddress": address,
            "localNetworkAddressSpace": {"addressPrefixes": []},
            "bgpSettings": {"asn": asn, "bgpPeeringAddress": peer},
        },
    }


def connection_body(site: Site, local: str = "one", /, **properties: object) -> Body:
    """Return the body of a connection to the local network gateway named."""
    return {
        "location": "southcentralus",
        "tags": {"owner": "test"},
        "properties": {
            "virtualNetworkGateway1": {"id": site.id_of("virtualNetworkGateways/azure-vng")},
            "localNetworkGateway2": {"id": site.id_of(f"localNetworkGateways/{local}")},
            "connectionType": "IPsec",
            "enableBgp": True,
            **properties,
        },
    }


def policy(**changes: object) -> Body:
    """Return an IPsec policy that Azure accepts."""
    return {
        "saLifeTimeSeconds": 27000,
        "saDataSizeKilobytes": 102400000,
        "ipsecEncryption": "GCMAES256",
        "ipsecIntegrity": "GCMAES256",
        "ikeEncryption": "GCMAES256",
        "ikeIntegrity": "SHA384",
        "dhGroup": "ECP384",
        "pfsGroup": "ECP384",
        **changes,
    }


def as_local(body: Body) -> LocalNetworkGateway:
    """Return the SDK's model of a body."""
    return LocalNetworkGateway(body)


def as_connection(body: Body) -> VirtualNetworkGatewayConnection:
    """Return the SDK's model of a body."""
    return VirtualNetworkGatewayConnection(body)


def create_local(site: Site, name: str = "one", body: Body | None = None) -> None:
    """Create a local network gateway through the SDK and wait for it."""
    gateways = site.client().local_network_gateways
    gateways.begin_create_or_update(GROUP, name, as_local(body or local_body())).result()


def create_connection(site: Site, name: str = "c1", **properties: object) -> None:
    """Create a connection to `one` through the SDK and wait for it."""
    connections = site.client().virtual_network_gateway_connections
    body = as_connection(connection_body(site, **properties))
    connections.begin_create_or_update(GROUP, name, body).result()


def stand(site: Site, path: str, body: Body) -> None:
    """Let a resource stand at once, as if it had been there always."""
    kind, name = path.split("/")
    rules = local_rules if kind == "localNetworkGateways" else connection_rules
    properties = (
        local_rules.local_properties(body, name)
        if rules is local_rules
        else connection_rules.connection_properties(body)
    )
    found, _ = site.azure.store.write(
        StoredBody(
            id=site.id_of(path),
            type=rules.TYPE,
            location="southcentralus",
            tags={},
            properties=properties,
        )
    )
    site.azure.store.keys[found.id.casefold()] = "azure123"
    found.settle()


@contextmanager
def running(
    folder: Path, certificates: Certificates | None = None, world: World | None = None
) -> Iterator[Site]:
    """Run a subscription in a thread of its own, at a hundred times real time."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    site = asyncio.run_coroutine_threadsafe(_parts(loop, world or load_world()), loop).result(10)
    certificates = certificates or make_certificates()
    site.ca = str(folder / "ca.pem")
    Path(site.ca).write_bytes(certificates.authority)
    tls = certificates.server_context(folder)
    runner = asyncio.run_coroutine_threadsafe(_serve(site, tls), loop).result(10)
    try:
        yield site
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _parts(loop: asyncio.AbstractEventLoop, world: World) -> Site:
    clock = Clock(speed=100)
    network: Any = ScriptedNetwork()
    faults = AzureFaultSet()
    return Site(
        azure=Azure(world=world, clock=clock, network=network, faults=faults, operation_s=10),
        network=network,
        faults=faults,
        tokens=Tokens(tenant=world.tenant, client=world.client, client_secret=SECRET),
        events=Events(clock),
        loop=loop,
    )


async def _serve(site: Site, tls: ssl.SSLContext) -> web.AppRunner:
    face = Face(azure=site.azure, tokens=site.tokens, events=site.events)
    runner = web.AppRunner(face.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    site.base = f"https://127.0.0.1:{runner.addresses[0][1]}"
    return runner
