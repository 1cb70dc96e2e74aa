"""A secret shows a mask wherever it is shown, and travels only where it is asked for."""

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from fvrf.secrets import MASK, Secret, SecretRef, fill

SECRET = Secret("azure123")
VERSION = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        "{}".format,
        "{!r:>30}".format,
        lambda secret: f"{secret:40}",
        lambda secret: f"{secret!s}",
        lambda secret: str([secret]),
        lambda secret: str({"key": secret}),
        lambda secret: json.dumps({"key": secret}, default=str),
    ],
)
def test_a_secret_shows_only_a_mask(show: Callable[[Secret], str]) -> None:
    text = show(SECRET)

    assert "azure123" not in text
    assert MASK in text


@pytest.mark.parametrize("send", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_cannot_be_packed(send: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError, match="send its reference"):
        send(SECRET)


def test_secrets_are_compared_by_value_and_only_with_each_other() -> None:
    assert Secret("azure123") == SECRET
    assert len({Secret("azure123"), SECRET, Secret("other")}) == 2
    assert SECRET != "azure123"
    assert Secret("other") != SECRET


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("env:ROUTER_PASSWORD", SecretRef("env", "ROUTER_PASSWORD")),
        ("file:psk-scus", SecretRef("file", "psk-scus")),
        ("file:site/psk", SecretRef("file", "site/psk")),
        ("keyvault:hub-vault/psk-one", SecretRef("keyvault", "hub-vault/psk-one")),
        (f"keyvault:hub/psk@{VERSION}", SecretRef("keyvault", f"hub/psk@{VERSION}")),
        ("command:pass show vpn/psk", SecretRef("command", "pass show vpn/psk")),
    ],
)
def test_a_reference_is_read_and_written_alike(text: str, reference: SecretRef) -> None:
    assert SecretRef.parse(text) == reference
    assert str(reference) == text
    assert reference.placeholder == f"<<{text.replace(' ', '%20')}>>"


@pytest.mark.parametrize(
    "text",
    [
        "azure123",
        "",
        "env:",
        "file: a",
        "vault:azure123",
        "file:a>>b",
        "ENV:azure123",
        "env:A=azure123",
        "keyvault:azure123",
        "keyvault:-azure123/a",
        "keyvault:hub/azure_123",
        "keyvault:hub/azure123@1",
        "command:",
        "command: pass azure123",
        "command:pass  azure123",
        "command:pass\nazure123",
    ],
)
def test_anything_else_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="write env:NAME, file:NAME") as caught:
        SecretRef.parse(text)

    assert "azure123" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("command:pass 'azure123", "a quote of the command is not closed"),
        ("command:./azure123 a", "name a program of the PATH, or its absolute path"),
    ],
)
def test_command_that_is_no_list_of_words_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        SecretRef.parse(text)

    assert "azure123" not in str(caught.value)


def test_command_is_split_into_words_and_nothing_is_expanded() -> None:
    reference = SecretRef.parse("command:pass show 'vpn psk' $HOME *")

    assert reference.arguments == ("pass", "show", "vpn psk", "$HOME", "*")


@pytest.mark.parametrize(
    ("text", "version", "pinned"),
    [
        ("keyvault:hub/psk", VERSION, f"keyvault:hub/psk@{VERSION}"),
        (f"keyvault:hub/psk@{'0' * 32}", VERSION, f"keyvault:hub/psk@{VERSION}"),
        ("keyvault:hub/psk", None, "keyvault:hub/psk"),
        ("file:psk", VERSION, "file:psk"),
    ],
)
def test_only_a_store_with_versions_pins_one(text: str, version: str | None, pinned: str) -> None:
    assert str(SecretRef.parse(text).at(version)) == pinned


def test_placeholder_is_one_word_and_leads_back_to_its_reference() -> None:
    asked = SecretRef.parse("command:pass show 100%25 %20")
    seen: list[SecretRef] = []

    fill(asked.placeholder, lambda reference: seen.append(reference) or Secret("x"))

    assert seen == [asked]
    assert " " not in asked.placeholder


def test_placeholders_are_filled_and_the_result_is_a_secret() -> None:
    def resolve(reference: SecretRef) -> Secret:
        return Secret(f"<{reference.name}>")

    text = fill(" pre-shared-key <<file:a>>\n pre-shared-key <<env:B>>\n address <<x>>", resolve)

    assert str(text) == MASK
    assert text.reveal() == " pre-shared-key <a>\n pre-shared-key <B>\n address <<x>>"
