"""Whatever is left of a show command's output, no check passes without its evidence in it."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from fuzz_evidence import missing, rows
from fuzz_outputs import FIXTURES, article_outputs, article_plan, spoiled
from fuzz_shards import fuzzed
from hypothesis import strategies as st

from fvrf.checks.finding import Finding
from fvrf.checks.router import check_router
from fvrf.errors import CannotLook
from fvrf.expected import expected_router
from fvrf.iosxe import preflight
from fvrf.iosxe.parse.advertised_routes import parse_advertised_routes
from fvrf.iosxe.parse.bgp_summary import parse_bgp_summary
from fvrf.iosxe.parse.crypto_sessions import parse_crypto_sessions
from fvrf.iosxe.parse.ikev2_sessions import parse_ikev2_sessions
from fvrf.iosxe.parse.interfaces import parse_interfaces
from fvrf.iosxe.parse.ipsec_profiles import parse_ipsec_profiles
from fvrf.iosxe.parse.observe import observe_router
from fvrf.iosxe.parse.route_entry import parse_route_entry
from fvrf.iosxe.parse.route_table import parse_route_table

READERS: tuple[Callable[[str], object], ...] = (
    parse_advertised_routes,
    parse_bgp_summary,
    parse_crypto_sessions,
    parse_ikev2_sessions,
    parse_interfaces,
    parse_ipsec_profiles,
    parse_route_entry,
    parse_route_table,
    preflight.archive,
    preflight.pending_timer,
    preflight.privilege,
    preflight.last_change,
)
TEXTS = sorted(
    {file.read_text(encoding="utf-8") for file in FIXTURES.rglob("*.txt")}
    | {"Current privilege level is 15\n", "Archive feature not enabled\n"}
)


def judged(outputs: dict[str, str]) -> tuple[Finding, ...]:
    plan = article_plan()
    return check_router(expected_router(plan), observe_router(plan, outputs))


def test_each_finding_has_its_evidence_in_the_whole_outputs() -> None:
    findings = judged(article_outputs())

    assert {finding.verdict for finding in findings} == {"passed"}
    assert [str(finding) for finding in findings if not rows(finding)] == []
    assert [missing(finding, article_outputs()) for finding in findings] == [[]] * len(findings)


@fuzzed(sample=250)
def test_no_check_passes_without_its_evidence(draw: st.DataObject) -> None:
    outputs = dict(article_outputs())
    commands = draw.draw(st.sets(st.sampled_from(sorted(outputs)), min_size=1, max_size=3))
    for command in sorted(commands):
        outputs[command] = spoiled(outputs[command], list(article_outputs().values()), draw)

    passed = [finding for finding in judged(outputs) if finding.verdict == "passed"]

    assert {str(f): lacks for f in passed if (lacks := missing(f, outputs))} == {}


@fuzzed(sample=400)
def test_a_spoiled_output_is_read_or_refused(draw: st.DataObject) -> None:
    text = spoiled(draw.draw(st.sampled_from(TEXTS)), TEXTS, draw)

    with suppress(CannotLook):
        draw.draw(st.sampled_from(READERS))(text)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\n" * 1000, "9" * 5000, " " * 5000])
def test_strange_text_is_read_or_refused(text: str) -> None:
    for read in READERS:
        with suppress(CannotLook):
            read(text)
