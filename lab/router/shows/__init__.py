"""The show commands, by the names that exec.yaml gives them."""

from collections.abc import Mapping

from lab.router.shows import (
    bgp,
    bgp_entry,
    box,
    crypto,
    files,
    interfaces,
    licences,
    neighbors,
    policies,
    routes,
)
from lab.router.shows.types import Show

SHOWS: Mapping[str, Show] = {
    **bgp.SHOWS,
    **bgp_entry.SHOWS,
    **box.SHOWS,
    **crypto.SHOWS,
    **files.SHOWS,
    **interfaces.SHOWS,
    **licences.SHOWS,
    **neighbors.SHOWS,
    **policies.SHOWS,
    **routes.SHOWS,
}
