"""An ssh_config is read as OpenSSH reads it, as far as the way to a router goes."""

from pathlib import Path

import pytest

from fvrf.errors import CannotLook
from tasks.way_in import WayIn, way_in

JUMP = ("ssh", "-F", "{file}", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5")


@pytest.mark.parametrize(
    ("config", "port", "expected"),
    [
        ("", None, WayIn(hostname="r1")),
        ("Host r2\n  Port 2222\n", None, WayIn(hostname="r1")),
        (
            "Host r1\n  HostName 192.0.2.1\n  Port 2222\n  User noc\n  IdentityFile /k/%h\n",
            None,
            WayIn(hostname="192.0.2.1", port=2222, user="noc", key_file="/k/192.0.2.1"),
        ),
        ("Host r1\n  Port 2222\n", 830, WayIn(hostname="r1", port=830)),
        ("Host r1\n  ProxyJump none\nHost *\n  ProxyJump j\n", None, WayIn(hostname="r1")),
        (
            "Host r*\n  ProxyJump noc@j\n",
            None,
            WayIn(hostname="r1", proxy=(*JUMP, "-W", "r1:22", "noc@j")),
        ),
        (
            "Host r1\n  ProxyJump a, noc@b:2222\n",
            None,
            WayIn(hostname="r1", proxy=(*JUMP, "-J", "a", "-W", "r1:22", "ssh://noc@b:2222")),
        ),
        (
            "Host r1\n  ProxyCommand exec nc -X 5 'a b' %h %p\n",
            None,
            WayIn(hostname="r1", proxy=("nc", "-X", "5", "a b", "r1", "22")),
        ),
        # Behind an included file goes on what was before it: here, what is for all hosts.
        ("Include {folder}/one-*\nUser all\n", None, WayIn(hostname="r1", port=2201, user="all")),
        ("Host r1\nInclude {folder}/one-*\n  User of-r1\n", None,
         WayIn(hostname="r1", port=2201, user="of-r1")),
        ("Include {folder}/none-*\nHost r1\n  Port 2203\n", None, WayIn(hostname="r1", port=2203)),
    ],
)  # fmt: skip
def test_way_is_the_one_that_ssh_would_take(
    tmp_path: Path, config: str, port: int | None, expected: WayIn
) -> None:
    file = tmp_path / "ssh_config"
    file.write_text(config.format(folder=tmp_path))
    (tmp_path / "one-a").write_text("Host r1\n  Port 2201\nHost r2\n  User of-r2\n")
    (tmp_path / "one-b").write_text("Host r1\n  Port 2202\n")

    found = way_in(str(file), "r1", port, timeout_s=5)

    proxy = tuple(word.format(file=file) for word in expected.proxy)
    assert (found, found.proxy) == (
        WayIn(
            hostname=expected.hostname,
            port=expected.port,
            user=expected.user,
            key_file=expected.key_file,
            proxy=proxy,
        ),
        proxy,
    )


def test_file_that_includes_itself_ends(tmp_path: Path) -> None:
    file = tmp_path / "ssh_config"
    file.write_text(f"Include {file}\nHost r1\n  Port 2201\n")

    assert way_in(str(file), "r1", None, timeout_s=5).port == 2201


def test_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ssh_config"
    file.write_text("Host r1\n  Match\n\x00 what\n")

    with pytest.raises(CannotLook, match=f"F207 the ssh_config {file} cannot be read"):
        way_in(str(file), "r1", None, timeout_s=5)
