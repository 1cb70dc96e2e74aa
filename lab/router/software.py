"""What a platform and its release are called."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """A platform with its release; `ports` are its physical interfaces."""

    platform: str
    chassis: str
    train: str
    version: str
    ports: tuple[str, ...]


SOFTWARE: Mapping[str, Software] = {
    "csr1000v-16.12": Software(
        platform="csr1000v-16.12",
        chassis="CSR1000V",
        train="Gibraltar",
        version="16.12.3",
        ports=tuple(f"GigabitEthernet{number}" for number in range(1, 9)),
    )
}
