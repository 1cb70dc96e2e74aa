"""The article's six commands, typed into the real `az`: columns and values are the article's.

Run by `make test-az`, which installs `az` and names it in the variable AZ. With AZ_TRANSCRIPT
the commands and what they printed are written to that file.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.client import LabClient
from lab.tests.az.real_az import Az, table, without
from lab.tests.process import running

PROJECT = Path(running.__file__).parents[3]
ROUTER, KEY = "scus-onprem-csr", "azure123"
GROUP = "-g vpn-testing"
PEERS = {"CSR_OUTSIDE_1": "192.168.255.254", "CSR_OUTSIDE_2": "172.16.1.4"}
ADDRESSES = {"CSR_OUTSIDE_1": "198.51.100.10", "CSR_OUTSIDE_2": "198.51.100.11"}
COUNTERS = ("ConnectedDuration", "MessagesSent", "MessagesReceived")

# From "Configuring Multiple IPSec VPN Tunnels with BGP Between Cisco CSR 1000v and Azure VPN
# Gateway" (Microsoft), section "Azure VPN Gateway".
BGP_PEERS = {
    "192.168.255.254": """
Neighbor         ASN    State      ConnectedDuration    RoutesReceived    MessagesSent    MessagesReceived
---------------  -----  ---------  -------------------  ----------------  --------------  ------------------
192.168.255.254  64900  Connected  03:03:16.0580011     1                 221             208
""",  # noqa: E501 - as it was printed
    "172.16.1.4": """
Neighbor    ASN    State      ConnectedDuration    RoutesReceived    MessagesSent    MessagesReceived
----------  -----  ---------  -------------------  ----------------  --------------  ------------------
172.16.1.4  64900  Connected  03:11:28.0193520     1                 384             215
""",  # noqa: E501 - likewise
}
LEARNED_ROUTES = """
Network             Origin    SourcePeer       AsPath    Weight    NextHop
------------------  --------  ---------------  --------  --------  ---------------
10.0.0.0/16         Network   10.0.255.254               32768
172.16.1.4/32       Network   10.0.255.254               32768
172.16.0.0/16       EBgp      172.16.1.4       64900     32768     172.16.1.4
172.16.0.0/16       EBgp      192.168.255.254  64900     32768     192.168.255.254
192.168.255.254/32  Network   10.0.255.254               32768
"""
EFFECTIVE_ROUTES = """
Source                 State    Address Prefix      Next Hop Type          Next Hop IP
---------------------  -------  ------------------  ---------------------  -------------
Default                Active   10.0.0.0/16         VnetLocal
VirtualNetworkGateway  Active   192.168.255.254/32  VirtualNetworkGateway  23.98.148.37
VirtualNetworkGateway  Active   172.16.1.4/32       VirtualNetworkGateway  23.98.148.37
VirtualNetworkGateway  Active   172.16.0.0/16       VirtualNetworkGateway  23.98.148.37
VirtualNetworkGateway  Active   172.16.0.0/16       VirtualNetworkGateway  23.98.148.37
Default                Active   0.0.0.0/0           Internet
Default                Active   10.0.0.0/8          None
Default                Active   100.64.0.0/10       None
Default                Active   192.168.0.0/16      None
"""
OF_THE_PLATFORM = "25."  # the article's NIC shows two more routes of Azure's own


@contextmanager
def signed_in(folder: Path) -> Iterator[Az]:
    """Run a lab whose router has the article's lines, and sign in to it."""
    with running.lab(folder / "run", "--speed", "60") as client:
        client.type(ROUTER, *article())
        az = Az(program=Path(os.environ["AZ"]).absolute(), home=folder / "az", lab=client)
        az.sign_in()
        yield az


def article() -> list[str]:
    text = Path(running.__file__).with_name("article.cfg").read_text()
    return [line for line in text.splitlines() if not line.startswith("!")]


@pytest.fixture(scope="module")
def az(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Az]:
    """Build Azure's side of the article with `az` itself, and give both ends five minutes."""
    with signed_in(tmp_path_factory.mktemp("az")) as az:
        for name, peer in PEERS.items():
            az.run(
                f"az network local-gateway create {GROUP} -n {name}_LNG "
                f"--gateway-ip-address {ADDRESSES[name]} --asn 64900 "
                f"--bgp-peering-address {peer} -o none"
            )
            az.run(
                f"az network vpn-connection create {GROUP} -n {name} --vnet-gateway1 azure-vng "
                f"--local-gateway2 {name}_LNG --enable-bgp --shared-key SECRET -o none",
                KEY,
            )
        az.lab.advance(300)
        yield az
        if "AZ_TRANSCRIPT" in os.environ:
            Path(os.environ["AZ_TRANSCRIPT"]).write_text(transcript(az))


