"""Where in the inventory each reference to a secret stands, for the messages about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from nornir.core.inventory import Host

from fvrf.intent.model import Intent
from fvrf.secrets import SecretRef

# Netmiko's arguments that are secrets; the inventory holds references in their place.
SECRET_OPTIONS = ("secret", "passphrase")


def places(hosts: Iterable[Host], intent: Intent) -> Mapping[SecretRef, tuple[str, ...]]:
    """Return for each reference its places as `HOST: PATH`, in the order of the inventory."""
    found: defaultdict[SecretRef, list[str]] = defaultdict(list)
    for host in hosts:
        for path, text in _logins(host):
            found[SecretRef.parse(text)].append(f"{host.name}: {path}")
    for where, reference in _intended(intent):
        found[reference].append(where)
    return {reference: tuple(where) for reference, where in found.items()}


def _logins(host: Host) -> Iterator[tuple[str, str]]:
    if host.password:
        yield "password", host.password
    options = {name: host.get_connection_parameters(name) for name in host.connection_options}
    for group in host.extended_groups():
        for name in group.connection_options:
            options.setdefault(name, host.get_connection_parameters(name))
    for name, option in options.items():
        where = f"connection_options.{name}"
        if option.password and option.password != host.password:
            yield f"{where}.password", option.password
        extras = option.extras or {}
        yield from (
            (f"{where}.extras.{key}", str(extras[key])) for key in SECRET_OPTIONS if extras.get(key)
        )


def _intended(intent: Intent) -> Iterator[tuple[str, SecretRef]]:
    for host, router in intent.routers.items():
        for placed in router.connections():
            yield f"{host}: data.{placed.path('key')}", placed.connection.key
            if placed.connection.previous_key is not None:
                yield f"{host}: data.{placed.path('previous_key')}", placed.connection.previous_key
    for host, gateway in intent.gateways.items():
        if gateway.identity.secret is not None:
            yield f"{host}: data.identity.secret", gateway.identity.secret
