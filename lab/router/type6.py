"""Pre-shared keys of type 6: encrypted under a master key that no configuration shows.

With `key config-key password-encrypt` and `password encryption aes` IOS keeps each key so, those
that stand already too, and makes another text of it every time (Cisco's driver for IOS; Security
Command Reference). Its cipher is not published: the lab's is one of its own, for texts alone.
The master key outlasts a boot here; it is not asked for at a prompt, and not removed.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator

from lab.router.tree import Block, Config, Line

_SALT = 5


def encrypted(key: str, master: str) -> str:
    """Return a key as a type 6 text."""
    salt = secrets.token_bytes(_SALT)
    return base64.b32encode(salt + _mixed(key.encode(), master, salt)).decode().rstrip("=")


def decrypted(text: str, master: str | None) -> str | None:
    """Return the key of a type 6 text, None where it was made with another master key."""
    if master is None:
        return None
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
        return _mixed(data[_SALT:], master, data[:_SALT], unmix=True).decode("ascii")
    except ValueError:
        return None


def _mixed(data: bytes, master: str, salt: bytes, *, unmix: bool = False) -> bytes:
    """Mix data with a stream of the master key; a mark at its end tells the right one."""
    mark = hashlib.sha256(salt + master.encode()).digest()[:4]
    plain = data if unmix else data + mark
    stream = hashlib.shake_256(master.encode() + salt).digest(len(plain))
    mixed = bytes(one ^ other for one, other in zip(plain, stream, strict=True))
    if not unmix:
        return mixed
    if not mixed.endswith(mark):
        raise ValueError("another master key")
    return mixed[: -len(mark)]


def key_of(block: Block, line: str, master: str | None) -> str | None:
    """Return the key that a line of a peer holds, whatever its type."""
    text = block.arg(line, "key")
    if text is None or block.arg(line, "kind") != "6":
        return text
    return decrypted(text, master)


def encrypt_keys(config: Config) -> None:
    """Encrypt the keys that stand in clear, if the router is told to."""
    if config.master_key is None or "password encryption aes" not in config.root.lines:
        return
    for block, name, line in list(_clear(config)):
        kept = encrypted(line.args["key"], config.master_key)
        words = (*line.words[:-1], "6", kept)
        args = {**line.args, "kind": "6", "key": kept}
        block.lines[name] = Line(rule=line.rule, words=words, args=args)


def _clear(config: Config) -> Iterator[tuple[Block, str, Line]]:
    for _, keyring in config.blocks("crypto ikev2 keyring"):
        for peer in keyring.of("peer"):
            for name, line in (peer.block.lines if peer.block is not None else {}).items():
                if name.startswith("pre-shared-key") and line.args.get("kind") != "6":
                    yield peer.block or keyring, name, line
