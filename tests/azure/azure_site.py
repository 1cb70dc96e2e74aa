"""One connection in an Azure in memory: read, compared and written by the product."""

from dataclasses import dataclass

import azure_builders as build
from azure_fakes import KEYS, FakeAzure, FakeClock, patience, resolve

from fvrf.azure.diff import reconcile
from fvrf.azure.resources import Desired, desired
from fvrf.azure.steps import Step
from tasks.azure.apply import GatewayWriter
from tasks.azure.read import read_state


@dataclass
class Site:
    """One connection and the Azure it belongs to."""

    azure: FakeAzure
    wanted: Desired

    def writer(self) -> GatewayWriter:
        """Read, and be ready to write."""
        state = read_state(self.azure, self.wanted, resolve, patience(self.azure.clock))
        return GatewayWriter(self.azure, self.wanted, state, resolve, patience(self.azure.clock))

    def steps(self) -> tuple[Step, ...]:
        """Read, and tell what is to be done."""
        state = read_state(self.azure, self.wanted, resolve, patience(self.azure.clock))
        return reconcile(self.wanted, state).steps

    def apply(self) -> GatewayWriter:
        """Do all that is to be done."""
        writer = self.writer()
        for step in self.steps():
            writer.apply(step)
        return writer

    def drift(self, **properties: object) -> None:
        """Let the connection be as wanted but for these properties."""
        (pair,) = self.wanted.pairs
        self.azure.add(build.built(pair.connection, **properties))


def empty_site() -> Site:
    """Return a gateway without the connection."""
    return Site(azure=FakeAzure(FakeClock()), wanted=desired(build.plan(build.ONE)))


def built_site() -> Site:
    """Return a gateway with the connection as wanted."""
    site = empty_site()
    (pair,) = site.wanted.pairs
    site.azure.add(build.built(pair.local_gateway), build.built(pair.connection))
    site.azure.keys[pair.connection.name] = KEYS[pair.plan.key]
    return site
