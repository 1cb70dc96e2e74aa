"""Every fault and every step of the chain, as data; a cell is one of each at a router of its own.

A fault begins with what the lab sees first of its step, and acts on that already. It stays until it
has acted as often as it says, or the rollout is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
HOST, GATEWAY, CONNECTION = "{host}", "{gateway}", "{connection}"
LONG = 1_000_000  # so often that it does not end by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: what of a router and its gateway is seen first of it.

    `armed_by` names its ends `{host}` and `azure`. Some steps are met only if something else went
    wrong (`after_refusal`), or if the site stands and gets a new key (`rekeys`).
    """

    name: str
    armed_by: tuple[tuple[str, str], ...]
    after_refusal: bool = False
    rekeys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault: its body for the lab, and the step at which it does the worst."""

    name: str
    body: Body
    worst: str

    @property
    def on_router(self) -> bool:
        """Whether it is one of a router's."""
        return not {"path", "gateway", "connection"} & self.body.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A fault at a step."""

    fault: Fault
    step: Step

    @property
    def name(self) -> str:
        """The cell in words."""
        return f"{self.fault.name} at {self.step.name}"


def _at(name: str, *armed_by: tuple[str, str], **more: bool) -> Step:
    return Step(name=name, armed_by=armed_by, **more)


_PUSHED, _AGAIN = (HOST, "^end$"), (HOST, "^connect$")
_SITE = r"/BENCH_{number}_\d"
_OF_SITE = rf"{_SITE}|/({{gateway}}|{{nic}})(/|$)"

STEPS: tuple[Step, ...] = (
    _at("preflight", _AGAIN),
    _at("backup", (HOST, "^show running-config$")),
    _at("snapshot", (HOST, "^show ip interface brief")),
    _at("azure additions", ("azure", f"^PUT .*{_SITE}")),
    _at("timer", (HOST, "^configure terminal revert timer")),
    _at("push", (HOST, "^router bgp")),
    _at("azure window", ("azure", f"^PUT .*{_SITE}/sharedkey"), rekeys=True),
    _at("new session", _PUSHED, _AGAIN),
    _at("verify", _PUSHED, (HOST, "^show crypto session detail")),
    _at("confirm", (HOST, "^configure confirm")),
    _at("save", (HOST, "^write memory")),
    _at("revert", (HOST, "^configure revert now"), after_refusal=True),
    _at("azure removals", ("azure", f"^DELETE .*{_SITE}"), after_refusal=True),
)


def _router(name: str, kind: str, worst: str, **members: Any) -> Fault:  # noqa: ANN401 - JSON
    return Fault(name=name, body={"kind": kind, **members}, worst=worst)


def _azure(name: str, kind: str, worst: str, **members: Any) -> Fault:  # noqa: ANN401 - JSON
    # By path: a local network gateway that nobody uses yet is no gateway's.
    scope = {"path": _OF_SITE} if not {"connection", "gateway"} & members.keys() else {}
    return Fault(name=name, body={"kind": kind, **scope, **members}, worst=worst)


def _error(name: str, worst: str, status: int, code: str, **members: Any) -> Fault:  # noqa: ANN401
    return _azure(name, "azure-error", worst, status=status, code=code, **members)


def _poll(name: str, worst: str, status: int, code: str, **members: Any) -> Fault:  # noqa: ANN401
    return _azure(name, "poll-error", worst, status=status, code=code, **members)


ROUTER_FAULTS: tuple[Fault, ...] = (
    _router("ssh refused", "ssh-refused", "new session"),
    _router("ssh refused once", "ssh-refused", "new session", times=1),
    _router("ssh timed out", "ssh-silent", "new session"),
    _router("wrong banner", "wrong-banner", "preflight"),
    _router("motd with prompts", "motd", "new session"),
    _router("dropped", "ssh-dropped", "push", on=".", times=1),
    _router("dropped when done", "ssh-dropped", "confirm", on=".", after=True, times=1),
    _router("hangs", "hang", "revert", on=".", times=1),
    _router("hangs when done", "hang", "confirm", on=".", after=True, times=1),
    _router("power cycle", "power-cycle", "push", seconds=60),
    _router("slow echo", "slow-echo", "push", seconds=4, times=5),
    _router("slow line", "slow-lines", "timer", on=".", seconds=30, times=1),
    _router("log lines", "log-lines", "push", every=2),
    _router("question", "question", "push", on=".", times=1),
    _router("line refused", "refuse-line", "confirm", on=".", times=1),
    _router(
        "command not authorised",
        "refuse-line",
        "save",
        on="^(con|wr)",
        text="% Authorization failed.",
    ),
    _router("configuration locked", "config-locked", "timer"),
    _router("flash full", "flash-full", "timer"),
    _router("archive missing", "archive-missing", "timer"),
    _router("another's timer", "foreign-timer", "timer", minutes=3),
    _router("revert aborts", "revert-aborts", "revert"),
    _router("input lost", "input-buffer", "push", bytes=100),
    _router("slow deletion", "slow-deletion", "revert", seconds=40),
    _router(
        "route without effect", "route-dropped", "push", vrf="OUTSIDE_TWO", prefix="{speaker}/32"
    ),
    _router("deaf tunnel", "deaf-tunnel", "verify", interface="Tunnel1"),
)
AZURE_FAULTS: tuple[Fault, ...] = (
    _error("401 once", "azure additions", 401, "ExpiredAuthenticationToken"),
    _error("401", "azure removals", 401, "ExpiredAuthenticationToken", times=LONG),
    _error("403", "azure window", 403, "AuthorizationFailed", times=LONG),
    _error("409 for a while", "azure window", 409, "AnotherOperationInProgress", times=3),
    _error("409", "azure additions", 409, "AnotherOperationInProgress", times=LONG),
    _error("412", "azure window", 412, "PreconditionFailed"),
    _error(
        "429 with Retry-After", "azure additions", 429, "TooManyRequests", retry_after=20, times=3
    ),
    _error("429 without Retry-After", "verify", 429, "TooManyRequests", times=3),
    _error("429", "azure removals", 429, "TooManyRequests", times=LONG),
    _error("500 once", "azure window", 500, "InternalServerError"),
    _error(
        "500 when done", "azure additions", 500, "InternalServerError", method="PUT", after=True
    ),
    _error("500", "verify", 500, "InternalServerError", times=LONG),
    _error("503 for a while", "azure removals", 503, "ServiceUnavailable", retry_after=20, times=2),
    _error("503", "azure window", 503, "ServiceUnavailable", times=LONG),
    _azure("slow answer", "slow-answer", "verify", seconds=60, times=3),
    _azure("no answer", "connection-dropped", "azure additions", times=2),
    _azure("no answer when done", "connection-dropped", "azure window", method="PUT", after=True),
    _azure("half an answer", "body-truncated", "azure additions", times=2),
    _azure("lock as 429", "lock-as-429", "azure additions", gateway=GATEWAY),
    _azure("operation fails", "operation-fails", "azure window", code="InternalServerError"),
    _azure(
        "operation canceled",
        "operation-fails",
        "azure additions",
        code="OperationPreempted",
        state="Canceled",
    ),
    _azure("operation hangs", "operation-stuck", "azure window"),
    _azure("404 while polling once", "operation-lost", "azure additions"),
    _azure("404 while polling", "operation-lost", "azure window", times=LONG),
    _azure("result lost", "result-lost", "verify"),
    _poll("poll 401", "azure window", 401, "ExpiredAuthenticationToken"),
    _poll("poll 503", "azure removals", 503, "ServiceUnavailable", times=3),
    _azure("stays connecting", "connection-stuck", "azure window", connection=CONNECTION),
    _azure("tunnel flaps", "tunnel-flaps", "verify", connection=CONNECTION),
    _azure(
        "wrong key", "wrong-key", "azure window", connection=CONNECTION, key="AnotherKeyThanShown1"
    ),
    _azure("key unreadable", "key-unreadable", "azure window", connection=CONNECTION),
    _azure("another next hop", "announce-next-hop", "verify", gateway=GATEWAY, next_hop="{inside}"),
)
FAULTS = (*ROUTER_FAULTS, *AZURE_FAULTS)
# A kind of the lab that no cell has, and why.
LEFT_OUT: Mapping[str, str] = {
    "ssh-lost": "`dropped` is the same at a given line",
    "throttled": "counts the whole subscription; its answers are those of `429`",
}


def cells() -> tuple[Cell, ...]:
    """Return all cells, step by step."""
    return tuple(Cell(fault=fault, step=step) for step in STEPS for fault in FAULTS)


def sample() -> tuple[Cell, ...]:
    """Return each fault at its worst step."""
    steps = {step.name: step for step in STEPS}
    return tuple(Cell(fault=fault, step=steps[fault.worst]) for fault in FAULTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The site at which a cell is tried: the names and addresses that its fault's body needs."""

    host: str
    names: Mapping[str, str] = field(default_factory=dict)

    def bodies(self, cell: Cell) -> list[dict[str, Any]]:
        """Return what the lab is told: the fault, and what has to go wrong before it."""
        fuse = [{"end": self._fill(end), "on": self._fill(on)} for end, on in cell.step.armed_by]
        own = {"router": self.host} if cell.fault.on_router else {}
        told = {key: self._fill(value) for key, value in cell.fault.body.items()}
        found = [{**told, **own, "armed_by": fuse}]
        if cell.step.after_refusal:
            refused = {"on": "^ *address-family ipv4 vrf INSIDE_VRF", "times": 1}
            found.append({"kind": "refuse-line", "router": self.host, **refused})
        return found

    def _fill(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(value, str):
            return value
        for name, text in {"host": self.host, **self.names}.items():
            value = value.replace(f"{{{name}}}", text)
        return value
