"""People: invited, given roles, shut out, and signed out, by whoever keeps them."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.people import Somebody, acting, held_by, session_of, somebody
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import refused, unchanged
from tests.world import EVERY_SCOPE, Api, World, ok

USER = "id email name roles language joinedAt disabledAt organisation { id }"
INVITED = f"... on Invited {{ link user {{ {USER} }} }}"
ONE = f"""query($id: ID!) {{ user(id: $id) {{
  {USER} sessions {{ nodes {{ id methods address userAgent endedAt }} }}
  grants {{ nodes {{ kind endedAt endReason }} }} }} }}"""
LIST = """
query($org: ID, $role: Role, $all: Boolean! = false) {
  users(organisationId: $org, role: $role, includeDisabled: $all, first: 100) {
    totalCount nodes { id email } } }
"""


@pytest_asyncio.fixture(scope="module")
async def boss(world: World) -> Somebody:
    return await somebody(world, await world.org())


@pytest_asyncio.fixture(scope="module")
async def admin(world: World, boss: Somebody) -> Api:
    """An administrator of a partner, at a portal of theirs."""
    return await acting(world, boss)


@pytest_asyncio.fixture(scope="module")
async def kpai(world: World) -> Api:
    return await world.as_(world.kpai, *EVERY_SCOPE)


def invite(api: Api, at: str = "baru@contoh.example", **given: Any) -> Any:
    sound: dict[str, Any] = {"email": at, "name": "Sari Contoh", "roles": ["CASE_WORKER"]}
    return api.mutate("inviteUser", "$input: UserInput!", INVITED, input=sound | given)


def change(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: UserChangeInput!"
    return api.mutate("changeUser", types, f"... on User {{ {USER} }}", id=id, input=given)


def renew(api: Api, id: str) -> Any:
    return api.mutate("renewUserLink", "$id: ID!", INVITED, id=id)


def disable(api: Api, id: str) -> Any:
    return api.mutate("disableUser", "$id: ID!", f"... on User {{ {USER} }}", id=id)


def enable(api: Api, id: str) -> Any:
    return api.mutate("enableUser", "$id: ID!", f"... on User {{ {USER} }}", id=id)


def end_session(api: Api, id: str) -> Any:
    return api.mutate("endSession", "$id: ID!", "... on Session { id endedAt }", id=id)


async def events(world: World, id: str) -> list[tuple[str, dict[str, Any], Any]]:
    """What the security log says about a person, in order."""
    rows = await world.sql(
        "select kind, facts, by_user_id from security_event where user_id = :id order by id",
        id=uuid_of(id),
    )
    return [tuple(row) for row in rows]


async def live_links(world: World, id: str) -> int:
    [(number,)] = await world.sql(
        "select count(*) from ticket where user_id = :id and used_at is null"
        " and kind = 'INVITATION' and expires_at between now() + interval '71 hours'"
        " and now() + interval '72 hours'", id=uuid_of(id)
    )  # fmt: skip
    return int(number)


@covers("inviteUser user users", "success")
async def test_an_administrator_invites_a_person_by_a_link(
    world: World, admin: Api, boss: Somebody
) -> None:
    made = await ok(invite(admin, " Sari@Contoh.Example ", roles=["SUPERVISOR", "CASE_WORKER"]))

    user, link = made["user"], made["link"]
    assert user | {"id": 0} == {
        "id": 0, "email": "sari@contoh.example", "name": "Sari Contoh",
        "roles": ["CASE_WORKER", "SUPERVISOR"], "language": "ID", "joinedAt": None,
        "disabledAt": None, "organisation": {"id": admin.org.gid},
    }  # fmt: skip
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    assert len(link.rpartition("/")[2]) == 43
    assert await live_links(world, user["id"]) == 1
    seen = (await admin.data(ONE, id=user["id"]))["user"]
    assert seen == user | {"sessions": {"nodes": []}, "grants": {"nodes": []}}
    assert {"id": user["id"], "email": user["email"]} in (await admin.data(LIST))["users"]["nodes"]
    roles = {"roles": ["CASE_WORKER", "SUPERVISOR"]}
    assert await events(world, user["id"]) == [("USER_INVITED", roles, boss.id)]
    secrets = await world.sql("select facts::text from security_event")
    assert not any(link.rpartition("/")[2] in facts for (facts,) in secrets)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"email": ""}, "BAD_INPUT", "input.email"),
        ({"email": "sari"}, "BAD_INPUT", "input.email"),
        ({"email": "sari@contoh"}, "BAD_INPUT", "input.email"),
        ({"email": "sari contoh@contoh.example"}, "BAD_INPUT", "input.email"),
        ({"email": "sari@contoh.example\nBcc: x"}, "BAD_INPUT", "input.email"),
        ({"email": "säri@contoh.example"}, "BAD_INPUT", "input.email"),
        ({"email": f"{'x' * 250}@contoh.example"}, "TOO_LONG", "input.email"),
        ({"name": " "}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"roles": []}, "BAD_INPUT", "input.roles"),
        ({"roles": ["AUDITOR", "AUDITOR"]}, "DUPLICATE", "input.roles[1]"),
        ({"organisationId": "x"}, "BAD_INPUT", "input.organisationId"),
    ],
)
@covers("inviteUser", "refusal")
async def test_refused_invitations(
    world: World, admin: Api, given: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, invite(admin, **given), code, field)


@covers("inviteUser", "refusal", "stranger")
async def test_an_address_is_one_persons_wherever_they_are(
    world: World, admin: Api, boss: Somebody
) -> None:
    other = await stranger(world)
    for api in (admin, other):
        attempt = invite(api, boss.email.upper())
        await refused(world, attempt, "DUPLICATE", "input.email")
    for id in (admin.org.gid, unknown("organisation")):
        attempt = invite(other, "lain@contoh.example", organisationId=id)
        await refused(world, attempt, "KPAI_ONLY", None)


@covers("inviteUser", "success")
async def test_kpai_invites_administrators_and_nobody_else(world: World, kpai: Api) -> None:
    org = await world.org()
    first = {"organisationId": org.gid, "roles": ["ADMINISTRATOR"], "language": "EN"}
    made = (await ok(invite(kpai, "pertama@contoh.example", **first)))["user"]
    assert (made["organisation"], made["language"]) == ({"id": org.gid}, "EN")
    for roles in (["CASE_WORKER"], ["ADMINISTRATOR", "CASE_WORKER"]):
        attempt = invite(kpai, "kedua@contoh.example", **first | {"roles": roles})
        await refused(world, attempt, "WRONG_SIDE", "input.roles")
    [(concerned,)] = await world.sql(
        "select organisation_id from security_event where user_id = :id", id=uuid_of(made["id"])
    )
    assert concerned == org.id


@covers("changeUser", "success")
async def test_a_role_taken_away_closes_at_once(world: World, admin: Api, boss: Somebody) -> None:
    person = await somebody(world, admin.org, "AUDITOR", "CASE_WORKER")
    theirs = await acting(world, person)
    permitted = "{ viewer { permissions { scope } } }"
    before = {p["scope"] for p in (await theirs.data(permitted))["viewer"]["permissions"]}

    changed = await ok(change(admin, person.gid, roles=["AUDITOR"], name="Nama Baru"))

    assert (changed["name"], changed["roles"]) == ("Nama Baru", ["AUDITOR"])
    after = {p["scope"] for p in (await theirs.data(permitted))["viewer"]["permissions"]}
    closed = {
        "activity:write",
        "oversight:write",
        "handoff:write",
        "handoff:identity",
        "handoff:emergency",
    }
    assert before - after == closed
    facts = {"changed": ["name", "roles"], "roles": ["AUDITOR"]}
    assert await events(world, person.gid) == [("USER_CHANGED", facts, boss.id)]
    async with unchanged(world):
        assert await ok(change(admin, person.gid)) == changed


@covers("changeUser", "refusal")
async def test_refused_changes(world: World, admin: Api, boss: Somebody) -> None:
    for given, code, field in [
        ({"name": ""}, "BAD_INPUT", "input.name"),
        ({"roles": []}, "BAD_INPUT", "input.roles"),
        ({"roles": ["AUDITOR"]}, "LAST_ADMINISTRATOR", "input.roles"),
    ]:
        await refused(world, change(admin, boss.gid, **given), code, field)
    await refused(world, change(admin, unknown("mou"), name="x"), "BAD_INPUT", "id")


async def test_the_link_opens_a_page_that_says_who_invites(
    world: World, admin: Api, boss: Somebody
) -> None:
    made = await ok(invite(admin, "halaman@contoh.example"))
    [(name,)] = await world.sql("select name from user_account where id = :id", id=boss.id)
    page = await world.http.get(made["link"])
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert name in page.text
    again = (await ok(renew(admin, made["user"]["id"])))["link"]
    assert (await world.http.get(made["link"])).status_code >= 400
    assert (await world.http.get(again)).status_code == 200


@covers("renewUserLink", "success")
async def test_of_the_links_the_last_counts(world: World, admin: Api) -> None:
    made = await ok(invite(admin, "lupa@contoh.example"))
    again = await ok(renew(admin, made["user"]["id"]))
    assert again["link"] != made["link"]
    assert await live_links(world, made["user"]["id"]) == 1
    facts = {"renewed": True, "roles": ["CASE_WORKER"]}
    assert (await events(world, made["user"]["id"]))[-1][:2] == ("USER_INVITED", facts)


@covers("disableUser enableUser renewUserLink", "success", "refusal")
async def test_who_is_shut_out_begins_anew_when_let_in_again(
    world: World, admin: Api, boss: Somebody
) -> None:
    person = await somebody(world, admin.org, "CASE_WORKER")
    session = await session_of(world, person)
    theirs = await acting(world, person, session=session)
    await ok(renew(admin, person.gid))

    gone = await ok(disable(admin, person.gid))

    assert gone["disabledAt"]
    assert (await theirs.ask("{ viewer { clientId } }")).status == 401
    seen = (await admin.data(ONE, id=person.gid))["user"]
    assert [s["endedAt"] is not None for s in seen["sessions"]["nodes"]] == [True]
    assert [g["endReason"] for g in seen["grants"]["nodes"]] == ["DISABLED"]
    assert await live_links(world, person.gid) == 0
    listed = [(await admin.data(LIST, all=all))["users"]["nodes"] for all in (False, True)]
    assert [{"id": person.gid, "email": person.email} in nodes for nodes in listed] == [False, True]
    for attempt in (disable(admin, person.gid), renew(admin, person.gid)):
        await refused(world, attempt, "WRONG_STATE", "id")

    assert (await ok(enable(admin, person.gid)))["disabledAt"] is None

    assert (await theirs.ask("{ viewer { clientId } }")).status == 401
    await refused(world, enable(admin, person.gid), "WRONG_STATE", "id")
    log = await events(world, person.gid)
    assert [(kind, by) for kind, _, by in log] == [
        ("USER_INVITED", boss.id), ("USER_DISABLED", boss.id), ("USER_ENABLED", boss.id),
    ]  # fmt: skip


@covers("disableUser", "refusal")
async def test_an_organisation_keeps_an_administrator_who_can_sign_in(world: World) -> None:
    org = await world.org()
    one, other = await somebody(world, org), await somebody(world, org)
    await somebody(world, org, joined=False)
    apis = [await acting(world, person) for person in (one, other)]

    end = "mutation($id: ID!) { disableUser(id: $id) { __typename } }"
    await asyncio.gather(apis[0].ask(end, id=other.gid), apis[1].ask(end, id=one.gid))

    [(id,)] = await world.sql(
        "select id from user_account where organisation_id = :id and joined_at is not null"
        " and disabled_at is null", id=org.id
    )  # fmt: skip
    [left] = [person for person in (one, other) if person.id == id]
    api = apis[(one, other).index(left)]
    await refused(world, disable(api, left.gid), "LAST_ADMINISTRATOR", "id")
    machine = await world.as_(org)
    await refused(world, disable(machine, left.gid), "LAST_ADMINISTRATOR", "id")
    await ok(invite(api, "pengganti@contoh.example", roles=["ADMINISTRATOR"]))
    await refused(world, disable(api, left.gid), "LAST_ADMINISTRATOR", "id")
    await somebody(world, org)
    assert (await api.data(end, id=left.gid))["disableUser"] == {"__typename": "User"}


@covers("user users disableUser", "success")
async def test_kpai_sees_and_shuts_out_administrators_and_gives_them_no_roles(
    world: World, kpai: Api
) -> None:
    org = await world.org()
    held = await held_by(world, org)
    boss = await somebody(world, org)
    session = await session_of(world, boss)
    assert (await kpai.data(LIST, org=org.gid))["users"]["nodes"] == [
        {"id": boss.gid, "email": boss.email}
    ]
    assert (await kpai.ask(ONE, id=held["user"])).codes == ["NOT_FOUND"]
    assert (await kpai.data(ONE, id=boss.gid))["user"]["sessions"]["nodes"] == []
    await refused(world, change(kpai, boss.gid, roles=["ADMINISTRATOR", "AUDITOR"]),
                  "WRONG_SIDE", "input.roles")  # fmt: skip
    await refused(world, end_session(kpai, session), "NOT_FOUND", "id")
    await ok(renew(kpai, boss.gid))

    await ok(disable(kpai, boss.gid))

    [(ended,)] = await world.sql("select ended_at is not null from session where id = :id",
                                 id=uuid_of(session))  # fmt: skip
    assert ended is True
    both = await somebody(world, org, "ADMINISTRATOR", "CASE_WORKER")
    await refused(world, renew(kpai, both.gid), "WRONG_SIDE", "id")


@covers("endSession", "success")
async def test_signed_out_of_one_browser_and_what_was_opened_from_it(
    world: World, admin: Api, boss: Somebody
) -> None:
    person = await somebody(world, admin.org, "CASE_WORKER")
    here, there = await session_of(world, person), await session_of(world, person)
    phone = await acting(world, person, session=here)
    desk = await acting(world, person, session=there)

    assert (await ok(end_session(admin, here)))["endedAt"]

    assert (await phone.ask("{ viewer { clientId } }")).status == 401
    assert (await desk.ask("{ viewer { clientId } }")).status == 200
    assert await events(world, person.gid) == [("SESSION_ENDED", {}, boss.id)]


@covers("endSession", "success", "refusal")
async def test_ones_own_session_ends_once(world: World, admin: Api, boss: Somebody) -> None:
    mine = await session_of(world, boss)
    await ok(end_session(admin, mine))
    await refused(world, end_session(admin, mine), "WRONG_STATE", "id")
    await refused(world, end_session(admin, unknown("user")), "BAD_INPUT", "id")


async def test_who_may_not_keep_people_is_told_the_scope(world: World, admin: Api) -> None:
    person = await somebody(world, admin.org, "SUPERVISOR")
    theirs = await acting(world, person, Scope.USER_READ)
    assert (await theirs.data(LIST))["users"]["totalCount"] > 1
    async with unchanged(world):
        answer = await theirs.ask(
            f'mutation {{ disableUser(id: "{person.gid}") {{ __typename }} }}'
        )
    assert answer.codes == ["MISSING_SCOPE"]
    assert answer.body["errors"][0]["extensions"]["scope"] == "user:write"


@covers("enableUser renewUserLink", "refusal")
async def test_a_role_that_keeps_nobody_is_no_way_round(world: World, admin: Api) -> None:
    """The token carries the scope; what the person is does not cover it."""
    person = await somebody(world, admin.org, "SUPERVISOR", "AUDITOR")
    theirs = await acting(world, person)
    for attempt in (disable(theirs, person.gid), renew(theirs, person.gid),
                    enable(theirs, person.gid), change(theirs, person.gid, name="x")):  # fmt: skip
        await refused(world, attempt, "WRONG_SIDE", "id")
    await refused(world, invite(theirs, "x@contoh.example"), "CHANGED_MEANWHILE", None)


@covers("user users changeUser renewUserLink disableUser enableUser endSession", "refusal",
        "stranger")  # fmt: skip
async def test_people_of_others_do_not_exist(world: World, admin: Api) -> None:
    held = await held_by(world, admin.org)
    other = await stranger(world)
    for id in (held["user"], unknown("user")):
        assert (await other.ask(ONE, id=id)).codes == ["NOT_FOUND"]
        for attempt in (change(other, id, name="x"), renew(other, id), disable(other, id),
                        enable(other, id)):  # fmt: skip
            await refused(world, attempt, "NOT_FOUND", "id")
    for id in (held["session"], unknown("session")):
        await refused(world, end_session(other, id), "NOT_FOUND", "id")
    assert (await other.data(LIST))["users"]["totalCount"] == 0
    assert (await other.data(LIST, org=admin.org.gid))["users"]["totalCount"] == 0
    assert (await other.ask(LIST, org="x")).codes == ["BAD_INPUT"]


@covers("users", "success")
async def test_people_by_role(world: World) -> None:
    org = await world.org()
    admin = await acting(world, await somebody(world, org))
    auditor = await somebody(world, org, "AUDITOR", "CASE_WORKER")
    await somebody(world, org, "SUPERVISOR")
    for role, number in (("AUDITOR", 1), ("CASE_WORKER", 1), ("AGREEMENT_OFFICER", 0)):
        found = (await admin.data(LIST, role=role))["users"]
        assert found["totalCount"] == number
        assert found["nodes"] == [{"id": auditor.gid, "email": auditor.email}] * number
