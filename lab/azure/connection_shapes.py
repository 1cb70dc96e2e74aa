"""A connection as lists show it: fewer members than a GET of one."""

from lab.azure.errors import Json
from lab.azure.store import Resource

# The model of the entities that a gateway's list holds has no such members.
NOT_IN_A_LIST = frozenset(
    {
        "authenticationType",
        "certificateAuthentication",
        "dpdTimeoutSeconds",
        "egressNatRules",
        "ingressNatRules",
        "tunnelProperties",
        "useLocalAzureIpAddress",
    }
)


def entity(connection: Resource) -> Json:
    """Return an entity of a gateway's list of connections, without states."""
    body = connection.as_json()
    properties = body["properties"]
    kept = {name: one for name, one in properties.items() if name not in NOT_IN_A_LIST}
    return {**body, "properties": kept}
