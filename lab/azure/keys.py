"""Shared keys: which ones Azure takes, and the ones it makes itself."""

import secrets
import string

from lab.azure import checks
from lab.azure.errors import Json, bad_request
from lab.azure.service import Azure

LONGEST_KEY = 128
MADE_LENGTH = 32
# All printable ASCII but space, hyphen and tilde (VPN gateway FAQ).
KEY_CHARACTERS = frozenset(string.digits + string.ascii_letters + string.punctuation) - {"-", "~"}
MADE_CHARACTERS = string.ascii_letters + string.digits


def check_key(key: str) -> str:
    """Return a shared key; ArmError where Azure would not take it. The key is never repeated."""
    if not 1 <= len(key) <= LONGEST_KEY or not KEY_CHARACTERS.issuperset(key):
        raise bad_request(
            "InvalidSharedKey",  # code unconfirmed
            f"A shared key has 1 to {LONGEST_KEY} printable ASCII characters, without space, "
            "hyphen and tilde.",
        )
    return key


def new_key(length: int = MADE_LENGTH) -> str:
    """Return a key as the service makes one up."""
    return "".join(secrets.choice(MADE_CHARACTERS) for _ in range(length))


def reset_length(document: Json) -> int:
    """Return the length that POST sharedkey/reset asks for."""
    checks.known_members(document, ("keyLength",), "ConnectionResetSharedKey")
    checks.required(document, "keyLength", int, 0, "ConnectionResetSharedKey")
    return checks.between(document, "keyLength", 1, LONGEST_KEY, 0)


def take_key(azure: Azure, resource_id: str, key: str, *names: str) -> None:
    """Take a key; a fault of a name may make Azure negotiate with another one from here on."""
    folded = resource_id.casefold()
    azure.store.keys[folded] = key
    for name in names:
        wrong = azure.faults.wrong_key(name)
        if wrong is not None:
            azure.store.negotiated[folded] = wrong
