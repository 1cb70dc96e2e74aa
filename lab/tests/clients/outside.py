"""A router of a lab as clients from outside reach it, and what the lab says of it meanwhile."""

from dataclasses import dataclass
from typing import Any

from lab.client import LabClient

OPERATOR, PASSWORD = "operator", "operator-word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One router: where it listens, who may log in, and a look at its configurations."""

    lab: LabClient
    name: str

    @property
    def host(self) -> str:
        """Where it listens."""
        return str(self.lab.description["routers"][self.name]["host"])

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.lab.description["routers"][self.name]["port"])

    @property
    def known_hosts(self) -> str:
        """The file with its host key."""
        return str(self.lab.run / "known_hosts")

    def secret(self, name: str) -> str:
        """Return a secret of the lab."""
        return (self.lab.run / "secrets" / name).read_text()

    def type(self, *lines: str) -> None:
        """Type configuration lines that the router must take without a word."""
        replies = self.lab.type(self.name, *lines)
        assert not any(replies), replies

    def has(self, *lines: str, which: str = "running") -> bool:
        """Tell whether these lines follow each other in a configuration."""
        return "\n".join(["", *lines, ""]) in self.lab.config(self.name, which)

    def netmiko(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - netmiko is untyped
        """Return netmiko's arguments, with the host key checked."""
        return {
            "host": self.host,
            "port": self.port,
            "username": OPERATOR,
            "password": PASSWORD,
            "ssh_strict": True,
            "alt_host_keys": True,
            "alt_key_file": self.known_hosts,
            **options,
        }
