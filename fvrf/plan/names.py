"""Naming schemes as data: the pattern of every router object's name, in one place.

`fvrf` prefixes every object and marks VRFs, tunnels and routes, so that what is ours can be told
from the router itself; a crypto policy's version is in the names of its objects, so that a new
version is built beside the old. `article` has the article's router names and no marks. Azure's
names are the intent's, since they must be unique across the inventory.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fvrf.plan.objects import Scheme

NAMES: Mapping[Scheme, Mapping[str, str]] = MappingProxyType(
    {
        "fvrf": {
            "proposal": "fvrf-{crypto.name}-v{crypto.version}",
            "transform_set": "fvrf-{crypto.name}-v{crypto.version}",
            "policy": "fvrf-{front_door}-{local}",
            "keyring": "fvrf-{gateway}-{tunnel}",
            "peer": "{gateway}-{instance}",
            "profile": "fvrf-{gateway}-{tunnel}",
        },
        "article": {
            "proposal": "AZURE_PROPOSAL",
            "transform_set": "AZURE_IPSEC_PROPOSAL",
            "policy": "VRF_{outside}_POLICY",
            "keyring": "AZURE_KEYRING",
            "peer": "{GATEWAY}",
            "profile": "VRF_{outside}_PROFILE",
        },
    }
)
