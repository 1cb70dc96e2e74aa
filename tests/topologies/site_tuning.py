"""Tuning of sessions, tunnels and the router itself, drawn at random."""

from random import Random
from typing import Any

Data = dict[str, Any]


def draw_tuning(rng: Random) -> Data:
    """Return some of `bgp`, `tunnels` and `box`, each with some of its keys."""
    drawn: Data = {
        "bgp": {
            "timers": {"keepalive_s": 20, "hold_s": 60},
            "maximum_prefix": {"limit": 400, "restart_min": rng.choice((None, 10))},
        },
        "tunnels": {"mtu": 1390, "mss": 1300, "replay_window": rng.choice((128, 1024))},
        "box": {"nat_keepalive_s": 30, "fragmentation_mtu": 1300, "cef_ports": True},
    }
    return {part: some for part, keys in drawn.items() if (some := _some(rng, keys))}


def _some(rng: Random, keys: Data) -> Data:
    return {key: value for key, value in keys.items() if rng.random() < 0.2}