def transcript(az: Az) -> str:
    """Return the session as a page of the documentation."""
    version = json.loads(az.run("az version"))["azure-cli"]
    base = az.lab.description["azure"]
    typed = "\n".join(f"$ {command}\n{output}".rstrip() + "\n" for command, output in az.said[:-1])
    return (
        "# The real `az` against the lab\n\n"
        f"What `make test-az` typed into azure-cli {version}, and what it printed; SECRET "
        "stands for a secret.\nAzure's side of the article is built first; then come the "
        "article's six commands, and a few more that\nan NOE may use. The test compares columns "
        "and values with the article's; durations, counters and the\ntwo 25.x routes aside. This "
        "`az` shows `NextHop` second in the learned routes, the article's had it last.\n\n"
        f"```console\n{typed.replace(base, 'https://localhost:PORT')}```\n"
    )


@pytest.mark.parametrize("name", PEERS)
def test_a_connection_is_connected(az: Az, name: str) -> None:
    shown = az.run(
        f"az network vpn-connection show --name {name} --resource-group vpn-testing "
        "--query connectionStatus"
    )

    assert shown == '"Connected"\n'


@pytest.mark.parametrize("peer", BGP_PEERS)
def test_a_peer_is_shown_as_in_the_article(az: Az, peer: str) -> None:
    shown = table(
        az.run(
            f"az network vnet-gateway list-bgp-peer-status --peer {peer} --name azure-vng "
            "--resource-group vpn-testing -o table"
        )
    )
    expected = table(BGP_PEERS[peer])

    assert list(shown[0]) == list(expected[0])
    assert without(shown, *COUNTERS) == without(expected, *COUNTERS)
    assert all(row[name] for row in shown for name in COUNTERS)


def test_the_learned_routes_are_the_articles(az: Az) -> None:
    shown = table(
        az.run(
            "az network vnet-gateway list-learned-routes --name azure-vng "
            "--resource-group vpn-testing -o table"
        )
    )

    assert shown == table(LEARNED_ROUTES)


def test_the_effective_routes_are_the_articles(az: Az) -> None:
    shown = table(
        az.run(
            "az network nic show-effective-route-table --name azure-vm961 "
            "--resource-group vpn-testing -o table"
        )
    )
    expected = table(EFFECTIVE_ROUTES)

    assert list(shown[0]) == list(expected[0])
    kept = [row for row in shown if not row["Address Prefix"].startswith(OF_THE_PLATFORM)]
    assert kept == expected


def test_a_policy_is_added_and_a_key_is_changed(az: Az) -> None:
    connection = f"{GROUP} --connection-name CSR_OUTSIDE_1"
    az.run(
        f"az network vpn-connection ipsec-policy add {connection} --ike-encryption AES256 "
        "--ike-integrity SHA1 --dh-group DHGroup2 --ipsec-encryption AES256 "
        "--ipsec-integrity SHA1 --pfs-group None --sa-lifetime 3600 --sa-max-size 102400000 -o none"
    )
    az.run(f"az network vpn-connection shared-key update {connection} --value SECRET -o none", KEY)
    az.lab.advance(120)

    policies = az.run(f"az network vpn-connection ipsec-policy list {connection} -o table")
    key = az.run(f"az network vpn-connection shared-key show {connection} --query value")
    status = az.run(
        f"az network vpn-connection show {GROUP} -n CSR_OUTSIDE_1 --query connectionStatus"
    )

    (policy,) = table(policies)
    assert (policy["DhGroup"], policy["SaLifeTimeSeconds"]) == ("DHGroup2", "3600")
    assert (json.loads(key), status) == (KEY, '"Connected"\n')


def test_what_stands_around_the_gateway_is_listed(az: Az) -> None:
    addresses = table(az.run(f"az network public-ip list {GROUP} -o table"))
    gateways = table(az.run(f"az network vnet-gateway list {GROUP} -o table"))
    sas = az.run(f"az network vpn-connection list-ike-sas {GROUP} -n CSR_OUTSIDE_2")

    assert [row["Address"] for row in addresses] == ["23.98.148.37"]
    assert [row["Name"] for row in gateways] == ["azure-vng"]
    assert json.loads(json.loads(sas))["Status"] == "Successful"


def test_what_is_in_the_way_is_said_in_azures_words(az: Az) -> None:
    with pytest.raises(AssertionError, match="InUseLocalNetworkGatewayCannotBeDeleted"):
        az.run(f"az network local-gateway delete {GROUP} -n CSR_OUTSIDE_1_LNG")


def test_the_products_script_builds_a_site(tmp_path: Path) -> None:
    """The script of `plan --offline`, as someone else would run it."""
    plan = [sys.executable, str(PROJECT / "runbooks" / "plan.py"), "--offline", "--site", "scus"]
    subprocess.run([*plan, "--out", str(tmp_path / "plan")], check=True, capture_output=True)  # noqa: S603
    with signed_in(tmp_path) as az:
        keys = {f"FVRF_KEY_{name}": KEY for name in PEERS}
        az.script(tmp_path / "plan" / "azure-vng.az.sh", **keys)
        az.lab.advance(300)
        status = statuses(az.lab)

    assert status == dict.fromkeys(PEERS, "Connected")


def statuses(client: LabClient) -> dict[str, str]:
    found = client.status()["gateways"]["azure-vng"]["connections"]
    return {name: one["status"] for name, one in found.items()}
