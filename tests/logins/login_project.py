"""A project whose host r1 is the small SSH server."""

from pathlib import Path
from typing import Any

from inventories import CONFIG, changed, hosts, write
from login_server import ENABLE, PASSWORD, USER, Listening

from tasks.project import Project, Selection, open_project

PHRASE = "PassPhrase99"


def project(
    folder: Path, router: Listening, options: dict[str, Any], config: str = "", **data: object
) -> Project:
    """Open a project whose host r1 is the server, reached by an ssh_config."""
    (folder / "ssh_config").write_text(
        f"Host r1\n  HostName 127.0.0.1\n  Port {router.port}\n{config}"
    )
    (folder / "known_hosts").write_text(router.known_host)
    (folder / "secrets").mkdir()
    for name, value in {"pw": PASSWORD, "enable": ENABLE, "phrase": PHRASE}.items():
        (folder / "secrets" / name).write_text(value)
        (folder / "secrets" / name).chmod(0o600)
    password = options.pop("password", None)
    files = {
        "inventory/hosts.yaml": changed(
            hosts(),
            ("r1 username", USER),
            ("r1 password", password),
            *((f"r1 data {key}", value) for key, value in data.items()),
            ("r1 connection_options", {"netmiko": {"extras": options}}),
        ),
        "inventory/groups.yaml": {
            "csr": {"platform": "cisco_xe"},
            "gateway": {"platform": "azure_vpn_gateway"},
        },
        "config.yaml": changed(
            CONFIG,
            ("ssh", {"config_file": "ssh_config"}),
            ("user_defined known_hosts", "known_hosts"),
            ("user_defined timing", {"connect_timeout_s": 20}),
        ),
    }
    return open_project(write(folder, files), Selection(hosts=("r1",)), offline=True)
