"""A TCP proxy before a router: it makes the round trip as long as asked, and counts turns.

A turn is what costs a client one round trip: it connects, or it speaks after the server spoke.
"""

import asyncio
import socket
from dataclasses import dataclass, field

_CHUNK = 65536
_Late = asyncio.Queue[tuple[float, bytes]]


@dataclass(slots=True, kw_only=True)
class Proxy:
    """A proxy to one port; `turns` and `connections` count since it began."""

    host: str
    target_port: int
    round_trip_s: float
    turns: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> int:
        """Listen on a port of its own and return it."""
        self._server = await asyncio.start_server(self._accept, self.host, 0, backlog=512)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a client with the router until either side ends."""
        self.connections += 1
        self.turns += 1
        await asyncio.sleep(self.round_trip_s)
        try:
            onward = await asyncio.open_connection(self.host, self.target_port)
        except OSError:
            writer.close()
            return
        for one in (writer, onward[1]):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        conversation = _Conversation(self)
        try:
            await conversation.join((reader, writer), onward)
        finally:
            writer.close()
            onward[1].close()


class _Conversation:
    """One connection through the proxy: who spoke last, and both directions' delay."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._server_spoke = False

    async def join(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Carry bytes both ways, each after half the round trip, until one side ends."""
        up: _Late = asyncio.Queue()
        down: _Late = asyncio.Queue()
        tasks = [
            asyncio.ensure_future(self._take(client[0], up, from_server=False)),
            asyncio.ensure_future(self._take(server[0], down, from_server=True)),
            asyncio.ensure_future(_give(up, server[1])),
            asyncio.ensure_future(_give(down, client[1])),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # What is on the way still arrives, also of the side that ended.
            await asyncio.sleep(self._proxy.round_trip_s)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, late: _Late, *, from_server: bool) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(_CHUNK):
            if not from_server and self._server_spoke:
                self._proxy.turns += 1
            self._server_spoke = from_server
            late.put_nowait((loop.time() + self._proxy.round_trip_s / 2, data))


async def _give(late: _Late, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, data = await late.get()
        await asyncio.sleep(due - loop.time())
        writer.write(data)
        await writer.drain()
