"""Counting round trips: a proxy before PostgreSQL that sees how often a client had to wait.

Whatever a client sends before anything is answered travels together, however many statements it is.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Trips:
    """A TCP proxy; ``count`` grows by one whenever a client says something after an answer."""

    def __init__(self) -> None:
        self.count = 0
        self.port = 0

    @asynccontextmanager
    async def before(self, host: str, port: int) -> AsyncIterator["Trips"]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            up_reader, up_writer = await asyncio.open_connection(host, port)
            answered = True

            async def ask() -> None:
                nonlocal answered
                while data := await reader.read(1 << 20):
                    self.count += answered
                    answered = False
                    up_writer.write(data)
                up_writer.close()

            async def answer() -> None:
                nonlocal answered
                while data := await up_reader.read(1 << 20):
                    answered = True
                    writer.write(data)
                writer.close()

            with suppress(ConnectionError):
                await asyncio.gather(ask(), answer())

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
