"""No reply that holds an error is taken for a good one, whatever stands around it."""

import re

from fuzz_shards import fuzzed
from fuzz_vty import LOG, NAME
from hypothesis import strategies as st

from fvrf.iosxe.modes import EXEC, MODES, mode_after
from fvrf.iosxe.replies import BENIGN, ERRORS, QUESTIONS, RETRY, Said, classify

GOOD = ("ok", "notice")
# An error of each row of the table, and others that no table knows.
ERROR_LINES = (
    "% Invalid input detected at '^' marker.",
    "% Incomplete command.",
    '% Ambiguous command:  "ex"',
    "%Warning: password will be truncated to 32 characters",
    "Error: first remove the keyring from the above profile",
    "Command rejected: GigabitEthernet1 is in use",
    "Command authorization failed.",
    "Configuration mode is locked by process '3' user 'noe' from terminal '2'.",
    "BGP is already running; AS is 65010",
)
ONLY_TO = {"BGP is already running; AS is 65010": "router bgp 65011"}
UNKNOWN_ERRORS = ("% Something never seen before", "%Cannot do that", "%  10.0.0.0 overlaps")
HARMLESS = (
    "",
    "   ",
    "        ^",
    LOG,
    "000042: " + LOG,
    "%SYS-5-CONFIG_I: Configured from console by noe on vty0 (192.0.2.9)",
    "% Interface Gi2 IPv4 disabled and address(es) removed due to enabling VRF OUT1",
    "%Warning: weaker encryption algorithm is deprecated",
    "% Policy already has same proposal set",
    "Note: this takes effect later",
    "IKEv2 profile MUST have:",
    f"{NAME}(config)#interface Tunnel0",
)
SENT = st.sampled_from(
    ["interface Tunnel0", "no ip vrf A", "no ip route 10.0.0.0 255.0.0.0 Null0", "rd 1:1", ""]
)
AROUND = st.lists(st.sampled_from(HARMLESS) | st.text(max_size=20), max_size=4)
MODE_NAMES = st.sampled_from(sorted({result for _, _, result in MODES} | {"config-subif"}))


@fuzzed(sample=300)
def test_an_error_of_the_tables_is_seen_whatever_surrounds_it(draw: st.DataObject) -> None:
    error = draw.draw(st.sampled_from(ERROR_LINES))
    ends = st.sampled_from(["\n", "\r\n", " ", ""])
    before, after = (
        draw.draw(ends).join(draw.draw(AROUND)) + draw.draw(ends),
        draw.draw(ends) + draw.draw(ends).join(draw.draw(AROUND)),
    )

    sent = ONLY_TO.get(error) or draw.draw(SENT)
    assert classify(sent, before + error + after).kind not in GOOD


@fuzzed(sample=300)
def test_an_error_that_no_table_knows_is_seen_on_a_line_of_its_own(draw: st.DataObject) -> None:
    error = draw.draw(st.sampled_from(("", " "))) + draw.draw(st.sampled_from(UNKNOWN_ERRORS))
    lines = [*draw.draw(AROUND), error, *draw.draw(AROUND)]

    assert classify(draw.draw(SENT), "\n".join(lines)).kind not in GOOD


@fuzzed(sample=300)
def test_any_reply_is_classified(draw: st.DataObject) -> None:
    reply = draw.draw(st.text(max_size=80))

    found = classify(draw.draw(SENT | st.text(max_size=20)), reply)

    assert found.kind in ("ok", "notice", "retry", "error", "question")
    assert (found.kind == "ok") == (not found.text)


def test_each_row_of_the_errors_has_an_example_here() -> None:
    tables: tuple[Said, ...] = ERRORS
    assert [
        row.pattern
        for row in tables
        if not any(re.search(row.pattern, line.lower()) for line in ERROR_LINES)
    ] == []
    assert BENIGN
    assert RETRY
    assert QUESTIONS


@fuzzed(sample=300)
def test_any_line_leads_to_a_mode_that_there_is(draw: st.DataObject) -> None:
    mode, line = draw.draw(MODE_NAMES), draw.draw(st.text(max_size=30) | LINES_OF_MODES)

    after = mode_after(mode, line)

    assert after == mode or after in {result for _, _, result in MODES} | {"config-subif"}
    assert mode == EXEC or mode_after(after, "end") == EXEC


LINES_OF_MODES = st.one_of(*(st.from_regex(line, fullmatch=True) for _, line, _ in MODES))
