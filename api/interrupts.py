"""Ending when we are told to: SIGTERM does what Ctrl-C does, at any moment, and leaves no trace."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def heed_sigterm() -> None:
    """From now on SIGTERM raises KeyboardInterrupt, or cancels what `run` runs."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def run(
    work: Callable[[], Coroutine[Any, Any, Answer]],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> Answer:
    """`asyncio.run`, but a signal that comes while the loop is being made waits until it is."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.get_loop()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return runner.run(work())
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
