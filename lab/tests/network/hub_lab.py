"""A lab with a virtual WAN, and the best case's router in the place of one of its own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from lab.azure.calls import Call
from lab.azure.routes import find
from lab.network.model import Model
from lab.network.views import RouterView
from lab.process import Options, Parts, build
from lab.tests.network import best_case
from lab.tests.network.article import Router
from lab.world import DEFAULT_WORLD, load_world

WORLD = DEFAULT_WORLD.parent / "vwan"
ROUTER, GATEWAY = "branch1-csr", "hub-scus-vpn"
NAMES = {each.number: f"link{each.number}" for each in best_case.CONNECTIONS}
POLICY = {
    "saLifeTimeSeconds": 27000,
    "saDataSizeKilobytes": 102400000,
    "ipsecEncryption": "GCMAES256",
    "ipsecIntegrity": "GCMAES256",
    "ikeEncryption": "GCMAES256",
    "ikeIntegrity": "SHA384",
    "dhGroup": "ECP384",
    "pfsGroup": "ECP384",
}
APIPA = [
    {"ipConfigurationId": "Instance0", "customBgpIpAddress": "169.254.21.1"},
    {"ipConfigurationId": "Instance1", "customBgpIpAddress": "169.254.21.5"},
]


class Hub:
    """A lab with a hub, and the best case's router in the place of one of its own."""

    def __init__(self, folder: Path, view: RouterView = best_case.ROUTER_VIEW) -> None:
        world = load_world(WORLD)
        options = Options(run=folder, world=WORLD, speed=0, operation_s=1, seed=0)
        secrets = {name: value or "made" for name, value in world.secrets.items()}
        self.parts: Parts = build(world, options, folder / "events.jsonl", secrets)
        network = self.parts.azure.network
        assert isinstance(network, Model)
        self.network = network
        self.router = Router(view)
        self.network.attach_router(ROUTER, self.router)

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Carry a call out, let its operation end, and return the body of the answer."""
        azure = self.parts.azure
        whole = azure.resource_id("vpn-vwan", path)
        route, names = find(method, whole)
        call = Call(method=method, base="https://lab", path=whole, names=names, body=body)
        reply = route.handler(azure, call)
        self.parts.clock.advance(10)
        if "Location" in reply.headers:
            location = reply.headers["Location"].removeprefix("https://lab").split("?")[0]
            route, names = find("GET", location)
            return route.handler(azure, replace(call, names=names)).body
        return reply.body

    def id_of(self, path: str) -> str:
        """Return the id of `type/name`."""
        return self.parts.azure.resource_id("vpn-vwan", path)

    def connect(self, **changes: object) -> None:
        """Write the site and the connection that the router waits for; `changes` are of links."""
        links = [
            {
                "name": NAMES[each.number],
                "properties": {
                    "ipAddress": each.public,
                    "bgpProperties": {"asn": 64900, "bgpPeeringAddress": each.bgp_address},
                },
            }
            for each in best_case.CONNECTIONS
        ]
        properties = {"virtualWan": {"id": self.id_of("virtualWans/wan")}, "vpnSiteLinks": links}
        site = {"location": "southcentralus", "properties": properties}
        self.ask("PUT", "vpnSites/branch1", site)
        self.ask("PUT", f"vpnGateways/{GATEWAY}/vpnConnections/branch1", self.connection(**changes))
        self.parts.clock.advance(60)

    def connection(self, **changes: object) -> dict[str, Any]:
        """Return a connection with a link connection for each uplink of the router."""
        return {
            "properties": {
                "remoteVpnSite": {"id": self.id_of("vpnSites/branch1")},
                "vpnLinkConnections": [
                    {
                        "name": NAMES[each.number],
                        "properties": {
                            "vpnSiteLink": {
                                "id": self.id_of(
                                    f"vpnSites/branch1/vpnSiteLinks/{NAMES[each.number]}"
                                )
                            },
                            "sharedKey": f"key{each.number}",
                            "enableBgp": True,
                            "ipsecPolicies": [POLICY],
                            "vpnGatewayCustomBgpAddresses": APIPA if each.speaker else [],
                            **changes,
                        },
                    }
                    for each in best_case.CONNECTIONS
                ],
            }
        }

    def states(self) -> list[str]:
        """Return the state of each link connection."""
        found = self.ask("GET", f"vpnGateways/{GATEWAY}/vpnConnections/branch1")
        links = found["properties"]["vpnLinkConnections"]
        return [one["properties"]["connectionStatus"] for one in links]

    def tunnels(self) -> set[str]:
        """Return the tunnel interfaces that are up."""
        return {
            name
            for name, one in self.router.shown.interfaces.items()
            if one.tunnel is not None and self.network.interface_up(ROUTER, name)
        }

    def sessions(self) -> int:
        """Return how many BGP sessions of the router stand."""
        assert self.router.shown.bgp is not None
        return sum(
            one.state == "Established"
            for vrf in self.router.shown.bgp.families
            for one in self.network.bgp_sessions(ROUTER, vrf)
        )

    def hub_routes(self) -> dict[str, tuple[str, str]]:
        """Return next hop type and AS path of the hub's effective routes by prefix."""
        found = self.ask("POST", "virtualHubs/hub-scus/effectiveRoutes")
        return {
            one["addressPrefixes"][0]: (one["nextHopType"], one["asPath"]) for one in found["value"]
        }
