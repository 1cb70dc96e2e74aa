"""Sizing in words: tables for a terminal or a pipe."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from fvrf.capacity.reach import Reach
from fvrf.capacity.sizing import Option

_WIDTH = 160


def options_text(options: Sequence[Option]) -> str:
    """Compare options in a table, and say what the first takes and what would lift it."""
    rows = [
        (
            f"{one.sku.name} gen{one.sku.generation}",
            one.cipher,
            one.speakers,
            one.tunnels,
            one.outside_vrfs,
            one.connections,
            _gbps(one.reach_mbps),
            one.binds,
        )
        for one in options
    ]
    heads = ("SKU", "cipher", "speakers", "tunnels", "outside VRFs", "connections", "Gbps", "binds")
    first = options[0]
    return (
        _table(heads, rows)
        + f"{first.connections} connections take {first.connections} uplinks with public addresses"
        f" and front doors of their own.\n{_verdict(first)}Lifted by: {first.lifts}.\n"
    )


def _verdict(first: Option) -> str:
    if first.is_enough:
        return ""
    return f"{_gbps(first.wanted_mbps)} Gbps are not reached: {first.binds}.\n"


def reaches_text(reaches: Iterable[Reach], overloads: Iterable[tuple[str, int, int]]) -> str:
    """Say for each router what it can carry and what binds it, and who is overloaded."""
    rows = [
        (
            one.host,
            one.tunnels,
            _gbps(one.reach_mbps),
            "" if one.wanted_mbps is None else _gbps(one.wanted_mbps),
            one.binds,
        )
        for one in reaches
    ]
    lines = [
        f"{name}: its routers want {_gbps(wanted)} Gbps, it carries {_gbps(carried)}\n"
        for name, wanted, carried in overloads
    ]
    return _table(("router", "tunnels", "Gbps", "wanted", "binds"), rows) + "".join(lines)


def _gbps(mbps: int) -> str:
    return f"{mbps / 1000:g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    table = Table(*heads, box=SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    text = StringIO()
    Console(file=text, width=_WIDTH).print(table)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines() if line.strip())
