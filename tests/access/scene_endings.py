"""A world in which content ends, is held, asked about and put right, made through the API."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.access.scene_emergencies import between
from tests.emergencies import breaks_glass, ids, number_of, reviews
from tests.endings import answer, lift_hold, lift_restriction, place, request
from tests.onward import accepted, goes_on, hop
from tests.scenes import rewrite, uuid_of
from tests.world import Api, Org, World, agreement, clause, ok, sent, step

ABOUT = "INCIDENT", "HEALTH", "IDENTITY"


@dataclass
class Scene:
    """Who there is, and the handoffs, requests and holds to be asked about."""

    world: World
    apis: dict[str, Api] = field(default_factory=dict)
    handoffs: list[UUID] = field(default_factory=list)

    async def who(self, name: str, parent: Org | None = None) -> Api:
        self.apis[name] = await self.world.as_(await self.world.org("UPTD_PPA", parent))
        return self.apis[name]

    async def twist(self, statement: str, id: str) -> None:
        await rewrite(self.world, statement, id=uuid_of(id))

    async def over(self, *handoffs: str, days: int = 400) -> None:
        for id in handoffs:
            await self.twist(
                "update handoff set status = 'COMPLETED', accepted_at = coalesce(accepted_at,"
                f" now()), ended_at = date_trunc('day', now()) - interval '{days} days'"
                " where id = :id", id,
            )  # fmt: skip


async def scene_of(world: World) -> Scene:
    scene = Scene(world)
    above, force = await scene.who("above"), await scene.who("force")
    author = await scene.who("author", above.org)
    reader = await scene.who("reader", force.org)
    third = await scene.who("third")
    await scene.who("stranger")
    await _papers(scene, above, force, author, reader)
    mou = await between(world, above.org, force.org, *ABOUT)
    await _states(scene, author, reader, mou)
    await _chains(scene, author, reader, third, mou)
    rows = await world.sql("select id from handoff order by id")
    scene.handoffs = [row[0] for row in rows]
    return scene


async def _papers(scene: Scene, above: Api, force: Api, author: Api, reader: Api) -> None:
    """A handoff that is over, after each twist of its agreement."""
    of = "version_id in (select id from mou_version where mou_id = :id)"
    for twist in (
        "select cast(:id as uuid)",
        f"update mou_party set covers_branches = false where ordinal = 1 and {of}",
        f"update mou_party set covers_branches = false where ordinal = 2 and {of}",
        f"update mou_clause set case_roles = '{{WITNESS}}' where {of}",
        f"update mou_clause set categories = '{{IDENTITY}}' where {of}",
        f"update mou_clause set purposes = '{{EVALUATION}}' where {of}",
        f"delete from mou_party where ordinal = 1 and {of}",
        f"delete from mou_party where ordinal = 2 and {of}",
        f"update mou_clause set retention_days = 500 where {of}",
        "update mou_version set in_force_from = current_date + 2 where mou_id = :id",
        "update mou_version set in_force_from = (now() at time zone 'Asia/Jakarta')::date"
        " where mou_id = :id",
    ):
        mou = await between(scene.world, above.org, force.org, *ABOUT)
        id = await sent(author, reader.org, mou, "INCIDENT", "HEALTH")
        await scene.over(id)
        await scene.twist(twist, mou)
    # Two of three parties, and the clause is between one of them and the last.
    other = await scene.world.org()
    for column in ("discloser_id", "recipient_id"):
        clauses = [clause(above.org, force.org, *ABOUT)]
        mou = await agreement(scene.world, [above.org, force.org, other], clauses)
        await scene.twist(f"update mou_party set covers_branches = true where {of}", mou)
        id = await sent(author, reader.org, mou, "INCIDENT")
        await scene.over(id)
        changed = f"update mou_clause set {column} = '{other.id}' where {of}"
        await scene.twist(changed, mou)
    direct = await between(scene.world, author.org, reader.org, *ABOUT)
    await scene.over(await sent(author, reader.org, direct, "INCIDENT"), days=365)


async def _states(scene: Scene, author: Api, reader: Api, mou: str) -> None:
    """Handoffs that are open or over, held or asked about, whole or destroyed."""

    async def one(*categories: str) -> str:
        return await sent(author, reader.org, mou, *(categories or ABOUT))

    await one()
    held, lifted, again = await one(), await one(), await one("INCIDENT")
    await ok(place(author, held))
    for id in (lifted, again):
        hold = (await ok(place(reader, id)))["id"]
        await ok(lift_hold(reader, hold))
    await scene.over(held, lifted, again)
    spent = (
        "update handoff_section set destroyed_at = '2026-01-01', destruction = 'RETENTION'"
        " where handoff_id = :id"
    )
    for kind in ("RECTIFICATION", "RESTRICTION", "ERASURE"):
        for grant in (None, True, False):
            id = await one("INCIDENT", "HEALTH")
            asked = (await ok(request(reader, id, kind)))["id"]
            await ok(request(author, id, kind, "HEALTH"))
            if grant is not None and (kind, grant) != ("ERASURE", True):
                await ok(answer(author, asked, grant, "Uji."))
            if (kind, grant) == ("RESTRICTION", True):
                await ok(lift_restriction(author, asked))
            if grant is False:
                await scene.over(id, days=10)
    frozen = await one()
    await ok(request(reader, frozen, "ERASURE", "INCIDENT"))
    await ok(place(author, frozen))
    third = scene.apis["third"]
    await between(scene.world, author.org, third.org, "HEALTH")
    await ok(breaks_glass(third, number=await number_of(author, frozen), categories=["HEALTH"]))
    for name in ("open", "live", "asked", "answered", "emergency", "reviewed", "held", "over"):
        id = await one()
        if name in ("asked", "answered"):
            asked = (await ok(request(reader, id, "RECTIFICATION")))["id"]
            if name == "answered":
                await ok(answer(author, asked, False, "Uji."))
        if name == "held":
            await ok(place(author, id))
        if name in ("emergency", "reviewed"):
            await ok(step(author, "revokeHandoff", id, reason="Uji"))
            opened = await ok(breaks_glass(reader, handoffId=id, categories=["HEALTH"]))
            if name == "reviewed":
                await ok(reviews(author, opened["id"]))
        if name != "open":
            await scene.over(id, days=10)
        if name != "live":
            await scene.twist(spent, id)
    transferred = await sent(author, reader.org, mou, *ABOUT, kind="TRANSFER")
    await accepted(reader, transferred)
    await ok(request(reader, transferred, "ERASURE", "IDENTITY"))


async def _chains(scene: Scene, a: Api, b: Api, c: Api, mou: str) -> None:
    """Cases that went on, each to another point of its end."""
    onward = await between(scene.world, b.org, c.org, *ABOUT)
    for first_days, second_days, twist in (
        (400, 0, ""), (400, 360, ""), (400, 370, ""), (360, 400, ""), (0, 0, ""),
        (400, 0, "destroyed"), (400, 0, "draft"),
    ):  # fmt: skip
        first = await accepted(b, await sent(a, b.org, mou, "INCIDENT", "HEALTH"))
        received = await ids(b, first)
        if twist == "draft":
            made = await ok(goes_on(b, c.org, onward, first, *received, name="draftHandoff"))
            second = str(made["id"])
        else:
            second = await hop(b, c, onward, first, *received)
            await ok(request(c, second, "ERASURE", "HEALTH"))
            await ok(request(b, first, "ERASURE", "INCIDENT"))
        for id, days in ((first, first_days), (second, second_days)):
            if days:
                await scene.over(id, days=days)
        if twist == "destroyed":
            await scene.twist(
                "update handoff_section set destroyed_at = '2026-01-01', destruction = 'ERASURE'"
                " where handoff_id = :id", second,
            )  # fmt: skip
