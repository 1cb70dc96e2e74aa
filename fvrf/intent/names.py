"""Names that are made of the intent's own."""

LONGEST_AZURE_NAME = 80


def vpn_site_name(router: str, gateway: str) -> str:
    """Return the name of a router's VPN site at a hub, which its one connection there has too."""
    return f"fvrf-{router}-{gateway}"
