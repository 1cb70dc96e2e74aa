"""Every pair of words of the table: what both ends take comes up, what one refuses is refused."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import crypto_ends as both
import pytest
from crypto_ends import ESP, IKE, NEW, OLD, STRONG_ESP, STRONG_IKE, Ends, Words, words
from inventories import Tree, changed, plan_of, problems_of

from fvrf.azure.resources import desired
from fvrf.crypto import POLICIES, CryptoPolicy
from fvrf.intent.crypto_checks import objections
from lab.network.refusal import RefusedError
from tasks.render import environment

RELEASES = {OLD.platform: "16.12.3", NEW.platform: "17.12.3"}
Choice = tuple[Words, Words]
IKE_CHOICES = [(ike, STRONG_ESP) for ike in words(IKE)]
ESP_CHOICES = [(STRONG_IKE, esp) for esp in words(ESP)]
CHOICES = [*IKE_CHOICES, *ESP_CHOICES]


def both_take(choice: Choice, platform: str) -> bool:
    """Ask the ends one by one, neither of which knows the product's table."""
    ike, esp = choice
    return (
        both.azure_takes(ike, esp)
        and both.router_takes_ike(ike, release=platform) is not None
        and both.router_takes_esp(esp, release=platform) is not None
    )


def ends_of(tree: Tree, platform: str) -> Ends:
    """Render both ends; the router must take every line."""
    plan = plan_of(tree)
    text = environment().get_template("router.j2").render(plan=plan.routers["r1"])
    view, refused = both.loaded(text, platform)
    assert refused == ()
    pair = desired(plan.gateways["gw"]).pair("fvrf-r1-1")
    return both.ends(view, both.azure_end(pair.connection.declared["ipsecPolicies"]))


@cache
def ends(choice: Choice, platform: str = OLD.platform) -> Ends:
    return ends_of(both.inventory(*choice), platform)


def taken(choices: Iterable[Choice], platform: str = OLD.platform) -> list[Choice]:
    return [choice for choice in choices if both_take(choice, platform)]


def test_the_ends_take_hundreds_and_refuse_more() -> None:
    """Else the tests below would prove little."""
    assert (len(taken(IKE_CHOICES)), len(taken(ESP_CHOICES))) == (196, 168)
    assert len(CHOICES) > 1500


@pytest.mark.parametrize("platform", RELEASES)
def test_validation_refuses_what_an_end_refuses_and_nothing_else(platform: str) -> None:
    def is_sound(choice: Choice) -> bool:
        tree = changed(both.inventory(*choice), ("r1 data release", RELEASES[platform]))
        return problems_of(tree) == []

    assert [choice for choice in CHOICES if is_sound(choice)] == taken(CHOICES, platform)


@pytest.mark.parametrize("platform", RELEASES)
def test_what_both_take_comes_up_with_just_these_algorithms(platform: str) -> None:
    for ike, esp in taken(CHOICES, platform):
        made = ends((ike, esp), platform).agreement()

        child = both.router_takes_esp(esp, release=platform)
        assert made.ike == both.router_takes_ike(ike, release=platform)
        assert child is not None
        assert (set(made.transform.split()), made.pfs) == (
            set(" ".join(child.transforms).split()),
            child.pfs,
        )


def test_any_ike_comes_up_with_any_esp() -> None:
    esps = [ends(one) for one in taken(ESP_CHOICES)]

    for ike in map(ends, taken(IKE_CHOICES)):
        for esp in esps:
            both.crossed(ike, esp).agreement()


@pytest.mark.parametrize("choices", [IKE_CHOICES, ESP_CHOICES], ids=["IKE", "ESP"])
def test_without_a_policy_validation_takes_what_azure_takes_by_itself(
    choices: list[Choice],
) -> None:
    weak_ike, esp = ("AES256", "SHA256", "DHGroup2"), ("GCMAES256", "GCMAES256", "None")
    tried = [(i, esp) if choices is IKE_CHOICES else (weak_ike, e) for i, e in choices]

    sound = [one for one in tried if not problems_of(both.inventory(*one, azure="default"))]

    assert sound == [one for one in tried if comes_up_by_default(one)]
    for one in sound:
        ends_of(both.inventory(*one, azure="default"), OLD.platform).agreement()


def comes_up_by_default(choice: Choice) -> bool:
    """Let a router with a policy of these words meet a gateway with none."""
    if not both_take(choice, OLD.platform):
        return False
    try:
        replace(ends(choice), azure=both.azure_end([])).agreement()
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_shipped_policy_comes_up(policy: CryptoPolicy) -> None:
    tree = changed(both.inventory(STRONG_IKE, STRONG_ESP), ("r1 data crypto", policy.name))

    ends_of(tree, OLD.platform).agreement()


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_shipped_policy_keeps_to_the_rules_of_ones_own(policy: CryptoPolicy) -> None:
    assert list(objections(policy)) == []


def test_of_a_list_azure_is_given_the_first_and_the_router_offers_all() -> None:
    tree = changed(
        both.inventory(("AES256", "SHA256", "ECP256"), ("AES256", "SHA256", "ECP256")),
        ("r1 data crypto_policies own ike encryption", ["AES128", "AES256"]),
        ("r1 data crypto_policies own ike dh_group", ["DHGroup14", "ECP256"]),
    )
    made = ends_of(tree, OLD.platform)
    (proposal,) = made.view.proposals.values()

    assert (proposal.encryption, proposal.groups) == (("aes-cbc-128", "aes-cbc-256"), ("14", "19"))
    assert (made.agreement().ike.encryption, made.agreement().ike.group) == ("aes-cbc-128", "14")
