"""Work that holds the processor: done in one thread beside the loop, one piece at a time.

Reading a document nobody sent before, or telling the whole schema, takes up to 0.1 s. On the loop
every other request would wait for it. Here only its own organisation does: each has one piece of
work in the line, so whoever sends hundreds delays a newcomer by one.
"""

import asyncio
import sys
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.turns import Turns

Done = TypeVar("Done")

SWITCH = 0.0005
"""Seconds after which Python takes the processor from the thread when the loop wants it. Python's
own 5 ms are spent anew each time that a request waits for the database or the network."""


class Apart:
    """A thread, and the line before it."""

    def __init__(self) -> None:
        self._turns = Turns(1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="apart")

    async def run(self, owner: Hashable, work: Callable[[], Done]) -> Done:
        """What comes of the work, or what it raises."""
        async with self._turns.of(owner):
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def share_the_processor() -> None:
    """For a server: let the loop have the processor soon, whatever is done apart."""
    sys.setswitchinterval(SWITCH)
