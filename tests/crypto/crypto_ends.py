"""The two ends as the lab knows them, to hold the product's table of algorithms against.

What a word of Azure's is on IOS-XE is taken from the lab here, never from the product.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from inventories import Tree, gateway, router

from fvrf.algorithms import TABLE, Field
from lab.azure.errors import ArmError, Json
from lab.azure.policy_rules import POLICY_WORDS, policies
from lab.network import algorithms as lab
from lab.network.algorithms import ChildSuite, IkeSuite, router_suites, router_transforms
from lab.network.negotiation import (
    Agreement,
    AzureEnd,
    TunnelEnd,
    negotiate,
    rekeyed_child,
    tunnel_end,
)
from lab.network.views import (
    ConnectionView,
    GatewayView,
    InstanceView,
    IpsecPolicyView,
    RouterView,
)
from lab.router.apply import apply
from lab.router.loading import load
from lab.router.software import SOFTWARE
from lab.router.tree import Config
from lab.router.view import make_view

Words = tuple[str, str, str]
IKE: tuple[Field, Field, Field] = ("ike_encryption", "ike_integrity", "dh_group")
ESP: tuple[Field, Field, Field] = ("ipsec_encryption", "ipsec_integrity", "pfs_group")
OLD, NEW = SOFTWARE["csr1000v-16.12"], SOFTWARE["c8000v-17.12"]
STRONG_IKE: Words = ("GCMAES256", "SHA384", "ECP384")
STRONG_ESP: Words = ("GCMAES256", "GCMAES256", "ECP384")
TUNNEL, CONNECTION_KEY = "Tunnel1", "<<file:psk-1>>"
AZURE_NAMES: Mapping[Field, str] = {
    "ike_encryption": "ikeEncryption",
    "ike_integrity": "ikeIntegrity",
    "dh_group": "dhGroup",
    "ipsec_encryption": "ipsecEncryption",
    "ipsec_integrity": "ipsecIntegrity",
    "pfs_group": "pfsGroup",
}


def words(fields: tuple[Field, Field, Field]) -> Iterator[Words]:
    """Yield every combination of all words that the product's table or Azure has."""
    yield from product(*(_all(field) for field in fields))


def _all(field: Field) -> list[str]:
    return sorted({*TABLE[field], *POLICY_WORDS[AZURE_NAMES[field]].split()})


# --- what each end says by itself -----------------------------------------------------------------


def azure_takes(ike: Words, esp: Words) -> bool:
    """Ask Azure whether it takes the policy."""
    names = (AZURE_NAMES[field] for field in (*IKE, *ESP))
    body = dict(zip(names, (*ike, *esp), strict=True))
    lifetimes = {"saLifeTimeSeconds": 27000, "saDataSizeKilobytes": 102400000}
    try:
        return bool(policies({"ipsecPolicies": [{**body, **lifetimes}]}))
    except ArmError:
        return False


def router_takes_ike(ike: Words, *, release: str) -> IkeSuite | None:
    """Type the proposal on a router; return what it offers, None where that is nothing.

    The GCM words of Azure's integrity have no keyword: which hash they mean is not confirmed.
    """
    encryption, group = lab.IKE_ENCRYPTION.get(ike[0]), lab.DH_GROUP.get(ike[2])
    hashing = None if ike[1].startswith("GCM") else lab.IKE_INTEGRITY.get(ike[1])
    if encryption is None or hashing is None or group is None:
        return None
    kind = "prf" if lab.is_gcm(encryption) else "integrity"
    lines = (f"encryption {encryption}", f"{kind} {hashing}", f"group {group}")
    config = _typed(("crypto ikev2 proposal P", *lines), release)
    if config is None:
        return None
    (suite,) = router_suites(_seen(config).proposals["P"])
    return suite


def router_takes_esp(esp: Words, *, release: str) -> ChildSuite | None:
    """Type transform set and PFS on a router; return what it offers, None where that is nothing."""
    cipher = lab.ESP_ENCRYPTION.get(esp[0])
    if cipher is None or esp[2] not in lab.PFS_GROUP:
        return None
    hmac = "" if esp[1].startswith("GCM") else lab.ESP_INTEGRITY.get(esp[1])
    group = lab.PFS_GROUP[esp[2]]
    if hmac is None:
        return None
    lines = ["set transform-set T", *([f"set pfs {group}"] if group else [])]
    transforms = f"crypto ipsec transform-set T {cipher} {hmac}".strip()
    config = _typed((transforms, "crypto ipsec profile P", *lines), release)
    if config is None:
        return None
    view = _seen(config)
    return ChildSuite(
        transforms=router_transforms(view.transform_sets["T"].transforms),
        pfs=view.ipsec_profiles["P"].pfs,
    )


