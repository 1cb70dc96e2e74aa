"""The router: its configurations, flash, archive and log, and the sessions open on it."""

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from hmac import compare_digest
from typing import Protocol

from lab.clock import Clock
from lab.network.views import RouterView
from lab.router import times
from lab.router.apply import Reply, apply
from lab.router.archive import Archive
from lab.router.cable import Cable, Unplugged
from lab.router.deletions import Deletions
from lab.router.fault_set import Faults
from lab.router.faults import Fault, ForeignTimer, PowerCycle, SshDropped
from lab.router.flash import Flash
from lab.router.loading import load
from lab.router.opaque import Opaque
from lab.router.render import render
from lab.router.replace import Outcome, merge, replace
from lab.router.replies import config_prompt, refusal
from lab.router.rewrites import secret_fits
from lab.router.software import SOFTWARE, Software, boot_level
from lab.router.tree import Config, Where
from lab.router.view import make_view

LOG_LINES = 500
# Lines that may be taken back by the next ones, as `shutdown` by `no shutdown`: the network must
# see each. All others of one write may be seen together.
_AT_ONCE = re.compile(r"(?:no|default|shutdown|neighbor \S+ shutdown)\b")
# Lines after which a link may change or ISAKMP begin or end, which is logged.
_LOGS = re.compile("shutdown|protection|interface|vrf")


class Sink(Protocol):
    """Takes what an end saw."""

    def __call__(self, end: str, kind: str, /, **data: object) -> None:
        """Take one event."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who may log in to a router with the configuration of a real one, whose hashes tell nothing.

    What the configuration does not model it carries: AAA would ask a server that is not here.
    """

    username: str
    privilege: int
    password: str = field(repr=False)
    enable: str = field(repr=False)

    def privilege_of(self, user: str, password: str) -> int | None:
        """Return the privilege of a user with this password, None if the login is refused."""
        right = compare_digest(password.encode(), self.password.encode())
        return self.privilege if right and user == self.username else None


class OpenSession(Protocol):
    """A session as the router sees it."""

    user: str
    monitor: bool

    def announce(self, text: str) -> None:
        """Print into the session unasked."""
        ...

    def hang_up(self) -> None:
        """End the session without a word."""
        ...


def no_sink(_end: str, _kind: str, /, **_data: object) -> None:
    """Take no notice."""


