"""A router that is taken back to an earlier configuration: what is compared, and what is proven."""

from collections.abc import Callable
from dataclasses import replace

from fvrf.checks.finding import Finding
from fvrf.checks.look import Subject
from fvrf.checks.observation import GatewayObservation, RouterObservation
from fvrf.errors import Refused
from fvrf.iosxe.diff import RouterDiff, backwards
from fvrf.iosxe.emit import Block, commands
from fvrf.iosxe.text import KeyPlace, keys_of, mask_keys, redact
from fvrf.iosxe.whole import REPLACE, obstacles, secrets, sections
from fvrf.plan.model import RouterPlan
from fvrf.rollback import Back, check_gateway_before, check_router_before
from fvrf.secrets import SecretRef
from tasks.project import Project
from tasks.session import is_one_time


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


def whole_refusal(project: Project, back: Back, plan: RouterPlan, whole: str) -> Refused | None:
    """Return why a whole backup is not put back: it cannot be, or what came since would be lost."""
    if not back.whole or back.backup is None:
        return None
    reasons = [*obstacles(back.backup.reveal(), whole)]
    if is_one_time(project, project.nornir.inventory.hosts[plan.host]):
        reasons.append("its logins are one-time, and SCP takes one more")
    if reasons:
        return Refused(
            f"{plan.host}: no whole backup can be put back: {'; '.join(reasons)}",
            remedy="mend that on the router, or roll back without --whole",
            code="F339",
        )
    return _lost(project, back, plan, whole)


def _lost(project: Project, back: Back, plan: RouterPlan, whole: str) -> Refused | None:
    """Name what came since the change and would go with the whole configuration."""
    backup = back.backup.reveal() if back.backup else ""
    since = sections(back.left or "", project.secrets.mask(redact(whole)))
    since |= {name: f"  {name}: a secret in it" for name in secrets(backup, whole)}
    lost = {name: text for name, text in since.items() if name not in back.overwrite}
    if not lost:
        return None
    lines = (line.strip() for text in lost.values() for line in text.splitlines())
    return Refused(
        f"{plan.host}: what came since change {back.change} would be lost: {'; '.join(lines)}",
        remedy="roll back without --whole, or name it: "
        + " ".join(f"--overwrite '{name}'" for name in lost),
        code="F338",
    )


def whole_change(back: Back, diff: RouterDiff, whole: str) -> tuple[RouterDiff, tuple[Block, ...]]:
    """Return what putting the whole backup back changes, and the one command that does it."""
    backup = back.backup.reveal() if back.backup else whole
    felt = [block.interrupts for block in commands(diff) if block.interrupts]
    block = Block(
        kind="other",
        name="the whole configuration",
        action="change",
        lines=(REPLACE,),
        interrupts="; ".join(felt) or None,
    )
    return replace(diff, text="\n".join(sections(backup, whole).values())), (block,)


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
    everything = (_as_a_whole(back, plan, whole),) if back.whole else ()
    return (
        configuration,
        *everything,
        *check_router_before(plan.host, back.before, seen),
        *gateways,
    )


def _as_a_whole(back: Back, plan: RouterPlan, whole: str) -> Finding:
    left = sections(back.backup.reveal(), whole) if back.backup else {}
    expected = f"as before change {back.change}"
    return Subject(
        end=plan.host, check="configuration", name="the whole configuration", expected=expected
    ).judge(f"other: {', '.join(left)}" if left else expected, passed=not left)
