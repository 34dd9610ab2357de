"""What is done again and again while the server runs: one round, a wait, and the next.

Replicas that start together begin apart. Whatever goes wrong, there is a next time; the same
complaint is made once a minute.
"""

import asyncio
import logging
import random
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import ClassVar

from db.session import DatabaseAway

LAST_WORDS = 5.0
"""Seconds a round has to end when the server stops; it is undone if it takes longer."""
REPEAT = 60.0
"""Seconds after which the same complaint is made again."""

log = logging.getLogger(__name__)


class Rounds(ABC):
    """Goes its rounds as long as `running` lasts. One object a process."""

    doing: ClassVar[str]
    """What it does, as the log says it."""
    known: ClassVar[tuple[type[Exception], ...]] = ()
    """Troubles that somebody must look at, and whose message says all there is to say."""
    undone: ClassVar[str] = ""
    """What is not done then, as the log says it."""

    def __init__(self) -> None:
        self.ending = asyncio.Event()
        self._said: dict[str, float] = {}

    @abstractmethod
    async def once(self) -> object:
        """One round."""

    def at_once(self, done: object) -> bool:
        """Whether there is so much left that the next round should not wait."""
        return False

    @asynccontextmanager
    async def running(self, interval: float) -> AsyncIterator[None]:
        """Go round every so many seconds; never, when the interval is 0."""
        task = asyncio.create_task(self._forever(interval))
        try:
            yield
        finally:
            self.ending.set()
            _, late = await asyncio.wait([task], timeout=LAST_WORDS)
            for one in late:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one

    async def _forever(self, interval: float) -> None:
        wait = random.uniform(0, interval)  # noqa: S311
        while interval and not await self._over(wait):
            wait = interval
            try:
                if self.at_once(await self.once()):
                    wait = 0
            except DatabaseAway:
                self._say(logging.WARNING, f"{self.doing} waits: the database is away")
            except self.known as error:
                self._say(logging.ERROR, f"{self.undone}: {error}")
            except Exception:
                log.exception("%s failed", self.doing)
                wait = max(interval, 5)

    async def _over(self, seconds: float) -> bool:
        """Wait so long, or until the server stops; whether it does."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ending.wait(), seconds)
        return self.ending.is_set()

    def _say(self, level: int, what: str) -> None:
        if time.monotonic() - self._said.get(what, -REPEAT) >= REPEAT:
            self._said[what] = time.monotonic()
            log.log(level, what)
