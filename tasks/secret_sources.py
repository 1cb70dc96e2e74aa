"""Where single secrets are read: environment, files and commands. Key Vault has its own module."""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from fvrf.errors import CannotLook
from fvrf.secrets import SecretRef

# Read or write by anybody but the owner.
_OF_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
_CORRECT_IT = "correct the reference in the inventory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What stands at a reference, empty where nothing does, and the place in words.

    `version` is the store's own, None where it has none.
    """

    value: str
    where: str
    version: str | None = None

    def __repr__(self) -> str:
        return f"Read({self.where})"


def from_environment(reference: SecretRef) -> Read:
    """Read an environment variable."""
    value = os.environ.get(reference.name, "")
    return Read(value=value, where=f"the environment variable {reference.name}")


def from_file(reference: SecretRef, folder: Path) -> Read:
    """Read a file, through symbolic links; raises CannotLook for one that others may read.

    The mode is that of the file which was opened, so that it cannot be another one's.
    """
    path = folder / reference.name
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = b"" if mode & _OF_OTHERS else file.read()
    except OSError:
        return Read(value="", where=str(path))
    if mode & _OF_OTHERS:
        raise CannotLook(
            f"the secret {reference} lies open: {path} is {stat.filemode(mode)}",
            remedy=f"type: chmod 600 {path.resolve()}",
            code="F217",
        )
    value = content.decode(errors="surrogateescape").rstrip("\r\n")
    return Read(value=value, where=str(path))


def from_command(reference: SecretRef, *, timeout_s: float) -> Read:
    """Return what a program prints, without the newline at its end; no shell is involved.

    What it says on stderr is dropped: it may hold the secret. Raises CannotLook with the exit
    code.
    """
    program, *arguments = reference.arguments
    found = shutil.which(program)
    if found is None:
        raise _failed(reference, "there is no such program", f"install it, or {_CORRECT_IT}")
    try:
        done = subprocess.run(  # noqa: S603 - words of the inventory, as its owner wrote them
            [found, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"it did not end within {timeout_s:g} s"
        raise _failed(reference, reason, "see whether it waits for input") from None
    except OSError as error:
        raise _failed(reference, f"it cannot be run: {error.strerror}", _CORRECT_IT) from None
    if done.returncode:
        reason = f"it ended with exit code {done.returncode}"
        raise _failed(reference, reason, "type it by hand: what it says is not shown here")
    value = done.stdout.decode(errors="surrogateescape").removesuffix("\n").removesuffix("\r")
    return Read(value=value, where="the output of the command")


def _failed(reference: SecretRef, reason: str, remedy: str) -> CannotLook:
    return CannotLook(
        f"the secret {reference} cannot be read: {reason}", remedy=remedy, code="F218"
    )
