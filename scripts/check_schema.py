"""Whether schema.graphql is what the code says, and whether a change of it breaks any client.

    python scripts/check_schema.py [base]

The base is a commit, by default the one before this. A breaking change is allowed when the change
also adds a line with the word BREAKING to CHANGELOG.md, which says what clients must do.
"""

import subprocess
import sys
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from api.app import make_schema  # noqa: E402

SNAPSHOT, CHANGELOG = "schema.graphql", "CHANGELOG.md"


def main(base: str) -> int:
    now = make_schema().as_str().rstrip() + "\n"
    if _read(SNAPSHOT) != now:
        print(f"{SNAPSHOT} is not what the code says. Run `make schema` and commit it.")
        return 1
    before = _at(base, SNAPSHOT)
    if not before:
        print(f"{SNAPSHOT} is up to date. There is none at {base} to compare it with.")
        return 0
    breaking = find_breaking_changes(build_schema(before), build_schema(now))
    for change in breaking:
        print(f"BREAKING {change.type.name}: {change.description}")
    announced = _read(CHANGELOG).count("BREAKING") > _at(base, CHANGELOG).count("BREAKING")
    if breaking and not announced:
        print(f"Clients would break. If that is meant, say so in {CHANGELOG}: BREAKING, and why.")
        return 1
    print(f"{SNAPSHOT} is up to date; {len(breaking)} breaking changes since {base}.")
    return 0


def _read(name: str) -> str:
    path = PROJECT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _at(commit: str, name: str) -> str:
    """A file as it stood at a commit; nothing where there is no such file or commit."""
    done = subprocess.run(
        ["git", "show", f"{commit}:{name}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "HEAD~1"))
