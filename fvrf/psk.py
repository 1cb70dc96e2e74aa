"""Pre-shared keys: what both ends take. The key itself is never part of an answer.

Azure takes printable ASCII without space, hyphen and tilde, 1 to 128 characters (its VPN
gateway FAQ; the SDK's bounds). IOS-XE asks for help at `?`, and reads a leading digit with a
space behind it as a key type, which the ban on spaces excludes.
"""

import string
from collections.abc import Callable

from fvrf.secrets import Secret

LONGEST = 128
# 62 characters to choose from: 285 bits, more than any cipher of the tunnels.
MADE_LENGTH = 48
_MADE_OF = string.ascii_letters + string.digits
REFUSED = frozenset(' -~?"\\')
_ALPHABET = frozenset(string.printable[:94]) - REFUSED


def generate(choose: Callable[[str], str]) -> Secret:
    """Make a key that both ends take; `choose` takes one character of a text, at random.

    Letters and digits only: nothing that a shell, a portal or a person could garble.
    """
    return Secret("".join(choose(_MADE_OF) for _ in range(MADE_LENGTH)))


def problem(key: Secret) -> str | None:
    """Say why a key cannot be used at both ends, or return None."""
    value = key.reveal()
    if not 1 <= len(value) <= LONGEST:
        return f"has {len(value)} characters, Azure takes 1 to {LONGEST}"
    if not _ALPHABET.issuperset(value):
        return 'holds a character that one end refuses: none of space - ~ ? " \\ or beyond ASCII'
    return None
