"""Keys under a master key: what is shown of them, and that tunnels still come up."""

import pytest

from lab.router.device import Router
from lab.tests.router.rack import NAME
from lab.tests.router.test_busy_tunnel import up

MASTER = "key config-key password-encrypt a-master-key"
AES = "password encryption aes"
PEER = ["crypto ikev2 keyring K", "peer CLOUD", "address 192.0.2.9"]


def keys(router: Router) -> list[str]:
    return [line.strip() for line in router.running_text().splitlines() if "pre-shared-key" in line]


@pytest.mark.parametrize("lines", [[MASTER, AES], [AES, MASTER]])
def test_keys_that_stand_are_encrypted(router: Router, lines: list[str]) -> None:
    router.type_lines([*PEER, "pre-shared-key in-clear"], "console")
    assert keys(router) == ["pre-shared-key in-clear"]
    router.type_lines(lines, "console")
    (shown,) = keys(router)
    assert shown.startswith("pre-shared-key 6 ")
    assert "in-clear" not in shown
    assert "a-master-key" not in router.running_text()


def test_a_key_is_another_text_each_time(router: Router) -> None:
    router.type_lines([MASTER, AES, *PEER, "pre-shared-key local in-clear"], "console")
    before = keys(router)
    router.type_lines([*PEER[:2], "pre-shared-key local in-clear"], "console")
    assert keys(router) != before
    assert len(before) == len(keys(router)) == 1


@pytest.mark.parametrize("line", [MASTER, AES])
def test_one_line_alone_encrypts_nothing(router: Router, line: str) -> None:
    router.type_lines([line, *PEER, "pre-shared-key in-clear"], "console")
    assert keys(router) == ["pre-shared-key in-clear"]


def test_a_tunnel_comes_up_with_an_encrypted_key_and_not_with_a_strangers() -> None:
    router = up(MASTER, AES)
    assert all(" 6 " in line for line in keys(router))
    network = router.network
    assert len(network.ike_sessions(NAME)) == 2
    network.clear_ike(NAME)
    router.clock.advance(30)
    assert len(network.ike_sessions(NAME)) == 2
    router.save("console")
    router.power(on=False)
    router.power(on=True)
    router.clock.advance(60)
    assert len(network.ike_sessions(NAME)) == 2
    router.type_lines(["key config-key password-encrypt another-key"], "console")
    network.clear_ike(NAME)
    router.clock.advance(30)
    assert network.ike_sessions(NAME) == ()
