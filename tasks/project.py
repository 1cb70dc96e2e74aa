"""A project opened: configuration, inventory, intent and plan, all checked before any socket."""

import gc
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from inspect import signature
from pathlib import Path
from typing import Any, Self, cast

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.exceptions import PluginNotRegistered
from nornir.core.plugins.runners import RunnersPluginRegister

from fvrf.decommission import Gone
from fvrf.errors import InputError, Problem
from fvrf.intent.load import HostSource, examine, place_of
from fvrf.intent.model import Gateway, GatewayPlace, Intent
from fvrf.intent.pacing import Pacing
from fvrf.plan.build import build
from fvrf.plan.model import GatewayPlan, Plan
from fvrf.rollback import Back
from fvrf.secrets import SecretRef
from tasks import lab
from tasks.azure.access import PublicCloud
from tasks.azure.key_vault import KeyVaults, Way, ways
from tasks.azure.patience import Patience
from tasks.clock import Clock
from tasks.plugins.inventory import host_sources
from tasks.plugins.runner import PacedRunner
from tasks.references import places
from tasks.secrets import SecretStore
from tasks.settings import Settings, read_config
from tasks.yaml_file import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What an NOE chose: nothing chosen means all; several choices narrow each other."""

    hosts: Sequence[str] = ()
    sites: Sequence[str] = ()
    gateways: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything a stage needs to know; `routers` and `gateways` are the selected hosts.

    `logins_spent` gathers the routers of one-time logins that had both of theirs. `renew` has the
    keys that are being rotated: they are typed even over one that nobody can compare, and nothing
    else is changed. `gone` is what is being decommissioned: intent and plan are without it. `back`
    has the routers that an earlier change is taken back on, `places` the gateways of which nothing
    but their place is known yet.
    """

    nornir: Nornir
    settings: Settings
    intent: Intent
    plan: Plan
    secrets: SecretStore
    clock: Clock
    routers: tuple[str, ...]
    gateways: tuple[str, ...]
    logins_spent: set[str] = field(default_factory=set)
    renew: frozenset[SecretRef] = frozenset()
    gone: Gone | None = None
    back: Mapping[str, Back] = field(default_factory=dict)
    places: Mapping[str, GatewayPlace] = field(default_factory=dict)

    def only(self, hosts: Sequence[str]) -> Nornir:
        """Return Nornir with these hosts, all of them fit to run."""
        self.nornir.data.reset_failed_hosts()
        chosen = frozenset(hosts)
        return self.nornir.filter(filter_func=lambda host: host.name in chosen)

    def narrowed(self, routers: Sequence[str]) -> Self:
        """Return the project with fewer routers selected, and the gateways that those use."""
        used = {gateway for host in routers for gateway in self.gateways_of(host)}
        gateways = tuple(gateway for gateway in self.gateways if gateway in used)
        return replace(self, routers=tuple(routers), gateways=gateways)

    def gateways_of(self, host: str) -> tuple[str, ...]:
        """Return the gateways that a router has connections to, those that go included."""
        going = self.gone.connections if self.gone else ()
        left = (connection.gateway for connection in going if connection.router == host)
        return tuple(dict.fromkeys((*self.plan.routers[host].gateways, *left)))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The plan's warnings, but those of hosts that are not selected."""
        known, chosen = {*self.plan.routers, *self.plan.gateways}, {*self.routers, *self.gateways}
        return tuple(
            text
            for text in self.plan.warnings
            if (host := text.partition(":")[0]) not in known or host in chosen
        )

    def pacing(self, host: str) -> Pacing:
        """Return how a router's push is paced: its own, its group's, or the configuration's."""
        return self.intent.routers[host].pacing or self.settings.pacing

    def check_sites(self, option: str, names: Sequence[str]) -> None:
        """Raise InputError where an option names what is no site."""
        _known_names(option, names, {router.site for router in self.plan.routers.values()})

    def gateway(self, host: str) -> GatewayPlan:
        """Return a gateway's plan with the connections of the selected routers only."""
        planned = self.plan.gateways[host]
        chosen = frozenset(self.routers)
        own = tuple(c for c in planned.connections if c.router in chosen)
        return replace(planned, connections=own)


def open_project(
    config: Path, selection: Selection, *, offline: bool = False, without_intent: bool = False
) -> Project:
    """Read and check all input; raises InputError with every mistake, CannotLook without a lab.

    With `without_intent` hosts need no intent yet: of a router how to reach it, of a gateway where
    it is. One that has none is in no plan; nor is, with such a gateway, any router.
    """
    _quiet_libraries()
    arguments, settings = read_config(config)
    with _collector_at_rest():
        return _opened(
            config, selection, arguments, settings, offline=offline, without_intent=without_intent
        )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Look for no garbage while millions of objects are made that all stay: half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _opened(
    config: Path,
    selection: Selection,
    arguments: dict[str, Any],
    settings: Settings,
    *,
    offline: bool,
    without_intent: bool,
) -> Project:
    nornir = _nornir(config, arguments)
    sources = list(host_sources(nornir.inventory, arguments["inventory"]["options"]))
    bare = [one for one in sources if without_intent and one.is_bare]
    bare_places, wrong = _places(bare)
    has_all = not any(one.is_gateway for one in bare)
    intent, problems = examine(
        one for one in sources if one not in bare and (has_all or not one.is_router)
    )
    problems += [*wrong, *_unknown_clouds(intent, settings)]
    problems += _unknown_gateways(config, intent, settings)
    if problems:
        raise InputError(problems)
    plan = build(intent)
    routers, gateways = _select(plan, intent, selection, [one.name for one in bare])
    if not routers and not without_intent:
        raise InputError(
            [_argument("", "the selection has no router in common with the inventory")]
        )
    clock = Clock() if settings.lab is None or offline else _lab_clock(settings.lab)
    if isinstance(nornir.runner, PacedRunner):
        nornir.runner.clock = clock
    return Project(
        nornir=nornir,
        settings=settings,
        intent=intent,
        plan=plan,
        secrets=_secrets(nornir, settings, intent),
        clock=clock,
        routers=routers,
        gateways=gateways,
        places=bare_places,
    )


