"""Each show command's parser against captures, the expected data beside them.

A new case is a `.txt` file and a `.json` file, no code. The article's own outputs are cases too.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fvrf.checks.observation import jsonable
from fvrf.errors import CannotLook
from fvrf.iosxe.parse.advertised_routes import parse_advertised_routes
from fvrf.iosxe.parse.bgp_summary import parse_bgp_summary
from fvrf.iosxe.parse.counters import parse_counters
from fvrf.iosxe.parse.crypto_sessions import parse_crypto_sessions
from fvrf.iosxe.parse.ikev2_sessions import parse_ikev2_sessions
from fvrf.iosxe.parse.interfaces import parse_interfaces
from fvrf.iosxe.parse.ping import parse_ping
from fvrf.iosxe.parse.route_entry import parse_route_entry
from fvrf.iosxe.parse.route_table import parse_route_table

Parse = Callable[[str], object]

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Folder (or, for the article's files, a pattern of names) -> parser.
FOLDERS: dict[str, Parse] = {
    "show_crypto_ikev2_session": parse_ikev2_sessions,
    "show_crypto_session_detail": parse_crypto_sessions,
    "show_ip_bgp_vpnv4_vrf_summary": parse_bgp_summary,
    "show_ip_route_vrf": parse_route_table,
    "show_ip_route_vrf_prefix": parse_route_entry,
    "show_ip_bgp_vpnv4_vrf_advertised_routes": parse_advertised_routes,
    "show_ip_interface_brief": parse_interfaces,
    "show_interfaces": parse_counters,
    "ping": parse_ping,
}
ARTICLE: dict[str, Parse] = {
    "show_crypto_ikev2_session.txt": parse_ikev2_sessions,
    "show_ip_bgp_vpnv4_vrf_*_summary.txt": parse_bgp_summary,
    "show_ip_route_vrf_*_bgp.txt": parse_route_table,
    "show_ip_route_vrf_*_255.255.0.0.txt": parse_route_entry,
    "show_ip_bgp_vpnv4_vrf_*_advertised-routes.txt": parse_advertised_routes,
}
CASES = [
    *((parse, file) for name, parse in FOLDERS.items() for file in (FIXTURES / name).glob("*.txt")),
    *(
        (parse, file)
        for pattern, parse in ARTICLE.items()
        for file in (FIXTURES / "article" / "show").glob(pattern)
    ),
]


@pytest.mark.parametrize(
    ("parse", "capture"),
    [pytest.param(*case, id=f"{case[1].parent.name}/{case[1].stem}") for case in CASES],
)
def test_a_capture_is_read_whole(parse: Parse, capture: Path) -> None:
    assert jsonable(parse(capture.read_text())) == json.loads(
        capture.with_suffix(".json").read_text()
    )


@pytest.mark.parametrize("parse", FOLDERS.values(), ids=FOLDERS)
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (
            "show foo\n        ^\n% Invalid input detected at '^' marker.\n",
            "the router answered `% Invalid input detected at '^' marker.`",
        ),
        ("% Incomplete command.\n", "the router answered `% Incomplete command.`"),
        ("%Command authorization failed.\n", "answered `% Command authorization failed.`"),
        ("Interface\n --More-- \n", "the pager cut the output"),
        ("router#\n", "the capture"),
    ],
    ids=["invalid", "incomplete", "unauthorized", "pager", "prompt_alone"],
)
def test_a_refusal_is_no_observation(parse: Parse, reply: str, reason: str) -> None:
    with pytest.raises(CannotLook) as caught:
        parse(reply)

    assert caught.value.message.startswith("`")
    assert reason in caught.value.message


@pytest.mark.parametrize(
    ("parse", "capture", "cut_before"),
    [
        (parse_ikev2_sessions, "article/show/show_crypto_ikev2_session", "ESP spi in/out: 0xDABB"),
        (parse_ikev2_sessions, "article/show/show_crypto_ikev2_session", "3         172.16.1.4"),
        (parse_crypto_sessions, "article/composed/show_crypto_session_detail", "Peer: "),
        (parse_crypto_sessions, "article/composed/show_crypto_session_detail", "        Active"),
        (parse_bgp_summary, "show_ip_bgp_vpnv4_vrf_summary/every_state", "10.0.255.4 "),
        (parse_bgp_summary, "show_ip_bgp_vpnv4_vrf_summary/every_state", "    0    0 never"),
        (parse_route_table, "show_ip_route_vrf/long_prefixes_on_own_lines", "           [20/0]"),
        (parse_route_table, "show_ip_route_vrf/headings_lend_lengths", "Routing Table:"),
        (parse_interfaces, "show_ip_interface_brief/states", "up                    down"),
        (parse_route_entry, "show_ip_route_vrf_prefix/unequal_shares", "  Routing Descr"),
        (parse_route_entry, "show_ip_route_vrf_prefix/unequal_shares", "  * "),
        (parse_route_entry, "show_ip_route_vrf_prefix/unequal_shares", "share count is 1"),
    ],
)
def test_a_capture_that_is_cut_is_no_observation(
    parse: Parse, capture: str, cut_before: str
) -> None:
    text = (FIXTURES / f"{capture}.txt").read_text()

    with pytest.raises(CannotLook):
        parse(text[: text.index(cut_before)])


@pytest.mark.parametrize(
    ("parse", "capture"), [(p, c) for p, c in CASES if c.parent.name != "show"]
)
def test_line_ends_and_trailing_blanks_do_not_matter(parse: Parse, capture: Path) -> None:
    text = capture.read_text()

    assert parse(text.replace("\n", "  \r\n")) == parse(text)


def test_an_address_that_is_none_is_no_observation() -> None:
    text = (FIXTURES / "show_ip_bgp_vpnv4_vrf_summary" / "every_state.txt").read_text()

    with pytest.raises(CannotLook, match=r"`show ip bgp vpnv4 vrf VRF summary`: .*10\.0\.255\.999"):
        parse_bgp_summary(text.replace("10.0.255.4 ", "10.0.255.999 "))


def test_lines_missing_in_the_middle_are_seen_by_the_total() -> None:
    text = (
        FIXTURES / "show_ip_bgp_vpnv4_vrf_advertised_routes" / "classful_without_length.txt"
    ).read_text()

    with pytest.raises(CannotLook, match="4 of 5 prefixes are readable"):
        parse_advertised_routes(text.replace(" *>   172.16.0.0", "      ..."))


def test_a_route_without_its_heading_is_not_guessed() -> None:
    text = "Routing Table: X\n\nB        10.0.0.0 [20/0] via 10.0.255.4, 00:01:00\n"

    with pytest.raises(CannotLook, match=r"no heading gives the length of 10\.0\.0\.0"):
        parse_route_table(text)
