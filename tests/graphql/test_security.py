"""The security log: read by the organisation it concerns, and by nobody else."""

from typing import Any

import pytest
import pytest_asyncio

from auth.events import EventKind, record
from auth.scopes import Scope
from db.ids import encode
from tests.covered import covers
from tests.people import Somebody, acting, held_by, somebody
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import EVERY_SCOPE, Api, World, ok

LOG = """
query($filter: SecurityFilter, $first: Int, $after: String) {
  securityEvents(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { id kind message createdAt address facts { name value }
            client { id } user { id } byClient { id } byUser { id } } } }
"""
KINDS = "query($filter: SecurityFilter) { securityEvents(filter: $filter) { nodes { kind } } }"


@pytest_asyncio.fixture(scope="module")
async def boss(world: World) -> Somebody:
    return await somebody(world, await world.org())


@pytest_asyncio.fixture(scope="module")
async def admin(world: World, boss: Somebody) -> Api:
    return await acting(world, boss)


@pytest_asyncio.fixture(scope="module")
async def held(world: World, boss: Somebody, admin: Api) -> dict[str, str]:
    """A person and a program, and a little history of both."""
    held = await held_by(world, boss.org)
    disable = "mutation($id: ID!) { it: disableUser(id: $id) { __typename } }"
    rename = (
        'mutation($id: ID!) { it: changeClient(id: $id, input: {name: "Baru"}) { __typename } }'
    )
    await admin.data(disable, id=held["user"])
    await admin.data(rename, id=held["client"])
    async with world.operator() as tx:
        await record(tx, EventKind.SIGN_IN_FAILED, organisation_id=boss.org.id,
                     user_id=boss.id, address="192.0.2.7", reason="password", tries=3)  # fmt: skip
    return held


async def kinds(api: Api, **filter: Any) -> list[str]:
    found = await api.data(KINDS, filter=filter)
    return [node["kind"] for node in found["securityEvents"]["nodes"]]


@covers("securityEvents", "success")
async def test_what_happened_newest_first_with_who_and_what(
    world: World, admin: Api, boss: Somebody, held: dict[str, str]
) -> None:
    log = (await admin.data(LOG))["securityEvents"]

    assert [node["kind"] for node in log["nodes"]] == [
        "SIGN_IN_FAILED", "CLIENT_CHANGED", "USER_DISABLED",
    ]  # fmt: skip
    assert log["totalCount"] == 3
    failed, changed, _ = log["nodes"]
    assert failed["facts"] == [{"name": "reason", "value": "password"},
                               {"name": "tries", "value": "3"}]  # fmt: skip
    assert (failed["address"], failed["user"]) == ("192.0.2.7", {"id": boss.gid})
    assert (failed["byUser"], failed["byClient"]) == (None, None)
    assert changed["client"] == {"id": held["client"]}
    assert changed["byUser"] == {"id": boss.gid}
    assert changed["byClient"]["id"].startswith("client_")
    assert changed["facts"] == [{"name": "changed", "value": "name"}]


@covers("securityEvents", "success")
async def test_page_by_page(admin: Api, held: dict[str, str]) -> None:
    first = (await admin.data(LOG, first=2))["securityEvents"]
    assert first["pageInfo"]["hasNextPage"] is True
    rest = (await admin.data(LOG, first=2, after=first["pageInfo"]["endCursor"]))["securityEvents"]
    assert [node["kind"] for node in rest["nodes"]] == ["USER_DISABLED"]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_in_words_of_ones_own_language(
    world: World, boss: Somebody, held: dict[str, str], language: str
) -> None:
    api = await acting(world, boss, language=language)
    [node] = (await api.data(LOG, filter={"kinds": ["USER_DISABLED"]}))["securityEvents"]["nodes"]
    kind = EventKind.USER_DISABLED
    assert node["message"] == (kind.indonesian if language == "id" else kind.english)


