"""What the checks of bodies share: types, choices, addresses.

Codes of malformed bodies: `InvalidRequestContent` where a member is unknown, else
`InvalidRequestFormat`, which the network provider gives for most of them.
"""

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


def malformed(message: str) -> ArmError:
    """Return the 400 of a body that cannot be read."""
    return bad_request("InvalidRequestFormat", f"Cannot parse the request. {message}")


def value(body: Json, name: str, kind: type[T], default: T) -> T:
    """Return a member of the given JSON type; absent and null are the default."""
    found = body.get(name)
    if found is None:
        return default
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise malformed(f"Member '{name}' must be of type {kind.__name__}.")
    return found


def required(body: Json, name: str, kind: type[T], default: T, owner: str) -> T:
    """Return a member that must be there."""
    if body.get(name) is None:
        raise malformed(f"Required property '{name}' of '{owner}' is missing.")
    return value(body, name, kind, default)


def choice(body: Json, name: str, allowed: Collection[str], default: str) -> str:
    """Return a member that is one of a few words."""
    found = value(body, name, str, default)
    if found not in allowed:
        raise malformed(f"Value '{found}' of '{name}' is none of {', '.join(sorted(allowed))}.")
    return found


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
    if existing is not None and place != existing:
        raise ArmError(
            409,
            "InvalidResourceLocation",
            f"The resource already exists in location '{existing}'.",
        )
    return place


def tags(document: Json) -> dict[str, str]:
    """Return the tags of a body."""
    return {name: str(text) for name, text in value(document, "tags", dict, {}).items()}
