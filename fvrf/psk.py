"""Pre-shared keys: what both ends take. The key itself is never part of an answer.

Azure takes printable ASCII without space, hyphen and tilde, 1 to 128 characters (its VPN
gateway FAQ; the SDK's bounds). IOS-XE asks for help at `?`, and reads a leading digit with a
space behind it as a key type, which the ban on spaces excludes.
"""

import string

from fvrf.secrets import Secret

LONGEST = 128
REFUSED = frozenset(' -~?"\\')
_ALPHABET = frozenset(string.printable[:94]) - REFUSED


def problem(key: Secret) -> str | None:
    """Say why a key cannot be used at both ends, or return None."""
    value = key.reveal()
    if not 1 <= len(value) <= LONGEST:
        return f"has {len(value)} characters, Azure takes 1 to {LONGEST}"
    if not _ALPHABET.issuperset(value):
        return 'holds a character that one end refuses: none of space - ~ ? " \\ or beyond ASCII'
    return None
