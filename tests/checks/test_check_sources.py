"""A site's own prefix is looked for by what brings it into the inside VRF."""

from ipaddress import IPv4Network

import pytest

from fvrf.checks.observation import RouterObservation
from fvrf.checks.routes import check_site
from fvrf.expected import ExpectedSiteRoute
from fvrf.iosxe.parse.route_table import parse_route_table

TABLE = """
Routing Table: IN

      172.16.0.0/16 is variably subnetted, 4 subnets, 2 masks
C        172.16.2.0/24 is directly connected, GigabitEthernet3
B        172.16.4.0/24 [20/0] via 172.16.2.9, 00:10:00
B        172.16.5.0/24 [20/0] via 10.0.255.4 (OUT1), 00:10:00
O E2     172.16.6.0/24 [110/20] via 172.16.2.7, 00:10:00, GigabitEthernet3
O        172.16.7.0/24 [110/2] via 172.16.2.7, 00:10:00, GigabitEthernet3
"""


def seen() -> RouterObservation:
    return RouterObservation(
        host="r1",
        interfaces=(),
        pfs_groups={},
        ikev2_sessions=(),
        crypto_sessions=(),
        summaries={},
        tables={"IN": parse_route_table(TABLE)},
        entries=(),
        advertised=(),
        sent={},
    )


@pytest.mark.parametrize(
    ("source", "third", "verdict", "actual"),
    [
        ("connected", 2, "passed", "connected via GigabitEthernet3"),
        ("bgp", 4, "passed", "bgp via 172.16.2.9"),
        ("ospf", 6, "passed", "ospf via 172.16.2.7"),
        ("ospf", 7, "passed", "ospf via 172.16.2.7"),
        ("bgp", 5, "failed", "bgp via 10.0.255.4 (OUT1)"),
        ("bgp", 7, "failed", "ospf via 172.16.2.7"),
        ("connected", 4, "failed", "bgp via 172.16.2.9"),
        ("ospf", 9, "failed", "no such route"),
    ],
)
def test_a_prefix_stands_by_its_source(source: str, third: int, verdict: str, actual: str) -> None:
    route = ExpectedSiteRoute(
        vrf="IN",
        prefix=IPv4Network(f"172.16.{third}.0/24"),
        next_hop=None,
        source=source,  # type: ignore[arg-type] # one of the words that it takes
    )

    finding = check_site("r1", route, seen())

    assert (finding.expected, finding.verdict, finding.actual) == (source, verdict, actual)
