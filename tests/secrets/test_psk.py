"""A pre-shared key is refused before one end would refuse it, and never shown."""

import pytest

from fvrf.psk import problem
from fvrf.secrets import Secret

ALPHABET = 'holds a character that one end refuses: none of space - ~ ? " \\ or beyond ASCII'

CASES = [
    ("azure123", None),
    ("x" * 128, None),
    ("Ab3!#$%&'()*+,./:;<=>@[]^_`{|}", None),
    ("x" * 129, "has 129 characters, Azure takes 1 to 128"),
    ("with space", ALPHABET),
    ("with-hyphen", ALPHABET),
    ("with~tilde", ALPHABET),
    ("help?", ALPHABET),
    ('quo"te', ALPHABET),
    ("back\\slash", ALPHABET),
    ("umläut", ALPHABET),
    ("line\nbreak", ALPHABET),
]


@pytest.mark.parametrize(("key", "expected"), CASES, ids=[repr(key)[:14] for key, _ in CASES])
def test_what_both_ends_take(key: str, expected: str | None) -> None:
    assert problem(Secret(key)) == expected
