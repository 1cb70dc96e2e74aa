"""Every mistake in the inventory's files is reported at once, with file and place."""

from pathlib import Path
from typing import Any

import pytest
from inventories import GONE, GROUPS, changed, hosts, write

from fvrf.errors import InputError
from tasks.project import Selection, open_project

HOSTS, DEFAULTS = "inventory/hosts.yaml", "inventory/defaults.yaml"
GROUP_FILE = "inventory/groups.yaml"
NOT_A_REFERENCE = (
    "not a reference: write env:NAME, file:NAME, keyvault:VAULT/NAME, keyvault:VAULT/NAME@VERSION"
    " or command:PROGRAM ARGUMENT ..., never the secret itself"
)
NO_PATH = "must be an absolute path, or one that begins with ~"
UNKNOWN = "unknown key -> remove it or correct its spelling"


@pytest.fixture(autouse=True)
def _below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files in messages are relative to where the NOE stands."""
    monkeypatch.chdir(tmp_path)


def problems(folder: Path, files: dict[str, Any]) -> list[str]:
    """Open a project of these files and return the lines of its problems."""
    config = write(folder, files)
    with pytest.raises(InputError) as caught:
        open_project(config, Selection(), offline=True)
    return [str(problem) for problem in caught.value.problems]


def with_option(option: object) -> dict[str, Any]:
    return {HOSTS: changed(hosts(), ("r1 connection_options", {"netmiko": option}))}


# What the files hold, and every line that says what is wrong with it.
FILES: list[tuple[dict[str, Any], list[str]]] = [
    ({HOSTS: GONE}, [f"{HOSTS}: cannot be read: No such file or directory"]),
    ({HOSTS: ""}, [f"{HOSTS}: has no hosts"]),
    ({HOSTS: "- r1\n- r2\n"}, [f"{HOSTS}: is not a mapping of names"]),
    ({HOSTS: "r1\n"}, [f"{HOSTS}: is not a mapping of names"]),
    ({GROUP_FILE: "[csr]\n"}, [f"{GROUP_FILE}: is not a mapping of names"]),
    ({DEFAULTS: "[csr]\n"}, [f"{DEFAULTS}: is not a mapping of names"]),
    ({HOSTS: b"r1: \xff\n"}, [f"{HOSTS}: is not UTF-8 text"]),
    (
        {HOSTS: b"r1: \x07\n"},
        [f"{HOSTS}: not YAML: it has a character that no text file may have"],
    ),
    (
        {HOSTS: "r1:\n  groups: [csr]\n  data: {asn: 1\nr2: {}\n"},
        [f"{HOSTS}: line 4: not YAML: did not find expected ',' or '}}'"],
    ),
    (
        {HOSTS: "r1:\n  data:\n    asn: 64513\n    site: a\n    asn: 64514\n"},
        [f"{HOSTS}: line 5: not YAML: key 'asn' stands here twice"],
    ),
    (
        {HOSTS: "r1:\n  password: !azure123\n"},
        [f"{HOSTS}: line 2: not YAML: a value that begins with `!` must stand in quotes"],
    ),
    (
        {HOSTS: "r1:\n  password: *azure123\n"},
        [f"{HOSTS}: line 2: not YAML: found undefined alias"],
    ),
    (
        {HOSTS: "r1: {", GROUP_FILE: "[a]"},
        [
            f"{HOSTS}: line 2: not YAML: did not find expected node content",
            f"{GROUP_FILE}: is not a mapping of names",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "lines"), FILES)
def test_a_file_that_cannot_be_read_names_file_and_line(
    tmp_path: Path, files: dict[str, Any], lines: list[str]
) -> None:
    assert problems(tmp_path, files) == lines


ENTRIES: list[tuple[dict[str, Any], list[str]]] = [
    ({HOSTS: changed(hosts(), ("r1", ["a"]))}, [f"{HOSTS}: r1: is not a mapping"]),
    ({HOSTS: changed(hosts(), ("r1 hostnam", "a"))}, [f"{HOSTS}: r1: hostnam: {UNKNOWN}"]),
    ({HOSTS: changed(hosts(), ("r1 port", "22"))}, [f"{HOSTS}: r1: port: must be a number"]),
    ({HOSTS: changed(hosts(), ("r1 hostname", 10.1))}, [f"{HOSTS}: r1: hostname: must be a text"]),
    ({HOSTS: changed(hosts(), ("r1 data", ["a"]))}, [f"{HOSTS}: r1: data: must be a mapping"]),
    (
        {HOSTS: changed(hosts(), ("r1 groups", "csr"))},
        [f"{HOSTS}: r1: groups: must be a list -> as in groups: [csr]"],
    ),
    (
        {HOSTS: changed(hosts(), ("r1 groups", ["crs"]))},
        [f"{HOSTS}: r1: groups: no such group 'crs' -> one of csr, gateway"],
    ),
    (
        {GROUP_FILE: changed(GROUPS, ("csr groups", ["a"]), ("a", {"groups": ["csr"]}))},
        [
            f"{GROUP_FILE}: csr: groups: the group is among its own groups",
            f"{GROUP_FILE}: a: groups: the group is among its own groups",
        ],
    ),
    ({DEFAULTS: {"groups": ["csr"]}}, [f"{DEFAULTS}: groups: {UNKNOWN}"]),
    # Connection options
    (
        {HOSTS: changed(hosts(), ("r1 connection_options", ["a"]))},
        [f"{HOSTS}: r1: connection_options: must be a mapping"],
    ),
    (with_option(["a"]), [f"{HOSTS}: r1: connection_options.netmiko: must be a mapping"]),
    (with_option({"prot": 1}), [f"{HOSTS}: r1: connection_options.netmiko.prot: {UNKNOWN}"]),
    (
        with_option({"extras": {"key_file": "keys/id"}}),
        [f"{HOSTS}: r1: connection_options.netmiko.extras.key_file: {NO_PATH} (value: keys/id)"],
    ),
    # Secrets in clear
    (
        {HOSTS: changed(hosts(), ("r1 password", "azure123"))},
        [f"{HOSTS}: r1: password: {NOT_A_REFERENCE}"],
    ),
    (
        {GROUP_FILE: changed(GROUPS, ("csr password", 123456))},
        [f"{GROUP_FILE}: csr: password: {NOT_A_REFERENCE}"],
    ),
    ({DEFAULTS: {"password": "azure123"}}, [f"{DEFAULTS}: password: {NOT_A_REFERENCE}"]),
    (
        with_option({"password": "azure123"}),
        [f"{HOSTS}: r1: connection_options.netmiko.password: {NOT_A_REFERENCE}"],
    ),
    (
        with_option({"extras": {"secret": "azure123", "passphrase": "azure123"}}),
        [
            f"{HOSTS}: r1: connection_options.netmiko.extras.passphrase: {NOT_A_REFERENCE}",
            f"{HOSTS}: r1: connection_options.netmiko.extras.secret: {NOT_A_REFERENCE}",
        ],
    ),
]


@pytest.mark.parametrize(("files", "lines"), ENTRIES)
def test_a_wrong_entry_is_named_with_its_path_and_reason(
    tmp_path: Path, files: dict[str, Any], lines: list[str]
) -> None:
    assert problems(tmp_path, files) == lines


@pytest.mark.parametrize(("files", "_"), FILES + ENTRIES)
def test_a_secret_in_clear_is_never_shown(
    tmp_path: Path, files: dict[str, Any], _: list[str]
) -> None:
    assert "azure123" not in "".join(problems(tmp_path, files))


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (
            {GROUP_FILE: changed(GROUPS, ("csr data", {"asn": 65515})),
             HOSTS: changed(hosts(), ("r1 data asn", GONE))},
            (f"{GROUP_FILE}: r1: data.asn: AS 65515 is reserved by Azure;"
            " take one of 64512-65514 (value: 65515)"),
        ),
        (
            {DEFAULTS: {"data": {"asn": 65515}},
             HOSTS: changed(hosts(), ("r1 data asn", GONE))},
            (f"{DEFAULTS}: r1: data.asn: AS 65515 is reserved by Azure;"
            " take one of 64512-65514 (value: 65515)"),
        ),
        (
            {GROUP_FILE: changed(GROUPS, ("gateway data", {"cloud": "mars"})),
             HOSTS: changed(hosts(), ("gw2", GONE))},
            (f"{GROUP_FILE}: gw: data.cloud: no such cloud (value: mars)"
            " -> one of china, public, usgov; more under user_defined.clouds"),
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_inherited_data_names_the_file_that_it_stands_in(
    tmp_path: Path, files: dict[str, Any], line: str
) -> None:
    assert line in problems(tmp_path, files)


def test_mistakes_of_files_entries_and_intent_are_reported_at_once(tmp_path: Path) -> None:
    tree = changed(
        hosts(),
        ("r1 hostnam", "a"),
        ("r1 data asn", "64513"),
        ("r2 groups", ["crs"]),
        ("gw data prefixes", []),
        ("gw2 data instances 0 public_address", "::1"),
    )
    group = changed(GROUPS, ("csr password", "azure123"))

    assert [
        ": ".join(line.split(": ")[:3])
        for line in problems(tmp_path, {HOSTS: tree, GROUP_FILE: group})
    ] == [
        f"{HOSTS}: r1: hostnam",
        f"{GROUP_FILE}: csr: password",
        f"{HOSTS}: r2: groups",
        f"{HOSTS}: r1: data.asn",
        f"{HOSTS}: gw: data.prefixes",
        f"{HOSTS}: gw2: data.instances[0].public_address",
    ]


def test_anchors_and_merges_are_no_repeated_keys(tmp_path: Path) -> None:
    text = """
