"""The command `fvrf`: every runbook as a subcommand."""

import typer

from runbooks import lab
from runbooks.capacity import capacity
from runbooks.decommission import decommission
from runbooks.discover import discover
from runbooks.host_keys import host_keys
from runbooks.plan import plan
from runbooks.rehearse import rehearse
from runbooks.report import report
from runbooks.rollback import rollback
from runbooks.rollout import rollout
from runbooks.rotate_psk import rotate_psk
from runbooks.validate import validate
from runbooks.verify import verify

app = typer.Typer(
    help="FVRF tunnels with BGP between IOS-XE routers and Azure: one intent, both ends.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for runbook in (
    validate,
    capacity,
    discover,
    host_keys,
    plan,
    rehearse,
    rollout,
    rollback,
    rotate_psk,
    decommission,
    verify,
    report,
):
    app.command(name=runbook.__name__)(runbook)
app.add_typer(lab.app, name="lab")


def main() -> None:
    """Run the command line."""
    app()
