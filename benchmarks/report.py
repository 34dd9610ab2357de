"""Tables for the terminal and for docs/performance.md, and the machine they were measured on."""

import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from json import loads
from pathlib import Path

import psutil
from rich.table import Table

from benchmarks.served import POSTGRAPHILE, POSTGRAPHILE_FOLDER, sides

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
LIBRARIES = ("strawberry-graphql", "graphql-core", "SQLAlchemy", "asyncpg", "uvicorn", "starlette")


class Sheet:
    """One table, shown here and written there. The first column is text."""

    def __init__(self, title: str, *columns: str) -> None:
        self.title, self.columns = title, columns
        self.rows: list[tuple[str, ...]] = []

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def __rich__(self) -> Table:
        table = Table(title=self.title, title_justify="left")
        for column in self.columns:
            table.add_column(column, justify="left" if column == self.columns[0] else "right")
        for row in self.rows:
            table.add_row(*row)
        return table

    @property
    def markdown(self) -> str:
        lines = [self.columns, ["---", *["--:"] * (len(self.columns) - 1)], *self.rows]
        told = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        return f"**{self.title}**\n\n{told}\n"


def write(name: str, *parts: "Sheet | str") -> None:
    """Put a part's result where the page keeps it, between two marks."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    told = "\n".join(part.markdown if isinstance(part, Sheet) else f"{part}\n" for part in parts)
    page = PAGE.read_text(encoding="utf-8")
    if page.count(begin) != 1 or page.count(end) != 1:
        raise SystemExit(f"{PAGE} has no place for {name}")
    head, tail = page.split(begin)[0], page.split(end)[1]
    PAGE.write_text(f"{head}{begin}\n\n{told}\n{end}{tail}", encoding="utf-8")


def machine(postgres: str) -> str:
    """What this was measured on, in a paragraph."""
    memory = psutil.virtual_memory().total / 2**30
    cores = psutil.cpu_count()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Measured on {datetime.now(UTC):%-d %B %Y}: {_processor()}, {cores} cores that PostgreSQL,"
        f" server and load generator share, {memory:.0f} GB of memory, {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, PostgreSQL {postgres},"
        f" {_node()}{libraries}."
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _node() -> str:
    if POSTGRAPHILE not in sides():
        return "no PostGraphile, "
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    package = POSTGRAPHILE_FOLDER / "node_modules" / "postgraphile" / "package.json"
    return f"Node {node.strip()[1:]}, PostGraphile {loads(package.read_text())['version']}, "
