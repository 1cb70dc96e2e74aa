"""The plan of a change in words, as JSON and as an exit code; without secrets."""

from collections.abc import Iterable, Mapping

from tasks.archive import ARCHIVE
from tasks.prepare import PreparedRouter
from tasks.rollout import Prepared
from tasks.router_change import in_its_line


def archive_text(hosts: Iterable[str]) -> str:
    """Say what is typed where the archive is missing, for an NOE to read before saying yes."""
    lines = [
        "No revert timer without an archive. It is enabled, unprotected by a timer and saved at",
        f"once, on {', '.join(hosts)}:",
        *(f"  {line}" for line in ARCHIVE),
    ]
    return "\n".join(lines) + "\n"


def plan_text(prepared: Prepared, warnings: Iterable[str]) -> str:
    """Say what will be written at both ends, for an NOE to read before saying yes.

    `warnings` are the intent's own.
    """
    lines = [*_plan_lines(prepared), *(f"warning: {text}" for text in warnings)]
    return "\n".join(lines) + "\n"


def _plan_lines(prepared: Prepared) -> Iterable[str]:
    for host, error in prepared.errors.items():
        yield f"{host}: cannot be read: {in_its_line(host, error)}"
    for host, router in prepared.routers.items():
        if router.diff.in_sync:
            yield f"{host}: in sync"
        else:
            yield f"{host}: {len(router.blocks)} objects, {router.lines} lines"
            yield from (f"  {block.interrupts}" for block in router.blocks if block.interrupts)
            yield from (f"  {line}" for line in router.diff.text.splitlines())
        yield from _refusal_lines(router)
        for loss in prepared.losses.get(host, ()):
            yield f"  guard: {loss} (--allow-outage {loss.site})"
        yield from (f"  conflict: {conflict}" for conflict in router.diff.conflicts)
        yield from (f"  foreign: {line}" for line in router.diff.foreign)
        yield from (f"  note: {note}" for note in router.notes)
    for host, gateway in prepared.gateways.items():
        yield f"{host}: in sync" if gateway.diff.in_sync else f"{host}:"
        yield from (f"  {step}" for step in (*gateway.diff.steps, *gateway.diff.removals))
        yield from (f"  conflict: {conflict}" for conflict in gateway.diff.conflicts)
        if gateway.diff.preparation is not None:
            yield f"  only by `rollout --gateway-change`: {gateway.diff.preparation}"
        yield from (f"  foreign: {name}" for name in gateway.diff.foreign)
        yield from (f"  warning: {warning}" for warning in gateway.diff.warnings)


def _refusal_lines(router: PreparedRouter) -> Iterable[str]:
    """Yield why a rollout would not change this router as it is now."""
    if router.refusal is not None:
        yield f"  refused: {in_its_line(router.host, router.refusal)}"


def plan_document(prepared: Prepared, warnings: Iterable[str]) -> Mapping[str, object]:
    """Return the plan as JSON: what is different at each end, without secrets."""
    return {
        "in_sync": prepared.in_sync,
        "warnings": list(warnings),
        "errors": {host: str(error) for host, error in prepared.errors.items()},
        "routers": {
            host: {
                "in_sync": router.diff.in_sync,
                "lines": [line for block in router.blocks for line in block.lines],
                "interrupts": [block.interrupts for block in router.blocks if block.interrupts],
                "diff": router.diff.text,
                "refused": str(router.refusal) if router.refusal else None,
                "guard": list(map(str, prepared.losses.get(host, ()))),
                "conflicts": list(router.diff.conflicts),
                "foreign": list(router.diff.foreign),
                "notes": list(router.notes),
            }
            for host, router in prepared.routers.items()
        },
        "gateways": {
            host: {
                "in_sync": gateway.diff.in_sync,
                "steps": [str(step) for step in (*gateway.diff.steps, *gateway.diff.removals)],
                "conflicts": [str(conflict) for conflict in gateway.diff.conflicts],
                "gateway_change": gateway.diff.preparation and str(gateway.diff.preparation),
                "foreign": list(gateway.diff.foreign),
                "warnings": list(gateway.diff.warnings),
            }
            for host, gateway in prepared.gateways.items()
        },
    }


def plan_exit_code(prepared: Prepared) -> int:
    """Return 1 for differences, 2 where something could not be read, 0 in sync."""
    routers = all(router.diff.in_sync for router in prepared.routers.values())
    if not routers or not all(gateway.diff.in_sync for gateway in prepared.gateways.values()):
        return 1
    return 2 if prepared.errors else 0
