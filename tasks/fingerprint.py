"""The hash of all that a change is derived from: the selection's plan, and the templates."""

from hashlib import sha256

from fvrf.serial import dump
from tasks.project import Project
from tasks.render import TEMPLATES


def fingerprint(project: Project) -> str:
    """Return the SHA-256 of what the selection's intent and the templates make of both ends.

    Keys are in it by reference, never by value.
    """
    plan = {
        "routers": {host: project.plan.routers[host] for host in project.routers},
        "gateways": {host: project.gateway(host) for host in project.gateways},
    }
    digest = sha256(dump(plan).encode())
    for file in sorted((TEMPLATES / "iosxe").rglob("*.j2")):
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()
