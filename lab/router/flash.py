"""The files on bootflash:, which IOS also calls flash:."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import md5

TOTAL_BYTES = 6286540800
FREE_BYTES = 5490245632
PREFIX = "bootflash:"
_PREFIXES = ("bootflash:", "flash:")


class NoSpace(Exception):
    """Nothing more can be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file: its text and when it was written, in lab epoch seconds."""

    text: str
    written_at: float

    @property
    def size(self) -> int:
        """The size in bytes."""
        return len(self.text.encode())

    @property
    def digest(self) -> str:
        """The MD5 sum, as `verify /md5` prints it."""
        return md5(self.text.encode(), usedforsecurity=False).hexdigest()


def is_flash(url: str) -> bool:
    """Tell whether a URL is on this file system."""
    return url.lower().startswith(_PREFIXES)


def bare(url: str) -> str:
    """Return a file's name without its file system and leading slash."""
    for prefix in _PREFIXES:
        if url.lower().startswith(prefix):
            url = url[len(prefix) :]
            break
    return url.lstrip("/")


@dataclass(slots=True, kw_only=True)
class Flash:
    """The file system; `no_room` is asked at each write, `is_full` otherwise."""

    now: Callable[[], float]
    is_full: Callable[[], bool] = field(default=lambda: False)
    no_room: Callable[[], bool] = field(default=lambda: False)
    _files: dict[str, Stored] = field(default_factory=dict)

    def __contains__(self, url: object) -> bool:
        return isinstance(url, str) and bare(url) in self._files

    def read(self, url: str) -> str | None:
        """Return the text of a file, None where there is none."""
        found = self._files.get(bare(url))
        return None if found is None else found.text

    def write(self, url: str, text: str) -> None:
        """Write a file, over one of that name; NoSpace where the file system is full."""
        if self.no_room():
            raise NoSpace(bare(url))
        self._files[bare(url)] = Stored(text=text, written_at=self.now())

    def delete(self, url: str) -> bool:
        """Delete a file; tell whether it was there."""
        return self._files.pop(bare(url), None) is not None

    def files(self) -> Iterator[tuple[str, Stored]]:
        """Yield the files by name."""
        yield from sorted(self._files.items())

    @property
    def free_bytes(self) -> int:
        """What is free."""
        if self.is_full():
            return 0
        return FREE_BYTES - sum(found.size for found in self._files.values())
