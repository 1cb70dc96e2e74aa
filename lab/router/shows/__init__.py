"""The show commands, by the names that exec.yaml gives them."""

from collections.abc import Mapping

from lab.router.shows import box
from lab.router.shows.types import Show

SHOWS: Mapping[str, Show] = {**box.SHOWS}
