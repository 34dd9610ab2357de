"""The command as a process of its own, the way people run it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).parent.parent.parent
CLEAN = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "RANGKUL_")


@contextmanager
def folder() -> Iterator[Path]:
    """A working folder that PostgreSQL can reach, also when we run as root."""
    with tempfile.TemporaryDirectory(prefix="rangkul-test-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


class Command:
    """`rangkul ...`, running; what it says is read from a file."""

    def __init__(self, where: Path, *arguments: str, **settings: str) -> None:
        self._said = tempfile.NamedTemporaryFile()  # noqa: SIM115  (as long as we last)
        self._begun = time.monotonic()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(CLEAN)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            cwd=where,
            env=kept | {"PYTHONPATH": _path()} | settings,
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self) -> str:
        return Path(self._said.name).read_text(encoding="utf-8")

    def address(self, patience: float = 60) -> str:
        """Wait until it serves; where it does."""
        found = None
        while found is None:
            found = re.search(r"(?:Explorer: |\"address\": \")(http://[0-9.]+:[0-9]+)", self.said)
            assert self.process.poll() is None, self.said
            assert time.monotonic() < self._begun + patience, self.said
            time.sleep(0.02)
        self.seconds = time.monotonic() - self._begun
        return found[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end in this way; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def __enter__(self) -> "Command":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def finished(where: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run the command to its end: exit code, and all it said."""
    with Command(where, *arguments, **settings) as command:
        return command.process.wait(60), command.said


def left_of(where: Path) -> list[str]:
    """The processes that still name this folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(where) in line:
            found.append(line)
    return found


def _path() -> str:
    return os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
