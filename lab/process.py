"""One lab as a process: put together, served, described in its run folder, and taken down."""

import asyncio
import json
import logging
import signal
import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from lab.azure.app import Face
from lab.azure.fault_set import AzureFaultSet
from lab.azure.loading import load_resources
from lab.azure.service import Azure
from lab.azure.tokens import Tokens
from lab.certificates import make_certificates
from lab.clock import Clock
from lab.control import Control
from lab.events import Events
from lab.faults import FaultBoard
from lab.network.model import Model
from lab.proxy import Proxy
from lab.racks import configuration, rack
from lab.router.device import Credentials, Router
from lab.router.opaque import strayed
from lab.router.software import SOFTWARE
from lab.router.ssh import SshPort, serve
from lab.run_folder import SCHEMA, Endpoint, RunFolder
from lab.world import CLIENT_SECRET, LoginFact, World, load_world

HOST = "127.0.0.1"
CONTROL_SECRET = "control"  # noqa: S105 - a name

log = logging.getLogger("lab")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `lab up` was asked for; with a round trip, each router stands behind a proxy."""

    run: Path
    world: Path
    speed: float
    operation_s: float
    seed: int
    round_trip_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Both ends and the network between them, joined and not yet served.

    `unmodelled` is what Azure's end does not know of what it was loaded from.
    """

    clock: Clock
    events: Events
    routers: Mapping[str, Router]
    azure: Azure
    faults: FaultBoard
    unmodelled: list[str]


def build(world: World, options: Options, events_path: Path, secrets: Mapping[str, str]) -> Parts:
    """Return the parts of a lab; `secrets` has a value for every secret of the world."""
    clock = Clock(options.speed)
    events = Events(clock, events_path)
    uplinks = {name: fact.uplinks for name, fact in world.routers.items()}
    speakers = {name: fact.speakers for name, fact in world.routers.items()}
    network = Model(clock, uplinks, speakers=speakers, seed=options.seed)
    azure_faults = AzureFaultSet()
    azure = Azure(
        world=world,
        clock=clock,
        network=network,
        faults=azure_faults,
        operation_s=options.operation_s,
    )
    for gateway in azure.ends().values():
        network.attach_gateway(gateway)
    left = load_resources(azure, secrets)
    routers = {}
    for name, fact in world.routers.items():
        routers[name] = Router(
            name,
            configuration(world, fact, secrets),
            clock,
            software=SOFTWARE[fact.platform],
            network=network,
            sink=events.emit,
            login=_login(world.login, secrets) if fact.is_running else None,
        )
        network.attach_router(name, routers[name])
    faults = FaultBoard(
        azure=azure_faults,
        routers={name: one.faults for name, one in routers.items()},
        seed=options.seed,
    )
    return Parts(
        clock=clock, events=events, routers=routers, azure=azure, faults=faults, unmodelled=left
    )


def _login(login: LoginFact, secrets: Mapping[str, str]) -> Credentials:
    return Credentials(
        username=login.username,
        privilege=login.privilege,
        password=secrets[login.password],
        enable=secrets[login.enable],
    )


async def run(options: Options) -> None:
    """Run a lab until it is told to end; WorldError or RunFolderError where it cannot begin."""
    world = load_world(options.world)
    folder = RunFolder(options.run)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        async with AsyncExitStack() as stack:
            await _bring_up(world, options, folder, stack, stopped)
            print("ready", flush=True)  # noqa: T201 - the contract with whoever started it
            await stopped.wait()
            log.info("ending")
    finally:
        folder.close()


async def _bring_up(
    world: World,
    options: Options,
    folder: RunFolder,
    stack: AsyncExitStack,
    stopped: asyncio.Event,
) -> None:
    """Bring everything up, to be taken down by `stack` in reverse order, and publish it."""
    logging.basicConfig(filename=folder.path / "lab.log", level=logging.WARNING, force=True)
    log.setLevel(logging.INFO)
    secrets = folder.make_secrets({**world.secrets, CONTROL_SECRET: None})
    parts = build(world, options, folder.path / "events.jsonl", secrets)
    stack.callback(parts.events.close)
    certificates = make_certificates()
    folder.write("ca.pem", certificates.authority.decode())
    tls = certificates.server_context(folder.path)
    azure = await _serve(stack, _azure_face(world, parts, secrets), tls)
    ports = {name: await _ssh(stack, one) for name, one in parts.routers.items()}
    endpoints = {
        name: Endpoint(host=HOST, port=one.port, host_key=one.host_key)
        for name, one in ports.items()
    }
    proxies: dict[str, Proxy] = {}
    if options.round_trip_s is not None:
        for name, endpoint in endpoints.items():
            proxy = Proxy(host=HOST, target_port=endpoint.port, round_trip_s=options.round_trip_s)
            endpoints[name] = replace(endpoint, port=await proxy.start())
            stack.push_async_callback(proxy.close)
            proxies[name] = proxy
    racking = partial(rack, world, secrets, ports)
    control = await _serve(stack, _control(parts, proxies, secrets, stopped, racking), tls)
    folder.write_ssh(world.login.username, endpoints)
    folder.write("loaded.json", json.dumps(_loaded(world, parts, secrets), indent=2), 0o600)
    cloud = {"resource_manager": azure, "authority": azure, "ca_bundle": "ca.pem"}
    folder.write("cloud.json", json.dumps(cloud, indent=2) + "\n")
    folder.publish(
        {
            "speed": options.speed,
            "control": control,
            "azure": azure,
            "routers": {n: {"host": e.host, "port": e.port} for n, e in endpoints.items()},
        }
    )
    log.info("ready: Azure at %s, control at %s, routers %s", azure, control, list(endpoints))


def _loaded(world: World, parts: Parts, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return what was loaded and not understood, of the routers and of Azure."""
    routers = {}
    for name, fact in world.routers.items():
        router = parts.routers[name]
        if fact.is_running:
            source = configuration(world, fact, secrets)
            routers[name] = {
                "opaque": [asdict(one) for one in router.opaque],
                "differences": [
                    line for line in strayed(source, router.config) if line.lstrip()[:1] in "+-"
                ],
            }
    return {"schema": SCHEMA, "routers": routers, "azure": parts.unmodelled}


def _azure_face(world: World, parts: Parts, secrets: Mapping[str, str]) -> web.Application:
    tokens = Tokens(tenant=world.tenant, client=world.client, client_secret=secrets[CLIENT_SECRET])
    return Face(azure=parts.azure, tokens=tokens, events=parts.events).application()


def _control(
    parts: Parts,
    proxies: Mapping[str, Proxy],
    secrets: Mapping[str, str],
    stopped: asyncio.Event,
    racking: Callable[[str, str], None],
) -> web.Application:
    return Control(
        clock=parts.clock,
        routers=parts.routers,
        proxies=proxies,
        azure=parts.azure,
        faults=parts.faults,
        events=parts.events,
        stop=stopped.set,
        rack=racking,
        token=secrets[CONTROL_SECRET],
    ).application()


async def _serve(stack: AsyncExitStack, app: web.Application, tls: ssl.SSLContext) -> str:
    """Serve an application on a port of its own; return its base address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, 0, ssl_context=tls).start()
    return f"https://{HOST}:{runner.addresses[0][1]}"


async def _ssh(stack: AsyncExitStack, router: Router) -> SshPort:
    """Serve a router on a port of its own."""
    server = await serve(router, HOST)
    stack.push_async_callback(server.close)
    return server
