"""A gateway as the network sees it, of whatever kind: its instances, and what of them answers."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from lab.azure.errors import Json
from lab.azure.store import SUCCEEDED, Store
from lab.network.views import GatewayView, InstanceView, IpsecPolicyView
from lab.world import InstanceFact

NOWHERE = IPv4Address(0)


@dataclass(slots=True, kw_only=True)
class End(ABC):
    """A gateway of the world; `view` is made of provisioned resources only.

    `resetting` are the connections, by id in lower case, that are down for their own reset,
    `restarting` the instances that are down for the gateway's. `next_hop` is what it announces
    as next hop where that is not each speaker's own address. `silent` tells which instances do
    not answer for the connection named.
    """

    id: str
    location: str
    store: Store
    resetting: set[str] = field(default_factory=set)
    restarting: set[int] = field(default_factory=set)
    next_hop: IPv4Address | None = None
    silent: Callable[[str, Iterable[int]], frozenset[int]] = lambda _name, _instances: frozenset()
    etag: str = field(default_factory=lambda: f'W/"{uuid.uuid4()}"')
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = SUCCEEDED
    _view: GatewayView | None = None

    @property
    @abstractmethod
    def instances(self) -> Sequence[InstanceFact]:
        """The instances as the world has them."""

    @abstractmethod
    def make_view(self) -> GatewayView:
        """Return what is provisioned now."""

    def view(self) -> GatewayView:
        """Return what is provisioned now; the same object until `refresh`."""
        if self._view is None:
            self._view = self.make_view()
        return self._view

    def refresh(self) -> None:
        """Take notice that what is provisioned has changed."""
        self._view = None

    def touch(self, state: str) -> None:
        """Enter a provisioning state, with another etag."""
        self.state = state
        self.etag = f'W/"{uuid.uuid4()}"'

    @property
    def indexes(self) -> range:
        """The indexes of the instances."""
        return range(len(self.instances))

    def instance_views(self) -> tuple[InstanceView, ...]:
        """Return the instances; one that restarts answers nowhere."""
        return tuple(
            self._instance_view(fact, is_away=index in self.restarting)
            for index, fact in enumerate(self.instances)
        )

    @staticmethod
    def _instance_view(fact: InstanceFact, *, is_away: bool) -> InstanceView:
        return InstanceView(
            public_address=NOWHERE if is_away else fact.public_address,
            private_address=None if is_away else fact.private_address,
            speakers=(fact.speaker, *fact.custom_speakers),
        )


def policy_view(policies: Sequence[Json]) -> IpsecPolicyView | None:
    """Return the one policy of a connection, None for Azure's own proposals."""
    for policy in policies:
        return IpsecPolicyView(
            sa_lifetime_s=policy["saLifeTimeSeconds"],
            sa_data_size_kb=policy["saDataSizeKilobytes"],
            ipsec_encryption=policy["ipsecEncryption"],
            ipsec_integrity=policy["ipsecIntegrity"],
            ike_encryption=policy["ikeEncryption"],
            ike_integrity=policy["ikeIntegrity"],
            dh_group=policy["dhGroup"],
            pfs_group=policy["pfsGroup"],
        )
    return None
