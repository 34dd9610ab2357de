"""A wire between the API and its database that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import URL, make_url


class Wire:
    """A local port whose traffic goes on to PostgreSQL, while it is whole."""

    def __init__(self, to: URL) -> None:
        self._to = to
        self._whole = True
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> "AsyncIterator[Wire]":
        wire = cls(make_url(url))
        wire._server = await asyncio.start_server(wire._carry, "127.0.0.1", 0)
        port = wire._server.sockets[0].getsockname()[1]
        there = wire._to.set(host="127.0.0.1", port=port, query={})
        wire.url = there.render_as_string(hide_password=False)
        try:
            yield wire
        finally:
            wire.cut()
            wire._server.close()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._whole = False
        self.snap()

    def snap(self) -> None:
        """Break every connection there is; new ones get through."""
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    def mend(self) -> None:
        self._whole = True

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = self._to.query.get("host") or self._to.host or "127.0.0.1"
        port = self._to.query.get("port") or self._to.port or 5432
        if str(folder).startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(str(folder), int(str(port)))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        far_reader, far_writer = await self._open()
        self._ends |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._ends -= {writer, far_writer}


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()
