"""Ending when we are told to: SIGTERM does what Ctrl-C does, at any moment, and leaves no trace."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def heed_sigterm() -> None:
    """From now on SIGTERM raises KeyboardInterrupt, or cancels what `run` runs."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


@contextmanager
def held() -> Iterator[None]:
    """Signals that come meanwhile are heeded afterwards.

    For imports and the like, where an exception out of nowhere may strike code that was never
    meant to be left half-done. Start no process here: it would be deaf for good.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def run(
    work: Callable[[], Coroutine[Any, Any, Answer]],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> Answer:
    """`asyncio.run`, which a signal may interrupt at any moment."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        with held():
            runner.get_loop()
        return runner.run(work())
