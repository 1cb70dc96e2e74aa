"""The commands for a hub, run by a shell with an `az` that only notes what it is asked."""

import json
import os
import subprocess
from pathlib import Path

import hub_builders as hub

from fvrf.azure.az_hub import hub_commands
from fvrf.azure.resources import Json, desired

AZ = """\
#!/bin/sh
case "$*" in
  *"--method put"*) echo "$5" >> "$CALLS"; cat >> "$CALLS"; echo "---" >> "$CALLS" ;;
  *virtualHub*) echo /hub ;;
  *virtualWan*) echo /wan ;;
  *location*) echo southcentralus ;;
  *169.254.21.1*) echo Instance0 ;;
  *169.254.21.5*) echo Instance1 ;;
esac
"""
KEYS = {"FVRF_KEY_LINK_ONE": 'First"Key', "FVRF_KEY_LINK_TWO": "Second\\Key"}


def ran(folder: Path) -> list[tuple[str, Json]]:
    """Return what the script puts: the path, as far as the provider, and the body."""
    az = folder / "az"
    az.write_text(AZ)
    az.chmod(0o700)
    calls = folder / "calls"
    paths = {"PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(calls)}
    script = hub_commands(hub.plan())
    subprocess.run(["/bin/sh", "-c", script], env={**paths, **KEYS}, check=True)  # noqa: S603
    found = (one.split("\n", 1) for one in calls.read_text().split("---\n") if one)
    return [(url.rpartition("Microsoft.Network/")[2], json.loads(body)) for url, body in found]


def test_one_site_one_connection_and_a_key_for_each_link_are_written(tmp_path: Path) -> None:
    calls = ran(tmp_path)

    connection = f"vpnGateways/{hub.GATEWAY}/vpnConnections/{hub.SITE}"
    version = "?api-version=2026-03-01"
    assert [url for url, _ in calls] == [
        f"vpnSites/{hub.SITE}{version}",
        f"{connection}{version}",
        f"{connection}/vpnLinkConnections/link-one/sharedKeys/default{version}",
        f"{connection}/vpnLinkConnections/link-two/sharedKeys/default{version}",
    ]
    site, joined, *keys = (body for _, body in calls)
    assert site["properties"]["virtualWan"] == {"id": "/wan"}
    assert site["location"] == "southcentralus"
    assert [link["name"] for link in site["properties"]["vpnSiteLinks"]] == ["link-one", "link-two"]
    assert [one["properties"]["sharedKey"] for one in keys] == [*KEYS.values()]
    links = joined["properties"]["vpnLinkConnections"]
    assert links[1]["properties"]["vpnGatewayCustomBgpAddresses"] == [
        {"customBgpIpAddress": "169.254.21.1", "ipConfigurationId": "Instance0"},
        {"customBgpIpAddress": "169.254.21.5", "ipConfigurationId": "Instance1"},
    ]


def test_a_site_has_its_tags_and_no_key_stands_in_the_script() -> None:
    script = hub_commands(hub.plan())
    (tags, _) = (pair.local_gateway.tags for pair in desired(hub.plan()).pairs)

    assert json.dumps(dict(tags))[1:-1].split(", ")[0] in script
    assert ': "${FVRF_KEY_LINK_ONE:?the key of file:psk-scus-one}"' in script
