"""Crypto drawn at random for a site: any policy that both ends take, weak ones on old releases."""

from random import Random

from site_worlds import Tree

IKE_GCM, IKE_CBC, IKE_WEAK = ("GCMAES256", "GCMAES128"), ("AES256", "AES192", "AES128"), ("DES3",)
HASHES = ("SHA384", "SHA256", "SHA1")
GROUPS, WEAK_GROUPS = ("ECP384", "ECP256", "DHGroup14"), ("DHGroup2", "DHGroup24")
ESP_GCM, ESP_CBC = ("GCMAES256", "GCMAES192", "GCMAES128"), ("AES256", "AES192", "AES128")
PFS, WEAK_PFS = ("ECP384", "ECP256", "PFS2048", "None"), ("PFS2", "PFS24")


def draw_crypto(rng: Random, *, weak: bool) -> Tree:
    """Return what a router's data says of crypto, nothing in one case of three.

    `weak` is whether the router takes algorithms that newer releases refuse.
    """
    shipped = ["gcm128", "cbc256-sha256", *(["azure-default", "article-legacy"] if weak else [])]
    kind = rng.choice(("none", "shipped", "own"))
    if kind == "none":
        return {}
    if kind == "shipped":
        return {"crypto": rng.choice(shipped)}
    own = {"ike": _ike(rng, weak=weak), "esp": _esp(rng, weak=weak), "version": rng.randint(1, 9)}
    return {"crypto": "own", "crypto_policies": {"own": own}}


def _ike(rng: Random, *, weak: bool) -> Tree:
    ciphers = rng.choice((IKE_GCM, IKE_CBC + (IKE_WEAK if weak else ())))
    return {
        "encryption": _some(rng, ciphers),
        "integrity": _some(rng, HASHES),
        "dh_group": _some(rng, GROUPS + (WEAK_GROUPS if weak else ())),
        "lifetime_s": rng.randint(3600, 86400),
    }


def _esp(rng: Random, *, weak: bool) -> Tree:
    cipher = rng.choice((*ESP_GCM, *ESP_CBC))
    return {
        "encryption": cipher,
        "integrity": cipher if cipher in ESP_GCM else rng.choice(("SHA256", "SHA1")),
        "pfs_group": rng.choice(PFS + (WEAK_PFS if weak else ())),
        "lifetime_s": rng.randint(3600, 86400),
    }


def _some(rng: Random, words: tuple[str, ...]) -> str | list[str]:
    """Draw one word or a list of several."""
    drawn = rng.sample(words, rng.randint(1, len(words)))
    return drawn[0] if len(drawn) == 1 else drawn
