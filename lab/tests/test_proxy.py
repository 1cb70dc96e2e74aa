"""The proxy before a router delays by the round trip and counts what costs one."""

import asyncio
import time

from lab.proxy import Proxy

HOST = "127.0.0.1"


async def _shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet, then answer each line in capitals."""
    writer.write(b"HELLO\n")
    while line := await reader.readline():
        writer.write(line.upper())
    writer.close()


async def _converse(round_trip_s: float) -> tuple[Proxy, list[bytes], float]:
    """Say two lines, one after the other's answer, then two in one breath."""
    server = await asyncio.start_server(_shout, HOST, 0)
    proxy = Proxy(
        host=HOST, target_port=server.sockets[0].getsockname()[1], round_trip_s=round_trip_s
    )
    started = time.monotonic()
    reader, writer = await asyncio.open_connection(HOST, await proxy.start())
    heard = [await reader.readline()]
    for words, answers in ((b"one\n", 1), (b"two\n", 1), (b"three\nfour\n", 2)):
        writer.write(words)
        heard += [await reader.readline() for _ in range(answers)]
    took = time.monotonic() - started
    writer.close()
    await proxy.close()
    server.close()
    return proxy, heard, took


async def test_every_byte_passes_and_a_turn_is_a_connect_or_an_answer_to_the_server() -> None:
    proxy, heard, _ = await _converse(0.0)

    assert heard == [b"HELLO\n", b"ONE\n", b"TWO\n", b"THREE\n", b"FOUR\n"]
    assert (proxy.connections, proxy.turns) == (1, 4)


async def test_each_turn_takes_a_round_trip() -> None:
    proxy, _, took = await _converse(0.05)

    # The greeting costs half a round trip more: the server speaks first.
    assert took >= 0.05 * (proxy.turns + 0.5)


async def test_a_router_that_refuses_closes_the_client() -> None:
    proxy = Proxy(host=HOST, target_port=1, round_trip_s=0.0)

    reader, writer = await asyncio.open_connection(HOST, await proxy.start())

    assert await reader.read() == b""
    writer.close()
    await proxy.close()
