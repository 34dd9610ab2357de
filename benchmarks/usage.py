"""What processes use: time of the processor and memory, of a program and all it has started."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import asyncpg
import psutil

Self = TypeVar("Self", bound="Started")


@dataclass(frozen=True)
class Program:
    """A process with its children, and theirs."""

    root: psutil.Process

    @classmethod
    def of(cls, pid: int) -> "Program":
        return cls(psutil.Process(pid))

    def spent(self) -> float:
        """Seconds of processor time, with those of children that have ended."""
        spent = 0.0
        for process in (self.root, *self.root.children(recursive=True)):
            try:
                spent += sum(process.cpu_times()[:4])
            except psutil.NoSuchProcess:  # counted with its parent from now on
                continue
        return spent

    def resident(self) -> list[float]:
        """MB of memory, a process each."""
        processes = (self.root, *self.root.children(recursive=True))
        return [process.memory_info().rss / 1e6 for process in processes]


class Started:
    """A program of ours, for as long as the `with` lasts."""

    def __init__(
        self, command: Sequence[str], more: Mapping[str, str] | None = None, **pipes: Any
    ) -> None:
        environment = os.environ | dict(more or {})
        self._process: subprocess.Popen[str] = subprocess.Popen(
            command, env=environment, text=True, **pipes
        )
        self.program = Program.of(self._process.pid)

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()


async def postgres(owner_url: str) -> tuple[Program, str]:
    """PostgreSQL, that is whoever started the backend that answers us, and its version."""
    connection = await asyncpg.connect(owner_url)
    try:
        backend = psutil.Process(await connection.fetchval("select pg_backend_pid()"))
        return Program.of(backend.ppid()), await connection.fetchval("show server_version")
    finally:
        await connection.close()


def busy() -> float:
    """Seconds in which any of the machine's processors had something to do, for anybody."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))
