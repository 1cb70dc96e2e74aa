"""What does not know the hubs of virtual WANs says so before anything is opened."""

from collections.abc import Iterable

from fvrf.errors import Refused
from tasks.project import Project
from tasks.reconcile import access


def refuse_hubs(project: Project, gateways: Iterable[str], runbook: str) -> None:
    """Raise Refused if any of the gateways is a virtual WAN's."""
    for gateway in gateways:
        if access(project, gateway).is_hub:
            raise hub_refused(gateway, runbook)


def hub_refused(gateway: str, runbook: str) -> Refused:
    """Return the refusal of a virtual WAN's gateway."""
    return Refused(
        f"{gateway} is the VPN gateway of a virtual WAN's hub: {runbook} does not know those",
        remedy="leave it out of the selection (--gateway)",
        code="F390",
    )
