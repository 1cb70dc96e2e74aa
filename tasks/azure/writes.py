"""The four writes, each waited for until the resource itself stands as it was sent."""

from dataclasses import dataclass

from fvrf.azure.resources import Json
from fvrf.azure.state import KeyState
from fvrf.errors import ChangeFailed
from fvrf.secrets import Secret
from tasks.azure.patience import Patience
from tasks.azure.read import compared
from tasks.azure.rest import GatewayEnd, Ref
from tasks.azure.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """Writes to one gateway's resources; raises Trouble, and ChangeFailed for a wrong result.

    The caller is the gateway's only writer.
    """

    client: GatewayEnd
    patience: Patience

    def look(self, ref: Ref) -> Json | None:
        """GET a resource, trying again."""
        return self.patience.retried(lambda: self.client.get(ref), self.patience.until())

    def put(self, ref: Ref, body: Json, etag: str | None) -> Json:
        """Write a resource and return it as it stands then."""
        until = self.patience.until()
        operation = self.patience.retried(lambda: self.client.put(ref, body, etag), until)
        return self.patience.settled(operation, lambda: self.client.get(ref), until)

    def delete(self, ref: Ref) -> None:
        """Delete a resource and wait until it is gone."""
        until = self.patience.until()
        operation = self.patience.retried(lambda: self.client.delete(ref), until)
        self.patience.gone(operation, lambda: self.client.get(ref), until)

    def key(self, ref: Ref) -> Secret | None:
        """Return a connection's key; None where it has none or it cannot be read."""
        try:
            return self.client.key(ref)
        except Trouble:
            return None

    def set_key(self, ref: Ref, key: Secret) -> KeyState:
        """Set a connection's key, wait for the connection, read the key back.

        Success is reported while the connection is still being written, and a next write then
        fails; and it is reported for keys that were not taken. `unreadable` means not proven.
        """
        until = self.patience.until()
        operation = self.patience.retried(lambda: self.client.set_key(ref, key), until)
        self.patience.settled(operation, lambda: self.client.get(ref), until)
        state = compared(self.key(ref), key)
        if state == "different":
            raise ChangeFailed(
                f"{ref.name}: the key that was read back is not the one that was set",
                remedy="set the connection's key by hand, or ask Azure's support",
                code="F533",
            )
        return state
