"""Whatever a router sends, an answer is one only if its echo and its prompt came in order."""

import itertools
import re
import time

import pytest
from fuzz_shards import fuzzed
from fuzz_vty import LOG, NAME, Channel, Done, cut, executed, prompt, unfinished, with_logs
from hypothesis import strategies as st

from tasks.console import Answer, Console, Garbled, Silence

LINES = st.sampled_from(
    [
        "interface Tunnel0",
        "ip address 192.168.255.254 255.255.255.255",
        "show ip route vrf OUTSIDE_ONE",
        "no ip vrf OUTSIDE_ONE",
        "description # not > a prompt",
        "end",
    ]
) | st.text(alphabet=" abcé#>()-", max_size=12)
PIECES = st.sampled_from(
    [
        "% Invalid input detected at '^' marker.",
        f"{NAME}#",
        f"{NAME}(config)#",
        f"\n{NAME}#",
        f"\n{NAME}(config-if)# end",
        f"{NAME}>",
        "other#",
        LOG,
        f"\n{LOG}\n",
        "\n",
        "\r\n",
        "Password: ",
        "\x00",
        "\ufffd",
        " --More-- ",
        "interface Tunnel0",
    ]
) | st.text(max_size=20)
SIZES = st.lists(st.integers(1, 30), max_size=20)
MODES = st.sampled_from(["", "config", "config-if", "config-ikev2-keyring-peer"])
TIMEOUT_S = 5.0


def greeted(channel: Channel) -> Console:
    """Return a console in privileged mode, whose first answers went well."""
    settings = "terminal length 0", "terminal width 511", "terminal no monitor"
    prepared = "".join(Done(line=line, reply="", mode="").printed for line in settings)
    welcome = f"\r\n{NAME}#", prepared
    channel.chunks = itertools.chain((text.encode() for text in welcome), channel.chunks)
    console = Console(channel)  # type: ignore[arg-type]  # all that it uses of a channel
    assert console.greet(None, timeout_s=TIMEOUT_S)
    assert console.read([], timeout_s=TIMEOUT_S) == []
    return console


def asked(console: Console, lines: list[str]) -> list[Answer] | None:
    """Return the answers; None where the reader refused them in one of the ways it may."""
    try:
        return console.ask(lines, timeout_s=TIMEOUT_S)
    except (Silence, EOFError, Garbled):
        return None


def stands_in(answers: list[Answer], text: str) -> bool:
    """Tell whether echo, reply and prompt of every answer stand in a text, one after another."""
    parts = (
        re.escape(answer.line.rstrip())
        + r"\s*?\n"
        + (re.escape(answer.reply) + "\n" if answer.reply else "")
        + re.escape(prompt(answer.mode))
        for answer in answers
    )
    return re.match("".join(parts), text) is not None


@fuzzed(sample=300)
def test_an_answer_has_its_echo_and_its_prompt_in_order(draw: st.DataObject) -> None:
    lines = draw.draw(st.lists(LINES, min_size=1, max_size=4))
    pieces = [*lines, *(f"\n{line}\n" for line in lines)]
    sent = "".join(draw.draw(st.lists(PIECES | st.sampled_from(pieces), max_size=14)))
    chunks = cut(sent.encode(errors="replace"), draw.draw(SIZES))

    answers = asked(greeted(Channel(chunks, ends=draw.draw(st.booleans()))), lines)

    assert answers is None or [answer.line for answer in answers] == lines
    assert answers is None or stands_in(answers, sent.replace("\r", ""))


@fuzzed(sample=300)
def test_lines_that_were_lost_on_the_way_are_never_taken_for_done(draw: st.DataObject) -> None:
    """The router loses what it likes of the input, prints what it likes, and logs in between.

    What looks like a prompt at the end of a text may be taken for one, until the next line.
    """
    lines = draw.draw(st.lists(LINES.map(str.strip).filter(bool), min_size=1, max_size=4))
    typed = "".join(f"{line}\n" for line in lines)
    lost = draw.draw(st.sets(st.integers(0, len(typed) - 1), max_size=3))
    arrived = "".join(key for place, key in enumerate(typed) if place not in lost)
    done = executed(arrived, lambda: draw.draw(PIECES), lambda: draw.draw(MODES))
    printed = with_logs("".join(one.printed for one in done) + unfinished(arrived), draw)
    goodbye = Done(line="exit", reply="", mode="").printed.encode()
    chunks = [*cut(printed.encode(errors="replace"), draw.draw(SIZES)), goodbye]
    console = greeted(Channel(iter(chunks)))

    answers = asked(console, lines)

    if answers is not None and [(a.line, a.mode) for a in answers] != [
        (one.line, one.mode) for one in done
    ]:
        assert asked(console, ["exit"]) is None


@pytest.mark.parametrize("kept", range(1, 30))
def test_what_an_input_buffer_drops_is_garbled_and_not_silent(kept: int) -> None:
    lines = ["interface Tunnel0", "no shutdown"]
    arrived = "interface Tunnel0\nno shutdown\n"[:kept]
    done = executed(arrived, str, lambda: "config-if")
    printed = "".join(one.printed for one in done) + unfinished(arrived)
    console = greeted(Channel(iter([printed.encode()])))

    with pytest.raises(Garbled) as caught:
        console.ask(lines, timeout_s=TIMEOUT_S)

    assert len(caught.value.answers) == len(done)


@fuzzed(sample=10, soak=100)
def test_a_router_that_never_ends_is_given_up(draw: st.DataObject) -> None:
    chunk = "".join(draw.draw(st.lists(PIECES, min_size=1, max_size=5))) or "."
    console = greeted(Channel(itertools.repeat(chunk.encode(errors="replace"))))
    begun = time.monotonic()

    with pytest.raises((Silence, Garbled)):
        console.ask(["show version"], timeout_s=0.05)

    assert time.monotonic() - begun < TIMEOUT_S


@fuzzed(sample=300)
def test_a_greeting_is_privileged_only_behind_such_a_prompt(draw: st.DataObject) -> None:
    sent = "".join(draw.draw(st.lists(PIECES | st.just("enable\n"), max_size=14)))
    channel = Channel(cut(sent.encode(errors="replace"), draw.draw(SIZES)))
    console = Console(channel)  # type: ignore[arg-type]  # all that it uses of a channel

    try:
        privileged = console.greet("the secret", timeout_s=TIMEOUT_S)
    except (Silence, EOFError, Garbled):
        privileged = False

    text = sent.replace("\r", "")
    assert not privileged or re.search(r"^[^\s#>()]{1,63}# ?", text, re.MULTILINE)
    assert b"the secret" not in channel.sent or re.search(r"[Pp]assword: ?", text)
