"""Counting round trips: a proxy before PostgreSQL that counts how often it says it is ready."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Trips:
    """A TCP proxy; ``count`` grows by one whenever the server ends a turn (ReadyForQuery)."""

    def __init__(self) -> None:
        self.count = 0
        self.port = 0

    @asynccontextmanager
    async def before(self, host: str, port: int) -> AsyncIterator["Trips"]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            up_reader, up_writer = await asyncio.open_connection(host, port)
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await asyncio.gather(_copy(reader, up_writer), self._counted(up_reader, writer))
            up_writer.close()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(1)
        if head == b"N":  # no TLS, says the server, in a single byte
            writer.write(head)
            head = await reader.readexactly(1)
        while True:
            length = await reader.readexactly(4)
            body = await reader.readexactly(int.from_bytes(length, "big") - 4)
            writer.write(head + length + body)
            self.count += head == b"Z"
            head = await reader.readexactly(1)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()
