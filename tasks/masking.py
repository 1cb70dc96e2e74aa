"""Masks over the secrets of a run, in whatever is shown or written."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import escape

from fvrf.secrets import MASK, Secret

# A shorter secret (a lab's login, say) is also a part of innocent words: it counts as a whole word.
_WHOLE_WORD_BELOW = 8


def patterns(secrets: Iterable[Secret]) -> list[re.Pattern[str]]:
    """Return what finds each secret in a text, longest first."""
    values = {secret.reveal() for secret in secrets} - {""}
    return [_pattern(value) for value in sorted(values, key=len, reverse=True)]


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """Put a mask in place of every secret."""
    for pattern in patterns(secrets):
        text = pattern.sub(MASK, text)
    return text


@lru_cache(maxsize=4096)
def _pattern(value: str) -> re.Pattern[str]:
    """Find a secret as it is, and as JSON and HTML write it."""
    forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    forms.add(str(escape(value)))
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if len(value) < _WHOLE_WORD_BELOW else either)
