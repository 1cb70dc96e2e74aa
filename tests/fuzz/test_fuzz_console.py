"""Whatever a router sends, an answer is one only if its echo and its prompt came in order."""

import re
import time

from fuzz_shards import fuzzed
from fuzz_vty import NAME, Channel, Done, cut, printed, prompt
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
        "",
    ]
) | st.text(alphabet=" abcé#>()-", max_size=12)
MODES = st.sampled_from(["", "config", "config-if", "config-ikev2-keyring-peer"])
LOG = "*May  4 14:05:35.179: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, up"
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
TIMEOUT_S = 5.0


def opened(text: bytes, sizes: list[int], *, ends: bool) -> tuple[Console, Channel]:
    """Return a console that was greeted, before a channel that goes on with `text`."""
    greeting = b"\r\n" + f"{NAME}#".encode()
    prepared = printed(
        [Done(line=f"terminal {what}", reply="", mode="") for what in ("length 0", "width 511")]
    )
    channel = Channel(iter([greeting, prepared.encode(), *cut(text, sizes)]), ends=ends)
    console = Console(channel)  # type: ignore[arg-type]  # all that it uses of a channel
    assert console.greet(None, timeout_s=TIMEOUT_S)
    return console, channel


def asked(console: Console, lines: list[str]) -> list[Answer] | None:
    """Return the answers; None where the reader refused them in one of the ways it may."""
    begun = time.monotonic()
    try:
        return console.ask(lines, timeout_s=TIMEOUT_S)
    except (Silence, EOFError):
        return None
    except Garbled as error:
        assert [answer.line for answer in error.answers] == lines[: len(error.answers)]
        return None
    finally:
        assert time.monotonic() - begun < 2 * TIMEOUT_S


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
    console, _ = opened(
        sent.encode(errors="replace"),
        draw.draw(st.lists(st.integers(1, 30), max_size=20)),
        ends=draw.draw(st.booleans()),
    )

    answers = asked(console, lines)

    assert answers is None or [answer.line for answer in answers] == lines
    assert answers is None or stands_in(answers, sent.replace("\r", ""))
