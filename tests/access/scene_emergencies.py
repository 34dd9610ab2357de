"""A world of emergencies, of cases that went on and of custody that moved, made through the API."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.emergencies import breaks_glass, closes, ids, number_of, reviews, shift
from tests.onward import goes_on, hop
from tests.scenes import REASON, rewrite, uuid_of
from tests.world import (
    HANDOFF,
    Api,
    Org,
    World,
    basis,
    clause,
    conclude,
    content,
    ok,
    proposed,
    sent,
    step,
)  # fmt: skip

ABOUT = "INCIDENT", "HEALTH", "EVIDENCE", "IDENTITY"


@dataclass
class Scene:
    """Who there is, and the handoffs and emergencies to be asked about."""

    world: World
    apis: dict[str, Api] = field(default_factory=dict)
    handoffs: list[UUID] = field(default_factory=list)
    emergencies: list[UUID] = field(default_factory=list)

    async def who(self, name: str, parent: Org | None = None) -> Api:
        api = await self.world.as_(await self.world.org("UPTD_PPA", parent))
        self.apis[name] = api
        return api

    def keep(self, *handoffs: str) -> None:
        self.handoffs += map(uuid_of, handoffs)

    async def opened(self, api: Api, **given: Any) -> str:
        made = await ok(breaks_glass(api, **given))
        self.emergencies.append(uuid_of(made["id"]))
        return str(made["id"])


async def between(
    world: World, one: Org, other: Org, *categories: str, back: bool = False, **change: Any
) -> str:
    clauses = [clause(one, other, *(categories or ABOUT), onwardSharing=True)]
    clauses += [clause(other, one, *ABOUT)] if back else []
    body = content([one, other], clauses, **change)
    body["parties"] = [{"organisationId": o.gid, "coversBranches": True} for o in (one, other)]
    apis = [await world.as_(one), await world.as_(other)]
    mou = await ok(proposed(apis[0], body))
    return str((await conclude(mou, *apis))["id"])


async def scene_of(world: World) -> Scene:
    scene = Scene(world)
    above, force = await scene.who("above"), await scene.who("force")
    author = await scene.who("author", above.org)
    reader = await scene.who("reader", force.org)
    await scene.who("stranger")
    await _sides(scene, above, force, author, reader)
    await _strangers(scene, above, author, reader)
    await _chains(scene, author, reader)
    return scene


async def _sides(scene: Scene, above: Api, force: Api, author: Api, reader: Api) -> None:
    """One handoff between branches after each twist of its agreement."""
    of = "version_id in (select id from mou_version where mou_id = :id)"
    twists = (
        "update mou set suspended_at = now(), suspension_reason = 'Uji' where id = :id",
        f"update mou_party set covers_branches = false where ordinal = 1 and {of}",
        f"update mou_party set covers_branches = false where ordinal = 2 and {of}",
        f"update mou_clause set case_roles = '{{WITNESS}}' where {of}",
        f"update mou_clause set categories = '{{IDENTITY}}' where {of}",
        f"delete from mou_party where ordinal = 1 and {of}",
        f"delete from mou_party where ordinal = 2 and {of}",
        "update handoff_section s set destroyed_at = now(), destruction = 'ERASURE' from handoff h"
        " where h.id = s.handoff_id and h.mou_id = :id and s.category = 'HEALTH'",
        "update handoff set requested_at = null where mou_id = :id",
        f"with p as (update mou_party set organisation_id = '{scene.apis['stranger'].org.id}'"
        f" where ordinal = 1 and {of}) update mou_clause set discloser_id ="
        f" '{scene.apis['stranger'].org.id}' where {of}",
        f"with p as (update mou_party set organisation_id = '{scene.apis['stranger'].org.id}'"
        f" where ordinal = 2 and {of}) update mou_clause set recipient_id ="
        f" '{scene.apis['stranger'].org.id}' where {of}",
    )
    plain = await between(scene.world, author.org, reader.org, back=True)
    id = await sent(author, reader.org, plain, "INCIDENT", "HEALTH")
    await ok(
        reader.mutate(
            "addHandoffSection", "$id: ID!, $section: SectionInput!, $bases: [LawfulBasisInput!]",
            HANDOFF, id=id, section={"category": "HEALTH", "body": "Hasil."}, bases=[basis()],
        )
    )  # fmt: skip
    scene.keep(id)
    await rewrite(
        scene.world, f"update mou_party set covers_branches = false where {of}", id=uuid_of(plain)
    )
    none_back = f"update mou_clause set categories = '{{LEGAL}}' where discloser_id = :org and {of}"
    await rewrite(scene.world, none_back, org=reader.org.id, id=uuid_of(plain))
    for twist in ("", *twists):
        mou = await between(scene.world, above.org, force.org, emergencyExcluded=["EVIDENCE"])
        id = await sent(author, reader.org, mou, *ABOUT)
        scene.keep(id)
        await ok(step(author, "revokeHandoff", id, reason=REASON))
        if not twist:
            opened = await scene.opened(reader, handoffId=id, categories=["HEALTH"])
            await ok(closes(reader, opened))
            await scene.opened(reader, handoffId=id, categories=["HEALTH"])
            over = await scene.opened(reader, handoffId=id, categories=["INCIDENT"])
            await shift(scene.world, over, 5)
            done = await scene.opened(reader, handoffId=id, categories=["IDENTITY"])
            await ok(reviews(author, done))
        else:
            await scene.opened(reader, handoffId=id, categories=["HEALTH", "INCIDENT"])
            await rewrite(scene.world, twist, id=uuid_of(mou))


async def _strangers(scene: Scene, above: Api, author: Api, reader: Api) -> None:
    """Hospitals, each with an agreement with the author after another twist."""
    home = await between(scene.world, author.org, reader.org)
    id = await sent(author, reader.org, home, *ABOUT)
    scene.keep(id)
    number = await number_of(author, id)
    of = "version_id in (select id from mou_version where mou_id = :id)"
    for name, party, twist in (
        ("hospital", author, ""), ("hospital by branch", above, ""),
        ("over", author, "update mou set suspended_at = now(), suspension_reason = 'Uji'"
         " where id = :id"),
        ("not of branches", above,
         f"update mou_party set covers_branches = false where ordinal = 1 and {of}"),
        ("other role", author, f"update mou_clause set case_roles = '{{WITNESS}}' where {of}"),
        ("other category", author, f"update mou_clause set categories = '{{LEGAL}}' where {of}"),
        ("excluded", author,
         "update mou_version set emergency_excluded = '{HEALTH}' where mou_id = :id"),
        ("no branches", author, f"update mou_party set covers_branches = false where {of}"),
        ("from another", author,
         f"with p as (update mou_party set organisation_id = '{scene.apis['force'].org.id}' where"
         f" ordinal = 1 and {of}) update mou_clause set discloser_id ="
         f" '{scene.apis['force'].org.id}' where {of}"),
    ):  # fmt: skip
        hospital = await scene.who(name)
        mou = await between(scene.world, party.org, hospital.org, "HEALTH", "IDENTITY")
        await scene.opened(hospital, number=number, categories=["HEALTH"])
        if twist:
            await rewrite(scene.world, twist, id=uuid_of(mou))
    twice = await scene.who("twice")
    await between(scene.world, author.org, twice.org, "HEALTH", emergencyExcluded=["HEALTH"])
    await between(scene.world, author.org, twice.org, "HEALTH")


async def _chains(scene: Scene, a: Api, b: Api) -> None:
    """Cases that went on over three hops, and custody that moved, or did not."""
    world = scene.world
    c, d = await scene.who("third"), await scene.who("fourth")
    lines = [await between(world, one.org, other.org) for one, other in ((a, b), (b, c), (c, d))]
    twists = (
        "", "update mou_clause set onward_sharing = false where",
        "update mou_clause set categories = '{IDENTITY}' where",
        "update mou_clause set purposes = '{EVALUATION}' where",
        "update mou_clause set case_roles = '{WITNESS}' where",
        "update mou_clause set recipient_id = discloser_id, discloser_id = recipient_id where",
        "update mou_version set emergency_excluded = '{HEALTH}' where",
    )  # fmt: skip
    for twist in twists:
        own = await between(world, a.org, b.org)
        first = await accepted(b, await sent(a, b.org, own, "INCIDENT", "HEALTH"))
        received = await ids(b, first)
        second = await hop(b, c, lines[1], first, *received)
        third = await hop(c, d, lines[2], second, *await ids(c, second))
        draft = await ok(goes_on(b, c.org, lines[1], first, *received, name="draftHandoff"))
        scene.keep(first, second, third, draft["id"])
        if twist:
            column = "id" if "mou_version set" in twist else "version_id"
            which = f" {column} in (select id from mou_version where mou_id = :id)"
            await rewrite(world, twist + which, id=uuid_of(own))
        else:
            await ok(step(c, "revokeHandoff", third, reason=REASON))
            await scene.opened(d, handoffId=third, categories=["HEALTH"])
    for statement in (
        "update handoff set status = 'FAILED' where id = :id",
        "update handoff set status = 'COMPLETED', ended_at = now() - interval '400 days'"
        " where id = :id",
        "update handoff set status = 'COMPLETED', ended_at = now() where id = :id",
        "update lawful_basis set valid_until = '2020-01-01' where handoff_id = :id",
        "update handoff_section set destroyed_at = now(), destruction = 'ERASURE'"
        " where handoff_id = :id",
        "update handoff set accepted_at = null where id = :id",
    ):
        first = await accepted(b, await sent(a, b.org, lines[0], "INCIDENT"))
        second = await hop(b, c, lines[1], first, *await ids(b, first))
        scene.keep(first, second)
        await rewrite(world, statement, id=uuid_of(first))
    await _custody(scene, (a, b, c, d), lines)


async def _custody(scene: Scene, people: tuple[Api, ...], lines: list[str]) -> None:
    a, b, c, d = people
    to_d = await between(scene.world, b.org, d.org)
    scene.keep(await accepted(b, await sent(a, b.org, lines[0], "INCIDENT", kind="TRANSFER")))
    referred = await accepted(b, await sent(a, b.org, lines[0], "INCIDENT"))
    second = await hop(b, c, lines[1], referred, *await ids(b, referred))
    scene.keep(referred, second)
    statement = "update handoff set kind = 'TRANSFER' where id = :id"
    await rewrite(scene.world, statement, id=uuid_of(second))
    for last in ("", "acceptHandoff", "failHandoff"):
        first = await accepted(b, await sent(a, b.org, lines[0], "INCIDENT", kind="TRANSFER"))
        received = await ids(b, first)
        moved = await ok(goes_on(b, c.org, lines[1], first, *received, kind="TRANSFER"))
        aside = await hop(b, d, to_d, first, *received)
        scene.keep(first, moved["id"], aside)
        if last:
            await ok(step(c, "acceptHandoff", moved["id"]))
            await goes_on(c, d.org, lines[2], moved["id"], *await ids(c, moved["id"]))
        if last == "failHandoff":
            await ok(step(c, "failHandoff", moved["id"], reason=REASON))


async def accepted(api: Api, id: str) -> str:
    await ok(step(api, "acceptHandoff", id))
    return id
