"""What a router's licence lets it do, read from its own words."""

import pytest

from fvrf.iosxe.licence import Licence, licence

CSR = """License Level: LEVEL
Next reload license Level: ax
The current throughput level is 2500000 kbps
"""
FRESH = """License Level:
Next reload license Level:
Addon License Level:
Next reload addon license Level:
The current throughput level is 10000 kbps
"""


@pytest.mark.parametrize(
    ("level", "lacks"), [("ax", False), ("security", False), ("ipbase", True), ("appx", True)]
)
def test_a_level_without_security_has_no_crypto(level: str, *, lacks: bool) -> None:
    found = licence(CSR.replace("LEVEL", level))

    assert (found.level, found.throughput_kbps, found.lacks_crypto) == (level, 2_500_000, lacks)


@pytest.mark.parametrize("text", [FRESH, "", "% Invalid input detected at '^' marker."])
def test_a_level_that_is_not_told_is_not_held_against_the_router(text: str) -> None:
    assert (licence(text).level, licence(text).lacks_crypto) == (None, False)


@pytest.mark.parametrize(
    ("kbps", "wanted", "said"),
    [
        (10_000, 2, ["its throughput level is 0.01 Gbps, throughput_gbps is 2: raise it by"]),
        (2_500_000, 2, []),
        (10_000, None, []),
        (None, 2, []),
    ],
)
def test_a_throughput_below_what_is_wanted_is_said(
    kbps: int | None, wanted: float | None, said: list[str]
) -> None:
    notes = Licence(level="ax", throughput_kbps=kbps).notes(wanted)

    assert [note.partition(" `")[0] for note in notes] == said
