"""What breaks nothing in Azure, written before any router's window, one writer a gateway."""

from collections.abc import Mapping, Sequence

from nornir.core.task import Result, Task

from fvrf.errors import ChangeFailed, FvrfError
from tasks.azure.apply import writer_lock
from tasks.many import run_on
from tasks.reconcile import PreparedGateway
from tasks.router_change import Ended, RouterChange, not_begun
from tasks.run import Run
from tasks.take_back import undo


def write_additions(
    run: Run, gateways: Mapping[str, PreparedGateway], changes: Sequence[RouterChange]
) -> dict[str, Ended]:
    """Give each gateway what breaks nothing; return how the routers ended whose additions failed.

    What was written for those is taken back.
    """
    failed: dict[str, FvrfError] = {}

    def add(task: Task) -> Result:
        gateway = gateways[task.host.name]
        run.wait_for(gateway.host)
        with writer_lock(gateway.desired.gateway_id):
            for change in changes:
                if change.host not in failed and not run.stopped:
                    _add(change, gateway.host, failed)
        return Result(host=task.host)

    wanted = [name for name in gateways if any(c.azure.additions(name) for c in changes)]
    _, broken = run_on(run.project, wanted, add, ChangeFailed)
    for name, error in broken.items():
        failed |= {c.host: error for c in changes if c.azure.additions(name)}
    return {
        change.host: undo(change, failed[change.host].message)
        if change.azure.wrote
        else not_begun(failed[change.host])
        for change in changes
        if change.host in failed
    }


def _add(change: RouterChange, gateway: str, failed: dict[str, FvrfError]) -> None:
    try:
        change.azure.apply(gateway, change.azure.additions(gateway))
    except FvrfError as error:
        failed[change.host] = error
