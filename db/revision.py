"""Which revision of the database this program was written for.

Told by the names of the migrations alone: a server need not load what carries them out.
"""

from functools import cache
from pathlib import Path

MIGRATIONS = Path(__file__).parent.parent / "migrations"
VERSIONS = MIGRATIONS / "versions"


@cache
def newest() -> str:
    """The revision this program expects the database to be at: `<date>_0001_<what it is>.py`."""
    found = [path.name.split("_")[3] for path in VERSIONS.glob("[0-9]*.py")]
    if not found:
        raise RuntimeError("no migrations found")
    return max(found)
