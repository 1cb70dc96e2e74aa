"""A router that is taken back to an earlier configuration: what is compared, and what is proven."""

from collections.abc import Callable

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import GatewayObservation, RouterObservation
from fvrf.errors import Refused
from fvrf.iosxe.diff import RouterDiff, backwards
from fvrf.iosxe.text import KeyPlace, keys_of, mask_keys, redact
from fvrf.plan.model import RouterPlan
from fvrf.rollback import Back, check_gateway_before, check_router_before
from fvrf.secrets import SecretRef
from tasks.project import Project


def former(project: Project, back: Back, plan: RouterPlan, whole: str) -> tuple[str, str]:
    """Return the backup and the running configuration, the backup's keys named in both.

    Each key of the backup becomes a reference that this run alone resolves.
    """
    if back.backup is None:
        return whole, whole
    text = back.backup.reveal()
    names = {place: _reference(plan.host, place) for place in keys_of(text)}
    for place, key in keys_of(text).items():
        project.secrets.hold(names[place], key)
    known = {names[place].placeholder: key for place, key in keys_of(text).items()}
    places = {place: reference.placeholder for place, reference in names.items()}
    return mask_keys(text, known, places), mask_keys(whole, known, places)


def _reference(host: str, place: KeyPlace) -> SecretRef:
    keyring, peer = place
    return SecretRef("file", f"backup/{host}/{keyring}/{peer}")


def moved_on(project: Project, back: Back, plan: RouterPlan, whole: str) -> Refused | None:
    """Return why a router is not taken back: what is ours there is not as the change left it."""
    if back.left is None:
        return None
    diff = backwards(plan, back.left, project.secrets.mask(redact(whole)))
    if not diff.changes:
        return None
    return Refused(
        f"{plan.host}: it is not as change {back.change} left it: "
        + "; ".join(line.strip() for line in diff.text.splitlines() if line.strip()),
        remedy="take back what came since first, or change the intent and roll out",
        code="F335",
    )


def toward(project: Project, back: Back, plan: RouterPlan, whole: str) -> RouterDiff:
    """Return what leads from the running configuration back, over what is ours."""
    return backwards(plan, *former(project, back, plan, whole))


def proof(
    project: Project,
    plan: RouterPlan,
    whole: str,
    seen: RouterObservation,
    see: Callable[[str], GatewayObservation],
) -> tuple[Finding, ...]:
    """Judge that what is ours is as backed up, and that all works that worked before."""
    back = project.back[plan.host]
    left = toward(project, back, plan, whole).changes
    names = ", ".join(f"{change.kind} {change.name}" for change in left)
    configuration = Subject(
        end=plan.host,
        check="configuration",
        name="what is ours in the configuration",
        expected=f"as before change {back.change}",
    ).judge(f"other: {names}" if left else f"as before change {back.change}", passed=not left)
    gateways = (
        finding
        for gateway, names in back.before.connections.items()
        if names
        for finding in check_gateway_before(gateway, names, see(gateway))
    )
    return (configuration, *check_router_before(plan.host, back.before, seen), *gateways)
