"""All checks over the intent, in one place: every problem at once, in the order of the hosts."""

from collections.abc import Collection

from fvrf.errors import Problem
from fvrf.intent.article_checks import article_problems
from fvrf.intent.bgp_checks import bgp_problems
from fvrf.intent.crypto_checks import crypto_problems
from fvrf.intent.gateway_checks import gateway_problems
from fvrf.intent.hub_checks import hub_problems
from fvrf.intent.inside_checks import inside_problems
from fvrf.intent.inventory_checks import inventory_problems
from fvrf.intent.model import Intent
from fvrf.intent.private_peering import peering_problems
from fvrf.intent.router_checks import router_problems
from fvrf.intent.tuning_checks import tuning_problems


def problems_across(intent: Intent, *, broken: Collection[str] = ()) -> list[Problem]:
    """Return every problem within routers and between hosts.

    `broken` names hosts that are in the inventory and did not parse: what refers to them is
    not wrong for that.
    """
    return [
        *router_problems(intent),
        *inside_problems(intent),
        *article_problems(intent),
        *crypto_problems(intent),
        *bgp_problems(intent),
        *tuning_problems(intent),
        *gateway_problems(intent),
        *hub_problems(intent),
        *inventory_problems(intent, broken=broken),
        *peering_problems(intent, broken=broken),
    ]
