"""Placeholders of secrets in what a world is loaded from: `<<NAME>>`."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"<<([^<>\s]+)>>")


def filled(text: str, secrets: Mapping[str, str]) -> str:
    """Put the secrets in the place of their names; a name of no secret stays as it is."""
    return _PLACEHOLDER.sub(lambda found: secrets.get(found[1], found[0]), text)
