"""So many requests at once for each organisation; its further ones wait in line.

The rate limit bounds what a client may ask in a minute, and this what it may hold at one moment of
the loop and of the connections: whoever sends a minute's worth at once delays only itself.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Line:
    gate: asyncio.Semaphore
    length: int = 0
    """Requests that run or wait; a line without any is forgotten."""


class Turns:
    """Lines of requests, each before a gate that lets so many through at once."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lines: dict[Hashable, _Line] = {}

    @asynccontextmanager
    async def of(self, owner: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn, and have it for as long as the `async with` lasts."""
        line = self._lines.get(owner)
        if line is None:
            line = self._lines[owner] = _Line(asyncio.Semaphore(self._at_once))
        line.length += 1
        try:
            async with line.gate:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[owner]
