"""`python -m lab up`: run a lab in the foreground."""

import argparse
import asyncio
import sys
from pathlib import Path

from lab.process import Options, run
from lab.run_folder import RunFolderError
from lab.world import DEFAULT_WORLD, WorldError


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code: 0 where the lab was told to end, 2 where it could not begin."""
    try:
        asyncio.run(run(_options(arguments)))
    except (WorldError, RunFolderError) as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - a command's complaint
        return 2
    return 0


def _options(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run a lab until SIGTERM, SIGINT or POST /stop")
    up.add_argument("--run", type=Path, required=True, metavar="DIR", help="its run folder")
    up.add_argument(
        "--world", type=Path, default=DEFAULT_WORLD, metavar="FILE|DIR", help="its facts"
    )
    up.add_argument(
        "--speed", type=_not_negative, default=1.0, metavar="N", help="lab s per real s"
    )
    up.add_argument(
        "--operation-seconds",
        type=_not_negative,
        default=10.0,
        metavar="S",
        help="how long Azure takes to write a connection, in lab seconds",
    )
    up.add_argument(
        "--round-trip-ms",
        type=_not_negative,
        metavar="MS",
        help="put each router behind a proxy that delays by this and counts turns",
    )
    up.add_argument("--seed", type=int, default=0, metavar="N", help="of what looks random")
    given = parser.parse_args(arguments)
    return Options(
        run=given.run,
        world=given.world,
        speed=given.speed,
        operation_s=given.operation_seconds,
        seed=given.seed,
        round_trip_s=None if given.round_trip_ms is None else given.round_trip_ms / 1000,
    )


def _not_negative(text: str) -> float:
    number = float(text)
    if number < 0:
        raise argparse.ArgumentTypeError("not negative")
    return number


if __name__ == "__main__":
    sys.exit(main())
