"""A world of joint activities: every part there is, those who are gone, and those beside it.

Rows are put in past every rule, each before or after some left, with who is to see it: written by
hand from the rules (`rows_joint`). Those are: what hangs on an activity is seen by who takes part,
up to the moment it left; what one contributed stays one's own; drafts are not for observers; and
somebody addressed sees what was sent to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from tests.scenes import uuid_of
from tests.world import Api, World, agreement, clause, sent

EARLY, MEANWHILE, LATE = "2026-01-01Z", "2026-02-01Z", "2026-03-01Z"
"""Those who declined or left did so in between."""
PARTS = {
    "co": ("CO_ORGANISER", "ACCEPTED"), "contributor": ("CONTRIBUTOR", "ACCEPTED"),
    "observer": ("OBSERVER", "ACCEPTED"), "invited": ("CONTRIBUTOR", "INVITED"),
    "declined": ("CONTRIBUTOR", "DECLINED"), "left": ("CONTRIBUTOR", "LEFT"),
    "left observer": ("OBSERVER", "LEFT"), "left co": ("CO_ORGANISER", "LEFT"),
}  # fmt: skip
BESIDE = ("stranger", "addressee", "member")
WORK = frozenset({"lead", "co", "contributor"})
PART = WORK | {"observer"}
GONE = frozenset({"left", "left observer", "left co"})
EVERYBODY = frozenset({"lead", *PARTS, *BESIDE, "above", "below"})


@dataclass(frozen=True)
class Row:
    """A row of a table, and who is to see it."""

    table: str
    name: str
    seen: frozenset[str]
    values: dict[str, str]
    key: str = "id"


def id_of(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://rangkul.example/{name}")


def named(name: str) -> str:
    """The id of a row, as SQL."""
    return f"'{id_of(name)}'"


@dataclass
class Scene:
    world: World
    mou: UUID
    version: UUID
    handoffs: dict[str, UUID]
    """Of the lead, by who received it."""
    apis: dict[str, Api] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def org(self, name: str) -> str:
        """The id of an organisation, as SQL."""
        return f"'{self.apis[name].org.id}'"

    def add(self, table: str, name: str, seen: Iterable[str], /, *, key: str = "id",
            **values: str) -> None:  # fmt: skip
        own = {key: named(name)} if key == "id" else {}
        self.rows.append(Row(table, name, frozenset(seen), own | values, key))

    def hangs(self, table: str, name: str, by: str, /, *, work: bool = False, hidden: bool = False,
              late: bool = False, beside: Iterable[str] = (), **values: str) -> None:  # fmt: skip
        """A row that hangs on the activity; of a draft nobody else knows, it is hidden."""
        here = (WORK if work else PART) | (GONE - {"left observer"} if work else GONE) - (
            GONE if late else set()
        )
        seen = (frozenset() if hidden else here) | {by, *beside}
        self.add(
            table, name, seen, activity_id=named("activity"), organisation_id=self.org(by),
            changed_at=f"'{LATE if late else EARLY}'", **values,
        )  # fmt: skip


async def scene_of(
    world: World, owner: asyncpg.Connection, parts: Iterable[Callable[[Scene], None]]
) -> Scene:
    lead, addressee = await world.org(), await world.org()
    above = await world.org()
    contributor, member = await world.org("UPTD_PPA", above), await world.org()
    handoffs, mous = {}, {}
    for name, other in (("addressee", addressee), ("contributor", contributor),
                        ("member", member)):  # fmt: skip
        mous[name] = await agreement(world, [lead, other], [clause(lead, other)])
        handoff = await sent(await world.as_(lead), other, mous[name], "INCIDENT")
        handoffs[name] = uuid_of(handoff)
    mou = uuid_of(mous["addressee"])
    [(version,)] = await world.sql("select id from mou_version where mou_id = :id", id=mou)
    scene = Scene(world, mou, version, handoffs)
    orgs = {"lead": lead, "member": member, "addressee": addressee, "above": above,
            "contributor": contributor,
             "below": await world.org("UPTD_PPA", contributor)}  # fmt: skip
    for name in sorted(EVERYBODY):
        scene.apis[name] = await world.as_(orgs.get(name) or await world.org())
    for part in parts:
        part(scene)
    tables = sorted({row.table for row in scene.rows})
    for how in ("disable", "enable"):
        for table in tables:
            await owner.execute(f"alter table {table} {how} trigger user")
        for row in scene.rows if how == "disable" else ():
            columns, values = ", ".join(row.values), ", ".join(row.values.values())
            await owner.execute(f"insert into {row.table} ({columns}) values ({values})")
    return scene
