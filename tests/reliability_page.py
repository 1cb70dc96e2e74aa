"""Writes `docs/reliability.md`: what the soaks tried here, and what came of it."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from soaks import ROOT, Counts, Shard, newest

sys.path.append(str(Path(__file__).parent / "matrix"))

from matrix_table import FAULTS, LEFT_OUT, STEPS

PAGE = ROOT / "docs/reliability.md"
HEAD = """# Reliability

What `make soak` tries, and what came of it when it was last run; written by it. A shard that was green
is not run again until the source that it rests on changes: its hash stands behind it. All ends are
simulated (`docs/lab.md`); no figure here is from a real router or subscription.

| soak | what it does |
|---|---|
| faults | every fault below at every step below, each at a router of its own: the router ends in its old or its new configuration, saved only if confirmed, no key lost at one end, the journal and the exit code right, the other sites untouched |
| kills | `kill -9` at a random moment of a rollout of 20 routers, then `--resume`: every router confirmed and verified, no push twice |
| circles | random pairs of intents: from one to the other, then `rollback`: both ends as they were |
| drawn sites | random sites of every shape, rolled out from nothing and proven, then discovered again |
| lines | every rendered line and declared Azure field is lost or altered behind the product's back: the plan names it, verification fails where the network is hurt |
| fuzzing | random lines, replies and bodies at the product's readers and at the lab's ends |
| one gateway | twenty sites at a gateway whose operations take 30 s each, one at a time: no revert timer runs out |
"""  # noqa: E501 - a table's rows


def page(shards: Sequence[Shard]) -> str:
    """Return the page."""
    parts = (HEAD, "\n".join(_summary(shards)), "\n".join(faults()), "\n".join(_details(shards)))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(shards: Sequence[Shard]) -> Iterator[str]:
    yield "## Last runs\n"
    yield "| soak | shards | tried | failed shards | minutes | days |"
    yield "|---|---|---|---|---|---|"
    for soak in dict.fromkeys(shard.soak for shard in shards):
        own = [shard for shard in shards if shard.soak == soak]
        counts: Counter[str] = Counter()
        for shard in own:
            counts.update(shard.counts)
        failed = sum(shard.failures for shard in own)
        minutes = sum(shard.seconds for shard in own) / 60
        days = ", ".join(sorted({shard.day for shard in own}))
        yield f"| {soak} | {len(own)} | {_told(counts)} | {failed} | {minutes:.0f} | {days} |"


def faults() -> Iterator[str]:
    """Yield the faults and the steps that the matrix is made of."""
    yield "## Faults and steps\n"
    yield f"{len(FAULTS)} faults at {len(STEPS)} steps: {len(FAULTS) * len(STEPS)} cells.\n"
    yield f"Steps: {', '.join(step.name for step in STEPS)}.\n"
    yield "| fault | at | the lab's kind | its worst step |"
    yield "|---|---|---|---|"
    for fault in FAULTS:
        end = "router" if fault.on_router else "Azure"
        yield f"| {fault.name} | {end} | `{fault.body['kind']}` | {fault.worst} |"
    yield ""
    for kind, why in LEFT_OUT.items():
        yield f"- `{kind}` is left out: {why}."


def _details(shards: Iterable[Shard]) -> Iterator[str]:
    yield "## Shards\n"
    yield "| soak | shard | tried | failed | seconds | day | source |"
    yield "|---|---|---|---|---|---|---|"
    for one in shards:
        failed, tried = "yes" if one.failures else "", _told(one.counts)
        yield (
            f"| {one.soak} | {one.name} | {tried} | {failed} | {one.seconds:.0f} | {one.day}"
            f" | `{one.source}` |"
        )


def _told(counts: Counts) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items())


if __name__ == "__main__":
    PAGE.write_text(page([*newest()]), encoding="utf-8")