base: &base {platform: cisco_xe, username: netops}
csr: &csr {<<: *base, username: admin}
own: {<<: *csr, username: noc}
gateway: {platform: azure_vpn_gateway}
"""
    config = write(tmp_path, {GROUP_FILE: text, HOSTS: changed(hosts(), ("r1 groups", ["own"]))})

    project = open_project(config, Selection(), offline=True)

    inventory = project.nornir.inventory
    assert {name: inventory.groups[name].username for name in ("base", "csr", "own")} == {
        "base": "netops",
        "csr": "admin",
        "own": "noc",
    }
    assert inventory.hosts["r1"].username == "noc"


def test_data_is_merged_by_key_from_host_group_and_defaults(tmp_path: Path) -> None:
    files = {
        HOSTS: changed(hosts(), ("r1 data naming", "fvrf"), ("r2 data naming", GONE)),
        GROUP_FILE: changed(
            GROUPS,
            ("site", {"data": {"naming": "article"}}),
            ("csr groups", ["site"]),
            ("csr data", {"crypto": "article-legacy"}),
        ),
    }
    config = write(tmp_path, files)

    routers = open_project(config, Selection(), offline=True).intent.routers

    assert {name: (r.naming, r.crypto) for name, r in routers.items()} == {
        "r1": ("fvrf", "article-legacy"),
        "r2": ("article", "article-legacy"),
    }


def test_the_defaults_file_may_be_missing(tmp_path: Path) -> None:
    config = write(tmp_path, {DEFAULTS: GONE})

    assert open_project(config, Selection(), offline=True).routers == ("r1", "r2")
