"""The Azure side as `az` commands, for shops where someone else types them. Pure text."""

import re
import shlex
from collections.abc import Iterator

from fvrf.azure.bodies import SPEAKER, SPEAKERS
from fvrf.azure.resources import Desired, Json, Pair, Resource, desired
from fvrf.plan.model import GatewayPlan

# `az network vpn-connection ipsec-policy add`: option -> field of `ipsecPolicies`.
_POLICY_OPTIONS = (
    ("--ike-encryption", "ikeEncryption"),
    ("--ike-integrity", "ikeIntegrity"),
    ("--dh-group", "dhGroup"),
    ("--ipsec-encryption", "ipsecEncryption"),
    ("--ipsec-integrity", "ipsecIntegrity"),
    ("--pfs-group", "pfsGroup"),
    ("--sa-lifetime", "saLifeTimeSeconds"),
    ("--sa-max-size", "saDataSizeKilobytes"),
)


def az_commands(plan: GatewayPlan) -> str:
    """Return a shell script that creates what the plan wants; each key is a shell variable.

    A new connection of a route-based gateway speaks IKEv2, for which `az` has no option.
    """
    wanted = desired(plan)
    head = [
        "#!/bin/sh",
        f"# Gateway {plan.name}: one local network gateway and one connection for each uplink.",
        "# Before it runs, put each connection's key into the variable named here.",
        "set -eu",
        *(f': "${{{key_variable(p)}:?the key of {p.plan.key}}}"' for p in wanted.pairs),
    ]
    blocks = ["\n".join(_commands(wanted, pair)) for pair in wanted.pairs]
    return "\n\n".join(["\n".join(head), *blocks]) + "\n"


def key_variable(pair: Pair) -> str:
    """Return the shell variable that holds the key of a connection."""
    return "FVRF_KEY_" + re.sub(r"\W", "_", pair.connection.name, flags=re.ASCII).upper()


def _commands(wanted: Desired, pair: Pair) -> Iterator[str]:
    yield f"# router {pair.plan.router}, uplink {pair.plan.uplink}"
    yield _command("network local-gateway create", _local_gateway(wanted, pair))
    yield _command("network vpn-connection create", _connection(wanted, pair))
    for policy in pair.connection.declared["ipsecPolicies"]:
        yield _command("network vpn-connection ipsec-policy add", _policy(wanted, pair, policy))
    yield from _private_address(wanted, pair)
    yield from _speakers(wanted, pair)


def _local_gateway(wanted: Desired, pair: Pair) -> Iterator[str]:
    yield from _scope(wanted)
    yield _option("--name", pair.local_gateway.name)
    yield _option("--gateway-ip-address", pair.local_gateway.declared["gatewayIpAddress"])
    yield _option("--asn", pair.local_gateway.declared["bgpSettings"]["asn"])
    bgp_address = pair.local_gateway.declared["bgpSettings"]["bgpPeeringAddress"]
    yield _option("--bgp-peering-address", bgp_address)
    yield _tags(pair.local_gateway)


def _connection(wanted: Desired, pair: Pair) -> Iterator[str]:
    yield from _scope(wanted)
    yield _option("--name", pair.connection.name)
    yield _option("--vnet-gateway1", wanted.facts.name)
    yield _option("--local-gateway2", pair.local_gateway.name)
    yield "--enable-bgp"
    yield f'--shared-key "${key_variable(pair)}"'
    yield _tags(pair.connection)


def _policy(wanted: Desired, pair: Pair, policy: Json) -> Iterator[str]:
    yield from _scope(wanted)
    yield _option("--connection-name", pair.connection.name)
    for option, field in _POLICY_OPTIONS:
        yield _option(option, policy[field])


def _private_address(wanted: Desired, pair: Pair) -> Iterator[str]:
    """Yield what leads a connection over private peering, for which `az` has no option."""
    if pair.plan.private_peering:
        change = (
            *_scope(wanted),
            _option("--name", pair.connection.name),
            "--set useLocalAzureIpAddress=true",
        )
        yield _command("network vpn-connection update", iter(change))


def _speakers(wanted: Desired, pair: Pair) -> Iterator[str]:
    """Yield what chooses APIPA addresses, for which `az` has no option of its own.

    The gateway is asked which IP configuration has each.
    """
    chosen = [entry[SPEAKER] for entry in pair.connection.declared.get(SPEAKERS) or ()]
    for k, address in enumerate(chosen):
        owner = f"[?contains(customBgpIpAddresses, '{address}')].ipconfigurationId | [0]"
        question = [
            *_scope(wanted),
            _option("--name", wanted.facts.name),
            _option("--query", f"bgpSettings.bgpPeeringAddresses{owner}"),
            "--output tsv",
        ]
        yield f'SPEAKER_{k}="$({_command("network vnet-gateway show", iter(question))})"'
    if chosen:
        entries = ",".join(
            f'{{\\"ipConfigurationId\\":\\"$SPEAKER_{k}\\",\\"{SPEAKER}\\":\\"{address}\\"}}'
            for k, address in enumerate(chosen)
        )
        change = [
            *_scope(wanted),
            _option("--name", pair.connection.name),
            f'--set "{SPEAKERS}=[{entries}]"',
        ]
        yield _command("network vpn-connection update", iter(change))


def _scope(wanted: Desired) -> Iterator[str]:
    yield _option("--subscription", wanted.facts.subscription)
    yield _option("--resource-group", wanted.facts.resource_group)


def _tags(resource: Resource) -> str:
    pairs = (shlex.quote(f"{name}={value}") for name, value in resource.tags.items())
    return f"--tags {' '.join(pairs)}"


def _option(name: str, value: object) -> str:
    return f"{name} {shlex.quote(str(value))}"


def _command(words: str, options: Iterator[str]) -> str:
    return f"az {words} \\\n" + " \\\n".join(f"  {option}" for option in options)