def _typed(lines: Iterable[str], release: str) -> Config | None:
    software = SOFTWARE[release]
    config = Config(software, shielded=software.shields)
    where: tuple[str, ...] = ()
    for line in lines:
        reply = apply(config, where, line)
        if not reply.accepted:
            return None
        where = reply.where
    return config


def _seen(config: Config) -> RouterView:
    return make_view(config, "r1", powered=True, drops=lambda _vrf, _prefix: False)


# --- both ends together ---------------------------------------------------------------------------


def inventory(ike: Words, esp: Words, **other: object) -> Tree:
    """Return a router and a gateway whose policy has these words."""
    own = {
        "ike": dict(zip(("encryption", "integrity", "dh_group"), ike, strict=True)),
        "esp": dict(zip(("encryption", "integrity", "pfs_group"), esp, strict=True)),
        **other,
    }
    return {
        "r1": {"groups": ["csr"], "data": router(1, crypto="own", crypto_policies={"own": own})},
        "gw": {"groups": ["gateway"], "data": gateway(1)},
    }


@dataclass(frozen=True, kw_only=True)
class Ends:
    """A router with a rendered configuration, and what Azure was sent."""

    view: RouterView
    end: TunnelEnd
    azure: AzureEnd

    def agreement(self) -> Agreement:
        """Negotiate, and again as at the first rekey, where PFS is compared.

        Raises the lab's RefusedError where the ends do not agree.
        """
        made = negotiate(self.view, self.end, self.azure)
        rekeyed_child(self.view, self.end, self.azure, made.ike)
        return made


def ends(view: RouterView, azure: AzureEnd) -> Ends:
    """Join what stands on the router with what stands at Azure."""
    return Ends(view=view, end=tunnel_end(view, TUNNEL), azure=azure)


def loaded(text: str, release: str) -> tuple[RouterView, tuple[str, ...]]:
    """Return a router that booted with a configuration, and the lines that it refused."""
    done = load(text, SOFTWARE[release])
    return _seen(done.config), tuple(line for line, _ in done.refused)


def azure_end(entries: list[Json]) -> AzureEnd:
    """Return the gateway with a connection that has these `ipsecPolicies`."""
    connection = ConnectionView(
        id="c",
        peer_address=IPv4Address("198.51.100.3"),
        key=CONNECTION_KEY,
        enable_bgp=True,
        policy=_policy(policies({"ipsecPolicies": entries})),
    )
    instance = InstanceView(public_address=IPv4Address("192.0.2.1"), speakers=())
    made = GatewayView(
        id="gw",
        asn=65515,
        instances=(instance,),
        prefixes=(IPv4Network("10.1.0.0/16"),),
        connections=(connection,),
    )
    return AzureEnd(gateway=made, connection=connection, instance=0)


def _policy(entries: list[Json]) -> IpsecPolicyView | None:
    for entry in entries:
        return IpsecPolicyView(
            sa_lifetime_s=entry["saLifeTimeSeconds"],
            sa_data_size_kb=entry["saDataSizeKilobytes"],
            **{field: entry[name] for field, name in AZURE_NAMES.items()},
        )
    return None


def crossed(ike: Ends, esp: Ends) -> Ends:
    """Return ends with the IKE of one and the ESP of another."""
    ours, theirs = ike.azure.connection, esp.azure.connection
    if ours.policy is None or theirs.policy is None:
        raise ValueError("no policy to cross")
    policy = replace(
        theirs.policy,
        ike_encryption=ours.policy.ike_encryption,
        ike_integrity=ours.policy.ike_integrity,
        dh_group=ours.policy.dh_group,
    )
    connection = replace(theirs, policy=policy)
    return replace(
        esp,
        view=replace(esp.view, proposals=ike.view.proposals),
        azure=replace(esp.azure, connection=connection),
    )