class Router:
    """A simulated router, powered on with its day-0 text as running and startup configuration.

    `network` may be set later, once both ends stand. `reachable_changed` is called when new SSH
    sessions become possible or impossible. With a `login` the text is a real router's, of which
    `opaque` has what is carried as it stands.
    """

    def __init__(
        self,
        name: str,
        day0: str,
        clock: Clock,
        *,
        software: Software = SOFTWARE["csr1000v-16.12"],
        network: Cable | None = None,
        sink: Sink = no_sink,
        login: Credentials | None = None,
    ) -> None:
        self.name = name
        self.clock = clock
        self.software = software
        self.network: Cable = network or Unplugged()
        self.sink = sink
        self.faults = Faults(self._fault_changed)
        self.flash = self._blank_flash()
        self.deletions = Deletions(now=clock.now, lasts_s=self.faults.deletion_s)
        self.logged: deque[str] = deque(maxlen=LOG_LINES)
        self.sessions: list[OpenSession] = []
        self.traffic: dict[str, int] = {}
        self.pinged_bytes: dict[str, int] = {}
        self.powered = True
        self.booted_at = clock.now()
        self.changed_at: float | None = None
        self.changed_by = ""
        self.saved_at: float | None = None
        self.saved_by = ""
        self.archive = Archive(self)
        self.reachable_changed: Callable[[], None] = lambda: None
        self._login = login
        self.opaque: tuple[Opaque, ...] = ()
        self.booted_level = ("", "")
        self._config = self._booted(day0)
        self._startup = self._day0 = render(self._config)
        self._view: RouterView | None = None
        self._text: str | None = None
        self._logs_from = self._protecting, self._shut

    # --- what the network asks --------------------------------------------------------------

    def view(self) -> RouterView:
        """Return what is configured now; the same object while nothing changed."""
        if self._view is None:
            view = make_view(self._config, self.name, powered=self.powered, drops=self.faults.drops)
            self._view = replace_fields(view, loads=self.faults.loads())
        return self._view

    def log(self, message: str) -> None:
        """Keep a log line and show it in the sessions that monitor."""
        line = f"{times.log_time(self.clock.now())}: {message}"
        self.logged.append(line)
        for session in list(self.sessions):
            if session.monitor:
                session.announce("\n" + line)

    # --- configuration ----------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """The running configuration."""
        return self._config

    def running_text(self) -> str:
        """Return the running configuration from its first line to `end`."""
        if self._text is None:
            self._text = render(self._config)
        return self._text

    def startup_text(self) -> str:
        """Return the startup configuration in the same form."""
        return self._startup

    def type_line(self, where: Where, line: str, user: str, *, confirmed: bool = False) -> Reply:
        """Apply a configuration line that `user` typed at `where`, `confirmed` if it asks."""
        refused = self.faults.refusal(line)
        if refused is not None:
            self.event("line", user=user, line=line.split(maxsplit=1)[0], accepted=False)
            return Reply(where=where, text=refused, accepted=False)
        reply = apply(self._config, where, line, confirmed=confirmed)
        if reply.masked:
            self.event("line", user=user, line=reply.masked, accepted=reply.accepted)
            if reply.accepted:
                self._typed(reply.masked, user)
        return reply

    def type_lines(self, lines: Sequence[str], user: str) -> list[str]:
        """Type lines in configuration mode on the console; return what each one printed."""
        where: Where = ()
        printed = []
        for line in lines:
            prompt = config_prompt(self._config, where)
            reply = self.type_line(where, line, user, confirmed=True)
            where = reply.where
            failure = reply.failure
            text = refusal(failure, prompt, line) if failure else reply.text
            printed.append(text.rstrip("\n"))
        self.log(f"%SYS-5-CONFIG_I: Configured from console by {user} on console")
        return printed

    def replace(self, text: str, user: str, share: float = 1.0) -> Outcome:
        """Make the running configuration that of a text, as far as its lines are taken."""
        with self.deletions.waited_for():
            outcome = replace(self._config, text, share)
        self._changed(user)
        return outcome

    def roll_back(self, text: str) -> Outcome:
        """Make the running configuration that of a text, unless a fault ends it half-way."""
        return self.replace(text, "", self.faults.rolled_back())

    def archive_missing(self) -> bool:
        """Tell whether a fault has the archive off for who uses it now."""
        return self.faults.archive_missing()

    def merge(self, text: str, user: str) -> str:
        """Type the lines of a text; return what they print, which stops nothing."""
        printed = merge(self._config, text)
        self._changed(user)
        return printed

    def save(self, user: str) -> None:
        """Copy the running to the startup configuration."""
        self._startup = self.running_text()
        self.saved_at = self.clock.now()
        self.saved_by = user
        if self.archive.on_write:
            self.archive.keep()
        self.event("saved", user=user)

    def erase(self) -> None:
        """Put the day-0 text in place of the startup configuration."""
        self._startup = self._day0

    def rack(self, day0: str, software: Software) -> None:
        """Put another, blank box in the place of this one: nothing of the old one is left."""
        self.power(on=False)
        self.software, self.flash = software, self._blank_flash()
        self.archive = Archive(self)
        self.traffic.clear()
        self.pinged_bytes.clear()
        self.saved_at, self.saved_by = None, ""
        self._startup = self._day0 = render(self._booted(day0))
        self.event("racked", platform=software.platform)
        self.power(on=True)

    def _blank_flash(self) -> Flash:
        return Flash(
            now=self.clock.now, is_full=self.faults.flash_full, no_room=self.faults.no_room
        )

    @property
    def saved(self) -> bool:
        """Whether startup and running configuration are the same."""
        return self._startup == self.running_text()

    # --- power, sessions, events ------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether new SSH sessions are possible."""
        return self.powered and not self.faults.refuses_ssh()

    def power(self, *, on: bool) -> None:
        """Cut the power, or boot from the startup configuration."""
        if on == self.powered:
            return
        self.powered = on
        self.archive.forget()
        self.deletions.forget()
        for session in list(self.sessions):
            session.hang_up()
        if on:
            self.booted_at = self.clock.now()
            self.logged.clear()
            self.changed_at = None
            self._config = self._booted(self._startup, self._config.master_key)
        self.event("powered-on" if on else "powered-off")
        self._stale()
        self._logs_from = self._protecting, self._shut
        self.reachable_changed()

    def power_cycle(self, seconds: float) -> None:
        """Cut the power for so many lab seconds."""
        self.power(on=False)
        self.clock.call_later(seconds, lambda: self.power(on=True))

    def login(self, user: str, password: str) -> int | None:
        """Return the privilege of a user with this password, None if the login is refused."""
        if self._login is not None:
            return self._login.privilege_of(user, password)
        line = self._config.root.lines.get(f"username {user}")
        if line is None or not secret_fits(password, line.args["hash"]):
            return None
        return int(line.args.get("privilege", "1"))

    def enables(self, password: str) -> bool:
        """Tell whether this is the enable secret."""
        if self._login is not None:
            return compare_digest(password.encode(), self._login.enable.encode())
        kept = self._config.root.arg("enable secret", "hash")
        return kept is not None and secret_fits(password, kept)

    def exec_timeout_s(self) -> int:
        """Return after how many idle seconds a session is closed, 0 for never.

        Only what is configured counts: the 10 minutes that IOS has by default would end every
        session that a client holds open while a gateway is changed, at the lab's speed in no time.
        """
        for entry, block in self._config.blocks("line"):
            line = block.lines.get("exec-timeout")
            if entry.args["kind"] == "vty" and line is not None:
                return 60 * int(line.args["minutes"]) + int(line.args.get("seconds", "0"))
        return 0

    def _booted(self, text: str, master_key: str | None = None) -> Config:
        loaded = load(text, self.software, self.deletions, carries=self._login is not None)
        self.opaque = loaded.opaque
        loaded.config.master_key = master_key
        self.booted_level = boot_level(text)
        return loaded.config

    def broadcast(self, text: str) -> None:
        """Print into every open session."""
        for session in list(self.sessions):
            session.announce(text)

    def event(self, kind: str, **data: object) -> None:
        """Report what this router saw."""
        self.sink(self.name, kind, **data)

    def _typed(self, line: str, user: str) -> None:
        """Take notice of one accepted line, given in full; most of them log nothing."""
        if _LOGS.search(line):
            self._changed(user, soon=not _AT_ONCE.match(line))
            return
        self.changed_at, self.changed_by = self.clock.now(), user
        self._stale(soon=not _AT_ONCE.match(line))

    def _changed(self, user: str, *, soon: bool = False) -> None:
        self.changed_at, self.changed_by = self.clock.now(), user
        (was_protecting, was_shut) = self._logs_from
        self._stale(soon=soon)
        self._logs_from = self._protecting, self._shut
        self._log_links(was_shut)
        if self._protecting != was_protecting:
            self.log(f"%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is {'ON' if self._protecting else 'OFF'}")

    @property
    def _shut(self) -> Mapping[str, bool]:
        return {
            name: view.shutdown
            for name, view in self.view().interfaces.items()
            if view.tunnel is None
        }

    def _log_links(self, before: Mapping[str, bool]) -> None:
        """Log what an interface that was shut, or opened, says of its link and its line."""
        for name, is_shut in self._shut.items():
            if before.get(name, is_shut) == is_shut:
                continue
            link = "5-CHANGED" if is_shut else "3-UPDOWN"
            state = "administratively down" if is_shut else "up"
            line = "down" if is_shut else "up"
            self.log(f"%LINK-{link}: Interface {name}, changed state to {state}")
            self.log(
                f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {line}"
            )

    @property
    def _protecting(self) -> bool:
        return any(
            view.tunnel is not None and view.tunnel.ipsec_profile is not None
            for view in self.view().interfaces.values()
        )

    def _stale(self, *, soon: bool = False) -> None:
        self._text = None
        self._view = None
        self.network.changed(soon=soon)

    def start_as(self, text: str) -> None:
        """Put a text in place of the startup configuration."""
        self._startup = text

    def _fault_changed(self, fault: Fault, begins: bool) -> None:  # noqa: FBT001 - as called
        if isinstance(fault, ForeignTimer):
            if begins:
                self.archive.start(fault.user, fault.minutes, idle=False)
            elif self.archive.pending is not None and self.archive.pending.user == fault.user:
                self.archive.forget()
        elif begins and isinstance(fault, PowerCycle | SshDropped) and fault.on is None:
            self._strike(fault)
        self._stale()
        self.reachable_changed()

    def _strike(self, fault: PowerCycle | SshDropped) -> None:
        """Let a fault that waits for no line act."""
        if isinstance(fault, PowerCycle):
            self.power_cycle(fault.seconds)
        for session in list(self.sessions):
            session.hang_up()
