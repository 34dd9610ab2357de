"""Questions in a changed scene: what is so is put in past every rule, and then somebody asks.

What comes of each was written by hand, from the rules. All is undone after each question.
"""

from collections.abc import Iterable
from uuid import UUID

from tests.access.probes import DENIED, Probe
from tests.access.scene_joint import Scene, named
from tests.world import PARTNER

BEFORE, FIRST = "2024-12-31T16:59:59Z", "2024-12-31T17:00:00Z"
LAST, AFTER = "2025-12-31T16:59:59Z", "2025-12-31T17:00:00Z"
"""The ends of 2025 in Jakarta, and the seconds beside them."""
AROUND = (BEFORE, FIRST, LAST, AFTER)
NOBODY = ""
SUSPENDED = "update mou set suspended_at = now(), suspension_reason = 'x'"


class Given:
    """A list of questions that grows; the tokens are those of the scene."""

    def __init__(self, scene: Scene, tokens: dict[str, tuple[UUID, UUID]]) -> None:
        self.scene, self.tokens, self.probes = scene, tokens, list[Probe]()

    def asks(
        self, about: str, name: str, given: str, question: str, expected: str,
        *, without: str = "",
    ) -> None:  # fmt: skip
        """What somebody reads when this is so; nobody means the database itself."""
        statement = (
            f"set local session_replication_role = replica; {given or 'select'};"
            " set local session_replication_role = origin;"
        )
        if name:
            statement += " set local role rangkul_app;"
        scopes = " ".join(sorted({str(scope) for scope in PARTNER} - {without}))
        client, grant = self.tokens[name] if name else (None, None)
        self.probes.append(
            Probe(
                f"[{about}] {' '.join(f'{given} | {question}'.split())} ({name} - {without})",
                about, client, scopes, None, grant, False, "none",
                f"{statement} {question}", expected, True,
            )
        )  # fmt: skip

    def refused(self, about: str, name: str, given: str, change: str, *, without: str = "") -> None:
        """A change that no policy lets through."""
        self.asks(about, name, given, f"{change} returning 'done'", DENIED, without=without)

    def changes(
        self, about: str, name: str, given: str, change: str, rows: int, *, without: str = ""
    ) -> None:
        """How many rows somebody may change: none of those it only sees."""
        question = f"with done as ({change} returning 1) select count(*) from done"
        self.asks(about, name, given, question, str(rows), without=without)

    def fails(self, about: str, given: str, change: str, state: str) -> None:
        """A change that no role may make: a trigger keeps it from happening."""
        self.asks(about, NOBODY, given, change, state)


def like(table: str, source: str, changed: Iterable[dict[str, str]], also: str = "") -> str:
    """Copies of a row, each with another id and with something changed (as SQL)."""
    rows = ", ".join(
        "(jsonb_build_object({}))".format(
            ", ".join(f"'{column}', {value}" for column, value in one.items())
        )
        for one in changed
    )
    return (
        f"insert into {table} select (jsonb_populate_record(t, "
        f"jsonb_build_object('id', gen_random_uuid(){also}) || v.c)).*"
        f" from {table} t, (values {rows}) v(c) where t.id = {source}"
    )


def at(column: str, times: Iterable[str] = AROUND, **more: str) -> list[dict[str, str]]:
    return [{column: f"'{time}'", **more} for time in times]


def the_mou(scene: Scene, name: str) -> str:
    """The agreement under which the lead sent something to somebody, as SQL."""
    return f"(select mou_id from handoff where id = '{scene.handoffs[name]}')"


ACTIVITY = named("activity")
