"""What the checks of bodies share: types, choices, addresses, names, places, tags.

Codes of malformed bodies: `InvalidRequestContent` where a member is unknown, else
`InvalidRequestFormat`, which the network provider gives for most of them.
"""

import re
from collections.abc import Collection
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TypeVar

from lab.azure.errors import ArmError, Json, bad_request

T = TypeVar("T", str, int, bool, list, dict)  # type: ignore[type-arg]  # kinds of JSON values

READ_ONLY = frozenset(
    {
        "provisioningState",
        "resourceGuid",
        "connectionStatus",
        "tunnelConnectionStatus",
        "egressBytesTransferred",
        "ingressBytesTransferred",
    }
)
# What a GET shows beside them and nobody writes.
SHOWN = READ_ONLY | {"packetCaptureDiagnosticState", "connectionStatusDetails"}

# Resource names of Microsoft.Network, as the naming rules of Azure's resources have them.
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")
LOCATION = re.compile(r"[a-z0-9]{1,40}")
MOST_TAGS, LONGEST_TAG_NAME, LONGEST_TAG_VALUE = 50, 512, 256


def malformed(message: str) -> ArmError:
    """Return the 400 of a body that cannot be read."""
    return bad_request("InvalidRequestFormat", f"Cannot parse the request. {message}")


def value(body: Json, name: str, kind: type[T], default: T) -> T:
    """Return a member of the given JSON type; absent and null are the default."""
    check_type(body, name, kind)
    found: T | None = body.get(name)
    return default if found is None else found


def check_type(body: Json, name: str, kind: type) -> None:
    """Refuse a member of another JSON type."""
    found = body.get(name)
    if found is None:
        return
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise malformed(f"Member '{name}' must be of type {kind.__name__}.")


def required(body: Json, name: str, kind: type[T], default: T, owner: str) -> T:
    """Return a member that must be there."""
    if body.get(name) is None:
        raise malformed(f"Required property '{name}' of '{owner}' is missing.")
    return value(body, name, kind, default)


def choice(body: Json, name: str, allowed: Collection[str], default: str) -> str:
    """Return a member that is one of a few words, as Azure spells it.

    Azure reads them without regard to case: `az` writes `IPSec` where the API has `IPsec`.
    """
    found = value(body, name, str, default)
    for word in allowed:
        if word.casefold() == found.casefold():
            return word
    raise malformed(f"Value '{found}' of '{name}' is none of {', '.join(sorted(allowed))}.")


def objects(body: Json, name: str, members: Collection[str]) -> list[Json]:
    """Return a list of objects, each with these members and no others."""
    entries = value(body, name, list, [])
    for entry in entries:
        if not isinstance(entry, dict):
            raise malformed(f"A member of '{name}' must be an object.")
        known_members(entry, members, name)
    return entries


def texts(body: Json, name: str) -> list[str]:
    """Return a list of texts."""
    entries = value(body, name, list, [])
    for entry in entries:
        if not isinstance(entry, str):
            raise malformed(f"A member of '{name}' must be of type str.")
    return entries


def between(body: Json, name: str, low: int, high: int, default: int) -> int:
    """Return a number within its limits."""
    found = value(body, name, int, default)
    if not low <= found <= high:
        raise malformed(f"Value {found} of '{name}' is not between {low} and {high}.")
    return found


def known_members(body: Json, writable: Collection[str], owner: str) -> None:
    """Refuse a member that the model does not have; read-only ones are ignored, as in Azure."""
    for name in body:
        if name not in writable and name not in READ_ONLY:
            raise bad_request(
                "InvalidRequestContent",
                f"Could not find member '{name}' on object of type '{owner}'.",
            )


def address(text: str, name: str) -> IPv4Address:
    """Return an IPv4 address."""
    try:
        return IPv4Address(text)
    except AddressValueError as bad:
        raise malformed(f"'{text}' of '{name}' is no valid IP address.") from bad


def prefix(text: object, name: str) -> IPv4Network:
    """Return an IPv4 prefix without host bits."""
    try:
        return IPv4Network(str(text))
    except ValueError as bad:
        raise bad_request("InvalidAddressPrefixFormat", f"'{text}' of '{name}': {bad}.") from bad


def reference(body: Json, name: str, owner: str) -> str:
    """Return the id of a nested resource `{"id": …}`."""
    return required(required(body, name, dict, {}, owner), "id", str, "", name)


def location(document: Json, existing: str | None) -> str:
    """Return the location in its short form; a body must have one, and it never moves."""
    place = value(document, "location", str, "").replace(" ", "").casefold()
    if not place:
        raise bad_request(
            "LocationRequired", "The location property is required for this definition."
        )
    if not LOCATION.fullmatch(place):
        raise bad_request(
            "LocationNotAvailableForResourceType",
            f"The provided location '{place}' is not available for this resource type.",
        )
    if existing is not None and place != existing:
        raise ArmError(
            409,
            "InvalidResourceLocation",
            f"The resource already exists in location '{existing}'.",
        )
    return place


def tags(document: Json) -> dict[str, str]:
    """Return the tags of a body: texts, within Azure's documented numbers."""
    found = value(document, "tags", dict, {})
    if len(found) > MOST_TAGS:
        raise bad_request("TooManyTags", f"A resource has at most {MOST_TAGS} tags.")
    for name, text in found.items():
        if not isinstance(text, str) or len(text) > LONGEST_TAG_VALUE:
            raise bad_request("InvalidTagValue", f"The value of tag '{name}' is invalid.")
        if not 0 < len(name) <= LONGEST_TAG_NAME:
            raise bad_request("InvalidTagName", f"The tag name '{name}' is invalid.")
    return dict(found)


def resource_name(name: str) -> None:
    """Refuse a name under which Azure makes no resource."""
    if not NAME.fullmatch(name):
        raise bad_request(
            "InvalidResourceName",
            f"Resource name {name} is invalid. The name can be up to 80 characters long. It must "
            "begin with a word character, and it must end with a word character or with '_'. The "
            "name may contain word characters or '.', '-', '_'.",
        )