def _places(bare: Iterable[HostSource]) -> tuple[dict[str, GatewayPlace], list[Problem]]:
    """Return where the gateways are that have no intent yet, and what is wrong with that."""
    found: dict[str, GatewayPlace] = {}
    problems: list[Problem] = []
    for source in bare:
        if source.is_gateway:
            place, wrong = place_of(source)
            problems += wrong
            if place is not None:
                found[source.name] = place
    return found, problems


def _lab_clock(folder: Path) -> Clock:
    now, speed = lab.clock(folder)
    return Clock(speed=speed, epoch=now)


def cloud_of(settings: Settings, name: str) -> PublicCloud | Path:
    """Return a cloud by its name in the intent: Microsoft's, or the file of one's own."""
    return settings.clouds.get(name) or cast("PublicCloud", name)


def _secrets(nornir: Nornir, settings: Settings, intent: Intent) -> SecretStore:
    """Return the store of all references; nothing is resolved yet."""

    def way(gateway: Gateway) -> Way:
        return Way(cloud=cloud_of(settings, gateway.cloud), identity=gateway.identity)

    timeout_s = settings.timing.secret_timeout_s
    return SecretStore(
        settings.secrets,
        places=places(nornir.inventory.hosts.values(), intent),
        vaults=lambda resolve: KeyVaults(
            ways(intent.gateways, settings.vaults, way),
            resolve,
            # By the wall's clock, as a lab's vault answers at no other speed.
            Patience(clock=Clock(), operation_deadline_s=timeout_s, poll_s=timeout_s),
        ),
        command_timeout_s=timeout_s,
    )


def _nornir(config: Path, arguments: dict[str, Any]) -> Nornir:
    """Start Nornir; what it would refuse with a traceback is a mistake in the configuration."""
    try:
        runner = Config.from_dict(**arguments).runner
        RunnersPluginRegister.auto_register()
        signature(RunnersPluginRegister.get_plugin(runner.plugin)).bind(**runner.options)
    except (PluginNotRegistered, TypeError) as error:
        raise InputError(
            [Problem(file=shown(config), host="", path="", message=f"Nornir refuses it: {error}")]
        ) from error
    return InitNornir(**arguments)


def _quiet_libraries() -> None:
    """Keep the libraries' own words off the console: they log tracebacks, and keys at DEBUG."""
    for name in ("nornir", "netmiko", "paramiko", "azure", "hier_config"):
        logging.getLogger(name).addHandler(logging.NullHandler())


def _unknown_clouds(intent: Intent, settings: Settings) -> Iterator[Problem]:
    known = {"public", "china", "usgov", *settings.clouds}
    for host, gateway in intent.gateways.items():
        if gateway.cloud not in known:
            yield Problem(
                file=intent.file_of(host, "cloud"),
                host=host,
                path="data.cloud",
                message="no such cloud",
                value=gateway.cloud,
                remedy=f"one of {', '.join(sorted(known))}; more under user_defined.clouds",
                code="F170",
            )


def _unknown_gateways(config: Path, intent: Intent, settings: Settings) -> Iterator[Problem]:
    for vault, host in settings.vaults.items():
        if host not in intent.gateways:
            yield Problem(
                file=shown(config),
                host="",
                path=f"user_defined.vaults.{vault}",
                message="no such gateway",
                value=host,
                remedy=f"one of {', '.join(sorted(intent.gateways))}",
            )


def _select(
    plan: Plan, intent: Intent, selection: Selection, bare: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    _known_names("--host", selection.hosts, {*plan.routers, *plan.gateways, *bare})
    _known_names("--site", selection.sites, {router.site for router in plan.routers.values()})
    _known_names("--gateway", selection.gateways, {*plan.gateways, *bare})
    chosen_routers = [name for name in selection.hosts if name in plan.routers]
    chosen_gateways = {name for name in selection.hosts if name in plan.gateways}
    chosen_gateways |= set(selection.gateways)
    routers = tuple(
        host
        for host, router in plan.routers.items()
        if (not (chosen_routers or bare) or host in chosen_routers)
        and (not selection.sites or router.site in selection.sites)
        and (not chosen_gateways or chosen_gateways & {c.gateway for c in router.connections})
    )
    routers += tuple(sorted({*selection.hosts} & {*bare}))
    planned = (plan.routers[host] for host in routers if host not in bare)
    used = {c.gateway for router in planned for c in router.connections}
    return routers, tuple(gateway for gateway in intent.gateways if gateway in used)


def _known_names(option: str, names: Sequence[str], known: set[str]) -> None:
    problems = [
        _argument(option, f"nothing in the inventory is named {name!r}", ", ".join(sorted(known)))
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(problems)


def _argument(option: str, message: str, known: str | None = None) -> Problem:
    remedy = None if known is None else f"one of {known}"
    return Problem(file="command line", host="", path=option, message=message, remedy=remedy)
