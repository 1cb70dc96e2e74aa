"""The resources that clients write, and what of them is provisioned.

A resource shows the last body written to it from the first moment. The network sees only what
is provisioned: the snapshot taken when an operation on the resource ended well.
"""

import copy
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lab.azure.errors import PRECONDITION_FAILED, ArmError, Json, not_found

SUCCEEDED = "Succeeded"
UPDATING = "Updating"
DELETING = "Deleting"
FAILED = "Failed"


def same(one: str, other: str) -> bool:
    """Tell whether two ids mean the same resource: Azure does not look at the case."""
    return one.casefold() == other.casefold()


@dataclass(slots=True, kw_only=True)
class Resource:
    """A resource; `properties` as last written, `provisioned` as last brought about."""

    id: str
    type: str
    location: str
    tags: dict[str, str]
    properties: Json
    state: str = UPDATING
    etag: str = ""
    guid: str = ""
    provisioned: Json | None = None

    @property
    def name(self) -> str:
        """Return the last part of the id."""
        return self.id.rsplit("/", 1)[-1]

    def touch(self, state: str) -> None:
        """Enter a provisioning state; each write and each end of one has an etag of its own."""
        self.state = state
        self.etag = f'W/"{uuid.uuid4()}"'

    def settle(self) -> None:
        """Bring about what is written."""
        self.provisioned = copy.deepcopy(self.properties)
        self.touch(SUCCEEDED)

    def check_etag(self, if_match: str | None) -> None:
        """Refuse a write that was made for another version.

        Whether the network provider looks at If-Match was not confirmed; a client that sends
        it had better be held to it.
        """
        if if_match not in (None, "*", self.etag):
            raise ArmError(
                PRECONDITION_FAILED,
                "PreconditionFailed",
                f"Precondition failed. Etag provided: {if_match} is not that of {self.id}.",
            )

    def as_json(self) -> Json:
        """Return the resource as a GET shows it, without what is read from the network."""
        return {
            "name": self.name,
            "id": self.id,
            "etag": self.etag,
            "type": self.type,
            "location": self.location,
            "tags": dict(self.tags),
            "properties": {
                "provisioningState": self.state,
                "resourceGuid": self.guid,
                **copy.deepcopy(self.properties),
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a PUT writes, checked and with its defaults."""

    id: str
    type: str
    location: str
    tags: Mapping[str, str]
    properties: Json


@dataclass(slots=True, kw_only=True)
class Store:
    """All written resources by id, the shared keys of connections and the keys truly used.

    `deployments` are bodies as shown, by id in lower case.

    `negotiated` overrides the key of a connection: Azure then negotiates with another key than
    it shows.
    """

    resources: dict[str, Resource] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    negotiated: dict[str, str] = field(default_factory=dict)
    deployments: dict[str, Json] = field(default_factory=dict)

    def find(self, resource_id: str) -> Resource | None:
        """Return a resource, or None."""
        return self.resources.get(resource_id.casefold())

    def get(self, resource_id: str) -> Resource:
        """Return a resource; ArmError 404 where there is none."""
        resource = self.find(resource_id)
        if resource is None:
            raise not_found(resource_id)
        return resource

    def of_type(self, kind: str, where: Callable[[Resource], bool] | None = None) -> list[Resource]:
        """Return the resources of a type, by name."""
        found = [r for r in self._of_type(kind) if where is None or where(r)]
        return sorted(found, key=lambda resource: resource.name.casefold())

    def _of_type(self, kind: str) -> Iterator[Resource]:
        return (r for r in self.resources.values() if same(r.type, kind))

    def write(self, body: Body) -> tuple[Resource, bool]:
        """Replace a resource whole; return it, and whether it is new.

        Its id keeps the first spelling. A new one is Updating too, not Creating: so it is in
        recordings of the service.
        """
        resource = self.find(body.id)
        new = resource is None
        if resource is None:
            resource = Resource(
                id=body.id,
                type=body.type,
                location=body.location,
                tags={},
                properties={},
                guid=str(uuid.uuid4()),
            )
            self.resources[body.id.casefold()] = resource
        resource.tags = dict(body.tags)
        resource.properties = body.properties
        resource.touch(UPDATING)
        return resource, new

    def stand(self, body: Body, state: str) -> None:
        """Let a resource stand as it was found in a state.

        What runs at the real end ends there: here it would be held for ever.
        """
        resource, _ = self.write(body)
        resource.settle()
        resource.touch(FAILED if state == FAILED else SUCCEEDED)

    def remove(self, resource: Resource) -> None:
        """Forget a resource and its keys."""
        folded = resource.id.casefold()
        self.resources.pop(folded, None)
        self.keys.pop(folded, None)
        self.negotiated.pop(folded, None)
