"""The embedded lab: keep one running to play with, log in to a router, or see the demo."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from runbooks.options import DEFAULT_CONFIG, Config, Json, emit, errors

app = typer.Typer(
    help="Run the embedded lab: simulated routers and a simulated Azure.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Speed = Annotated[float, typer.Option("--speed", min=0.1, help="Lab seconds in a real second.")]
World = Annotated[
    Path | None,
    typer.Option("--world", help="A lab's facts, or their folder; without it the shipped lab."),
]
DEMO_SPEED = 20.0


def _folder(config: Path) -> Path:
    from fvrf.errors import InputError, Problem  # noqa: PLC0415 - --help must be quick
    from tasks.settings import read_config  # noqa: PLC0415

    folder = read_config(config)[1].lab
    if folder is None:
        problem = Problem(
            file=str(config), host="", path="user_defined.lab", message="this is no lab's config"
        )
        raise InputError([problem])
    return folder


@app.command()
def up(config: Config = DEFAULT_CONFIG, speed: Speed = 1.0, world: World = None) -> None:
    """Start a lab in the background."""
    with errors(as_json=False):
        from tasks import lab  # noqa: PLC0415

        folder = _folder(config)
        more = [] if world is None else ["--world", str(world.absolute())]
        facts = lab.start(folder, speed=speed, more=more)
    print(f"lab running in {folder}: {len(facts['routers'])} routers, Azure at {facts['azure']}")


@app.command()
def status(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> None:  # noqa: FBT002
    """Show the state of the running lab."""
    with errors(as_json=as_json):
        from tasks import lab  # noqa: PLC0415

        folder = _folder(config)
        found = lab.call(folder, "GET", "/status")
    if as_json:
        emit(found)
        return
    for name, router in sorted(found["routers"].items()):
        details = ", ".join(f"{key} {value}" for key, value in router.items())
        print(f"{name}: {details}")


@app.command()
def down(config: Config = DEFAULT_CONFIG) -> None:
    """End the running lab."""
    with errors(as_json=False):
        from tasks import lab  # noqa: PLC0415

        folder = _folder(config)
        lab.stop(folder)
    print("lab stopped")


@app.command()
def ssh(host: str, config: Config = DEFAULT_CONFIG) -> None:
    """Open a session on a router of the running lab."""
    with errors(as_json=False):
        from fvrf.errors import CannotLook  # noqa: PLC0415
        from tasks import lab  # noqa: PLC0415

        folder = _folder(config)
        routers = lab.require(folder)["routers"]
        program = shutil.which("ssh")
        if host not in routers:
            raise CannotLook(f"the lab has no router {host}", remedy=f"one of {', '.join(routers)}")
        if program is None:
            raise CannotLook("no ssh client on this machine")
    print(f"password: {folder / 'secrets' / 'router-password'}", file=sys.stderr)
    os.execv(program, [program, "-F", str(folder / "ssh_config"), host])  # noqa: S606 - their ssh


@app.command()
def demo(config: Config = DEFAULT_CONFIG, speed: Speed = DEMO_SPEED) -> None:
    """Start a lab, roll the inventory out on it, say how it went, and stop the lab."""
    with errors(as_json=False):
        from runbooks.rollout import rollout  # noqa: PLC0415
        from tasks import lab  # noqa: PLC0415

        folder = _folder(config)
        lab.start(folder, speed=speed)
        try:
            rollout(config=config, yes=True)
        finally:
            lab.stop(folder)


if __name__ == "__main__":
    app()
