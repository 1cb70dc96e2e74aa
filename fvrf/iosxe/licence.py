"""What a router's licence lets it do: crypto at all, and how much of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Short, and one write with the others: `show version` is a page of legal text besides.
COMMAND = "show version | include icense Level|throughput level"
# Technology packages of the CSR 1000v without security ("Cisco CSR 1000v ... Configuration Guide",
# technology packages: IP Base has none of it, AppX no more than that; Security and AX have it).
_WITHOUT_CRYPTO = frozenset({"ipbase", "ipbasek9", "appx"})
_KBPS_A_GBPS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The level that the router was booted with, and what it lets through; None where it is silent.

    A Catalyst 8000V prints an empty level where none is configured.
    """

    level: str | None
    throughput_kbps: int | None

    @property
    def lacks_crypto(self) -> bool:
        """Whether the level is known to have no crypto; one that is not told is not known to."""
        return self.level in _WITHOUT_CRYPTO

    def notes(self, wanted_gbps: float | None) -> Iterator[str]:
        """Yield what an NOE should know before traffic is moved to it."""
        if self.throughput_kbps is None or wanted_gbps is None:
            return
        if self.throughput_kbps < wanted_gbps * _KBPS_A_GBPS:
            yield (
                f"its throughput level is {self.throughput_kbps / _KBPS_A_GBPS:g} Gbps,"
                f" throughput_gbps is {wanted_gbps:g}: raise it by"
                " `platform hardware throughput level`"
            )


UNTOLD = Licence(level=None, throughput_kbps=None)


def licence(text: str) -> Licence:
    """Read what COMMAND printed; nothing of it is told by every release."""
    level = re.search(r"^ *License Level: *(\S+)", text, re.MULTILINE)
    speed = re.search(r"current throughput level is (\d+) kb", text)
    return Licence(
        level=level[1].casefold() if level else None,
        throughput_kbps=int(speed[1]) if speed else None,
    )
