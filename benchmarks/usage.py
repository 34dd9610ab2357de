"""What processes use: time of the processor and memory, of a program and all it has started."""

from dataclasses import dataclass

import asyncpg
import psutil


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
