"""Whatever is typed on a router of the lab: a prompt comes back, and the modes are as foreseen."""

from functools import cache

import yaml
from fuzz_outputs import ROOT, article_plan
from fuzz_shards import fuzzed
from hypothesis import strategies as st

from fvrf.iosxe.modes import mode_after
from fvrf.iosxe.replies import classify
from fvrf.iosxe.text import check_whole
from lab.tests.router.rack import NAME, Console, rack
from tasks.render import environment

CONTROL = "\x00\x03\x08\x15\x16\x17\x1a?\t \n\r"
KEYS = st.sampled_from([*CONTROL, "\x1b[A", "q", "y", "yes", "no", "\ud800", "é", "|", "a" * 300])
EXEC = (
    "configure terminal",
    "configure terminal revert timer 10",
    "configure confirm",
    "configure revert now",
    "copy running-config startup-config",
    "configure replace flash:x list force",
    "show running-config",
    "show running-config | section crypto",
    "show ip route vrf OUTSIDE_ONE | include (",
    "terminal length 0",
    "terminal length 5",
    "delete flash:x",
    "disable",
    "enable",
)


def configuration() -> list[str]:
    """Return the lines of the article's configuration, as they are typed."""
    text = environment().get_template("router.j2").render(plan=article_plan())
    return [line.strip() for line in text.split("\n") if line.strip(" !")]


@cache
def lines() -> list[str]:
    """Return lines of the article's configuration, with and without `no`, and of EXEC."""
    grammar = yaml.safe_load((ROOT / "lab" / "router" / "exec.yaml").read_text(encoding="utf-8"))
    shown = [row["line"] for mode in grammar["modes"].values() for row in mode["lines"]]
    written = configuration()
    return sorted({*written, *(f"no {line}" for line in written), *shown, *EXEC})


def typed() -> st.SearchStrategy[str]:
    """Draw a line: a good one, a part of one, one with a word lost, two in one, or any text."""
    good = st.sampled_from(lines())
    return (
        good
        | st.tuples(good, st.integers(1, 60)).map(lambda cut: cut[0][: cut[1]])
        | st.tuples(good, st.integers(0, 8)).map(lambda lost: without_word(*lost))
        | st.tuples(good, good).map(" ".join)
        | st.text(max_size=20)
    )


def without_word(line: str, number: int) -> str:
    """Return a line without one of its words."""
    words = line.split()
    return " ".join(words[:number] + words[number + 1 :])


@fuzzed(sample=60, soak=5000)
def test_a_prompt_comes_back_whatever_keys_are_pressed(draw: st.DataObject) -> None:
    console = Console(rack())
    for keys in draw.draw(st.lists(typed() | KEYS, max_size=40)):
        console.keys(keys + draw.draw(st.sampled_from(["\r", "\r\n", "", "\n"])))
        if console.closed:
            return
    console.keys("\x03\x03qq\r")

    console.keys("\x03\x1a\r")

    if not console.closed:
        assert console.keys("\r").rpartition("\n")[2] == console.prompt


@fuzzed(sample=60, soak=5000)
def test_what_stands_after_any_lines_is_a_whole_configuration(draw: st.DataObject) -> None:
    router = rack()
    console = Console(router)
    console.type("configure terminal")
    for line in draw.draw(st.lists(typed(), max_size=30)):
        if console.closed:
            return
        console.keys(line.replace("?", "") + "\r")

    assert check_whole(Console(router).type("show running-config"))


@fuzzed(sample=60, soak=5000)
def test_an_accepted_line_leads_to_the_mode_that_was_foreseen(draw: st.DataObject) -> None:
    """The lines come in their order with some of them lost, others said again or taken back."""
    console = Console(rack())
    console.type("configure terminal")
    mode = "config"
    written = configuration()
    lost = draw.draw(st.sets(st.integers(0, len(written) - 1), max_size=30))
    others = draw.draw(st.dictionaries(st.sampled_from(written), st.sampled_from(written)))
    for line in (line for place, line in enumerate(written) if place not in lost):
        for one in (line, others.get(line), line in others and f"no {line}"):
            if not one:
                continue
            reply = classify(one, console.type(one))
            shown = console.prompt.removeprefix(NAME).strip("()#")

            if reply.kind in ("ok", "notice"):
                assert (one, shown) == (one, mode_after(mode, one))

            mode = shown