@covers("securityEvents", "success")
async def test_the_filters(world: World, admin: Api, boss: Somebody, held: dict[str, str]) -> None:
    assert await kinds(admin, kinds=["SIGN_IN_FAILED", "CLIENT_CHANGED"]) == [
        "SIGN_IN_FAILED", "CLIENT_CHANGED",
    ]  # fmt: skip
    assert await kinds(admin, kinds=[]) == []
    assert await kinds(admin, userId=held["user"]) == ["USER_DISABLED"]
    assert len(await kinds(admin, userId=boss.gid)) == 3
    assert await kinds(admin, clientId=held["client"]) == ["CLIENT_CHANGED"]
    assert len(await kinds(admin, since="2020-01-01T00:00:00Z")) == 3
    assert await kinds(admin, until="2020-01-01T00:00:00Z") == []
    assert await kinds(admin, since="2999-01-01T00:00:00+07:00") == []


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"userId": "x"}, "BAD_INPUT", "filter.userId"),
        ({"userId": unknown("client")}, "BAD_INPUT", "filter.userId"),
        ({"clientId": unknown("user")}, "BAD_INPUT", "filter.clientId"),
        ({"since": "2026-01-01T00:00:00"}, "BAD_INPUT", "filter.since"),
        ({"until": "2026-01-01T00:00:00"}, "BAD_INPUT", "filter.until"),
        ({"kinds": ["SIGNED_IN", "SIGNED_IN"]}, "DUPLICATE", "filter.kinds[1]"),
    ],
)
@covers("securityEvents", "refusal")
async def test_filters_that_mean_nothing(
    admin: Api, filter: dict[str, Any], code: str, field: str
) -> None:
    answer = await admin.ask(KINDS, filter=filter)
    assert answer.body["errors"][0]["extensions"] == {"code": code, "field": field}


@covers("securityEvents", "stranger")
async def test_others_read_nothing_of_it_not_even_kpai(
    world: World, boss: Somebody, held: dict[str, str]
) -> None:
    for api in (await stranger(world), await world.as_(world.kpai, *EVERY_SCOPE)):
        assert await kinds(api, userId=boss.gid) == []
        assert await kinds(api, clientId=held["client"]) == []
    caseworker = await acting(world, await somebody(world, boss.org, "CASE_WORKER"))
    assert await kinds(caseworker) == []
    narrow = await world.as_(boss.org, Scope.USER_READ)
    async with unchanged(world):
        answer = await narrow.ask(KINDS)
    assert answer.body["errors"][0]["extensions"] == {
        "code": "MISSING_SCOPE", "scope": "security:read",
    }  # fmt: skip


async def test_what_kpai_does_to_an_organisation_stands_in_its_log(world: World) -> None:
    org = await world.org()
    admin = await acting(world, await somebody(world, org))
    kpai = await world.as_(world.kpai, *EVERY_SCOPE)
    await ok(
        kpai.mutate("setOrganisationAccess", "$id: ID!, $dpop: DpopPolicy", "", id=org.gid,
                    dpop="IDENTITY")
    )  # fmt: skip
    [event] = (await admin.data(LOG))["securityEvents"]["nodes"]
    assert (event["kind"], event["byClient"], event["byUser"]) == ("ACCESS_GRANTED", None, None)
    assert {"name": "dpop", "value": "IDENTITY"} in event["facts"]
    assert await kinds(kpai, kinds=["ACCESS_GRANTED"]) == []


async def test_an_event_is_read_again_by_its_id(world: World, admin: Api, held: Any) -> None:
    [(id, *_)] = await world.sql("select id from security_event where kind = 'CLIENT_CHANGED'")
    document = "query($id: ID!) { node(id: $id) { id ... on SecurityEvent { kind } } }"
    gid = encode("securityevent", id)
    assert (await admin.data(document, id=gid))["node"] == {"id": gid, "kind": "CLIENT_CHANGED"}
    assert uuid_of(gid) == id
    assert (await (await stranger(world)).data(document, id=gid))["node"] is None
