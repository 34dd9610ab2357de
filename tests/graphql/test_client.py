"""Programs: registered, changed, given secrets and shut out by whoever keeps them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from joserfc.jwk import ECKey

from auth.scopes import Scope
from db.ids import encode
from tests.covered import covers
from tests.people import acting, held_by, somebody
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import refused, unchanged
from tests.world import EVERY_SCOPE, Api, World, ok

CLIENT = """id clientId name scopes authMethod grantTypes redirectUris jwksUri dpopBound parRequired
 openToAll disabledAt keys { thumbprint kid type } organisation { id }"""
MADE = f"... on ClientWithSecret {{ secret client {{ {CLIENT} }} }}"
ONE = f"query($id: ID!) {{ client(id: $id) {{ {CLIENT} grants {{ totalCount }} }} }}"
LIST = """
query($org: ID, $all: Boolean! = false) {
  clients(organisationId: $org, includeDisabled: $all, first: 100) { totalCount nodes { id } } }
"""
KEY = ECKey.generate_key("P-256", {"kid": "satu"})
JWKS = {"keys": [KEY.as_dict(private=False)]}
BACK = "https://portal.example/kembali"


@pytest_asyncio.fixture(scope="module")
async def admin(world: World) -> AsyncIterator[Api]:
    """An administrator of a partner, at a portal of theirs."""
    yield await acting(world, await somebody(world, await world.org()))


@pytest_asyncio.fixture(scope="module")
async def kpai(world: World) -> Api:
    return await world.as_(world.kpai, *EVERY_SCOPE)


def register(api: Api, **given: Any) -> Any:
    sound = {"name": "Aplikasi", "scopes": ["mou:read"], "authMethod": "CLIENT_SECRET_BASIC"}
    return api.mutate("registerClient", "$input: ClientInput!", MADE, input=sound | given)


def change(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: ClientChangeInput!"
    return api.mutate("changeClient", types, f"... on Client {{ {CLIENT} }}", id=id, input=given)


def add_secret(api: Api, id: str, days: int = 7) -> Any:
    types = "$id: ID!, $overlapDays: Int!"
    return api.mutate("addClientSecret", types, MADE, id=id, overlapDays=days)


def disable(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!" + (", $reason: String" if given else "")
    returns = "... on Client { id disabledAt }"
    return api.mutate("disableClient", types, returns, id=id, **given)


def end_grant(api: Api, id: str) -> Any:
    returns = "... on Grant { id endedAt endReason user { id } client { id } }"
    return api.mutate("endGrant", "$id: ID!", returns, id=id)


async def token(world: World, client: dict[str, Any], secret: str) -> int:
    """The status a token request is answered with."""
    response = await world.http.post(
        "/oauth/token", data={"grant_type": "client_credentials"},
        auth=(client["clientId"], secret),
    )  # fmt: skip
    return response.status_code


async def events(world: World, id: str) -> list[tuple[str, dict[str, Any], Any, Any]]:
    """What the security log says about a client, in order."""
    rows = await world.sql(
        "select kind, facts, by_user_id, organisation_id from security_event"
        " where client_id = :id and kind like 'CLIENT%' order by id", id=uuid_of(id)
    )  # fmt: skip
    return [tuple(row) for row in rows]


@covers("registerClient client clients", "success")
async def test_an_administrator_registers_a_program_that_gets_tokens(
    world: World, admin: Api
) -> None:
    made = await ok(register(admin, name=" Simfoni PPA ", scopes=["mou:read", "handoff:read"]))

    client = made["client"]
    assert client["clientId"].startswith("simfoni-ppa-")
    assert client | {"id": 0, "clientId": 0} == {
        "id": 0, "clientId": 0, "name": "Simfoni PPA", "scopes": ["handoff:read", "mou:read"],
        "authMethod": "CLIENT_SECRET_BASIC", "grantTypes": ["CLIENT_CREDENTIALS"],
        "redirectUris": [], "jwksUri": None, "dpopBound": False, "parRequired": False,
        "openToAll": False, "disabledAt": None, "keys": [], "organisation": {"id": admin.org.gid},
    }  # fmt: skip
    assert await token(world, client, made["secret"]) == 200
    seen = (await admin.data(ONE, id=client["id"]))["client"]
    assert seen == client | {"grants": {"totalCount": 1}}
    assert {"id": client["id"]} in (await admin.data(LIST))["clients"]["nodes"]
    [(kind, facts, by, of)] = await events(world, client["id"])
    assert (kind, of) == ("CLIENT_REGISTERED", admin.org.id)
    assert by is not None
    assert facts == {"name": "Simfoni PPA", "scopes": ["handoff:read", "mou:read"],
                     "auth_method": "client_secret_basic",
                     "grant_types": ["client_credentials"]}  # fmt: skip


@covers("registerClient", "success")
async def test_a_program_with_keys_is_held_to_fapi_and_has_no_secret(admin: Api) -> None:
    made = await ok(register(admin, authMethod="PRIVATE_KEY_JWT", jwks=JWKS, redirectUris=[BACK]))
    client = made["client"]
    assert made["secret"] is None
    assert (client["dpopBound"], client["parRequired"]) == (True, True)
    assert client["keys"] == [{"thumbprint": KEY.thumbprint(), "kid": "satu", "type": "P-256"}]
    assert client["grantTypes"] == ["AUTHORIZATION_CODE", "REFRESH_TOKEN"]
    loose = await ok(
        register(admin, authMethod="PRIVATE_KEY_JWT", jwksUri="https://a.example/jwks",
                 dpopBound=False, parRequired=False)
    )  # fmt: skip
    assert loose["client"]["jwksUri"] == "https://a.example/jwks"
    assert (loose["client"]["dpopBound"], loose["client"]["keys"]) == (False, [])


@covers("registerClient", "success")
async def test_a_page_in_a_browser_has_no_secret(admin: Api) -> None:
    uris = [BACK, "http://127.0.0.1/kembali"]
    made = await ok(register(admin, authMethod="NONE", redirectUris=uris))
    assert made["secret"] is None
    assert made["client"]["redirectUris"] == uris


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": ""}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "BAD_INPUT", "input.name"),
        ({"scopes": []}, "BAD_INPUT", "input.scopes"),
        ({"scopes": ["mou:read", "mou:raed"]}, "UNKNOWN_CODE", "input.scopes[1]"),
        ({"scopes": ["mou:read", "mou:read"]}, "DUPLICATE", "input.scopes[1]"),
        ({"scopes": ["mou:admin"]}, "EXCEEDS_GRANT", "input.scopes"),
        ({"scopes": ["organisation:write"]}, "EXCEEDS_GRANT", "input.scopes"),
        ({"authMethod": "NONE"}, "BAD_INPUT", "input.redirectUris"),
        ({"authMethod": "NONE", "redirectUris": [BACK, "http://portal.example/"]},
         "REDIRECT_URI_REFUSED", "input.redirectUris[1]"),
        ({"authMethod": "NONE", "redirectUris": [f"{BACK}{n}" for n in range(21)]},
         "TOO_MANY", "input.redirectUris"),
        ({"authMethod": "NONE", "redirectUris": [BACK],
          "grantTypes": ["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE"]},
         "BAD_INPUT", "input.grantTypes"),
        ({"authMethod": "PRIVATE_KEY_JWT"}, "BAD_INPUT", "input.jwks"),
        ({"authMethod": "PRIVATE_KEY_JWT", "jwks": {"keys": [KEY.as_dict(private=True)]}},
         "KEY_REFUSED", "input.jwks.keys[0]"),
        ({"authMethod": "PRIVATE_KEY_JWT", "jwksUri": "https://127.0.0.1/"},
         "BAD_INPUT", "input.jwksUri"),
        ({"jwks": JWKS}, "BAD_INPUT", "input.jwks"),
        ({"openToAll": True}, "KPAI_ONLY", "input.openToAll"),
        ({"organisationId": "x"}, "BAD_INPUT", "input.organisationId"),
    ],
)  # fmt: skip
@covers("registerClient", "refusal")
async def test_refused_registrations(
    world: World, admin: Api, given: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, register(admin, **given), code, field)


@covers("registerClient", "stranger")
async def test_nobody_registers_for_others_but_kpai(world: World, admin: Api, kpai: Api) -> None:
    other = await stranger(world)
    for id in (admin.org.gid, world.kpai.gid, unknown("organisation")):
        await refused(world, register(other, organisationId=id), "KPAI_ONLY", None)

    made = await ok(register(kpai, organisationId=admin.org.gid))

    assert made["client"]["organisation"] == {"id": admin.org.gid}
    assert await token(world, made["client"], made["secret"]) == 200
    missing = register(kpai, organisationId=unknown("organisation"))
    await refused(world, missing, "NOT_FOUND", "input.organisationId")
    beyond = register(kpai, organisationId=admin.org.gid, scopes=["mou:admin"])
    await refused(world, beyond, "EXCEEDS_GRANT", "input.scopes")
    portal = await ok(register(kpai, authMethod="NONE", redirectUris=[BACK], openToAll=True))
    assert portal["client"]["openToAll"] is True


async def test_a_dissolved_organisation_gets_no_program(world: World, kpai: Api) -> None:
    gone = await world.org()
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    attempt = register(kpai, organisationId=gone.gid)
    await refused(world, attempt, "ORGANISATION_DISSOLVED", "input.organisationId")


@covers("changeClient", "success")
async def test_what_is_left_out_of_a_change_stays(world: World, admin: Api) -> None:
    made = (await ok(register(admin, authMethod="NONE", redirectUris=[BACK])))["client"]

    changed = await ok(change(admin, made["id"], name="Baru", scopes=["mou:read", "mou:write"]))

    assert changed == made | {"__typename": "Client", "name": "Baru",
                              "scopes": ["mou:read", "mou:write"]}  # fmt: skip
    async with unchanged(world):
        assert await ok(change(admin, made["id"])) == changed
    _, (kind, facts, by, _) = await events(world, made["id"])
    assert (kind, by is not None) == ("CLIENT_CHANGED", True)
    assert facts == {"changed": ["name", "scopes"], "scopes": ["mou:read", "mou:write"]}


@covers("changeClient", "success")
async def test_from_a_secret_to_keys_and_not_back(world: World, admin: Api) -> None:
    made = await ok(register(admin))
    client = made["client"]

    better = await ok(change(admin, client["id"], authMethod="PRIVATE_KEY_JWT", jwks=JWKS))

    assert (better["dpopBound"], better["parRequired"], len(better["keys"])) == (True, True, 1)
    assert await token(world, client, made["secret"]) == 401
    for method in ("CLIENT_SECRET_BASIC", "NONE"):
        attempt = change(admin, client["id"], authMethod=method)
        await refused(world, attempt, "WRONG_STATE", "input.authMethod")
    moved = await ok(change(admin, client["id"], jwksUri="https://a.example/jwks"))
    assert (moved["keys"], moved["jwksUri"]) == ([], "https://a.example/jwks")
    await refused(world, add_secret(admin, client["id"]), "WRONG_STATE", "id")


@covers("changeClient", "success")
async def test_a_scope_taken_away_closes_at_once(world: World, admin: Api) -> None:
    api = await world.as_(admin.org, Scope.MOU_READ, Scope.ORGANISATION_READ)
    [(id,)] = await world.sql("select id from client where organisation_id = :id order by id desc"
                              " limit 1", id=admin.org.id)  # fmt: skip
    permitted = "{ viewer { permissions { scope } } }"
    assert len((await api.data(permitted))["viewer"]["permissions"]) == 2
    await ok(change(admin, encode("client", id), scopes=["organisation:read"]))
    now = (await api.data(permitted))["viewer"]["permissions"]
    assert now == [{"scope": "organisation:read"}]


@covers("changeClient", "refusal")
async def test_refused_changes(world: World, admin: Api) -> None:
    client = (await ok(register(admin)))["client"]
    for given, code, field in [
        ({"name": " "}, "BAD_INPUT", "input.name"),
        ({"scopes": ["mou:admin"]}, "EXCEEDS_GRANT", "input.scopes"),
        ({"redirectUris": [BACK]}, "BAD_INPUT", "input.redirectUris"),
        ({"grantTypes": ["REFRESH_TOKEN"]}, "BAD_INPUT", "input.grantTypes"),
        ({"jwks": JWKS}, "BAD_INPUT", "input.jwks"),
        ({"openToAll": True}, "KPAI_ONLY", "input.openToAll"),
    ]:
        await refused(world, change(admin, client["id"], **given), code, field)
    await refused(world, change(admin, unknown("mou"), name="x"), "BAD_INPUT", "id")
    await ok(disable(admin, client["id"]))
    await refused(world, change(admin, client["id"], name="x"), "WRONG_STATE", "id")


async def test_what_was_registered_before_kpai_granted_less_may_stay_registered(
    world: World,
) -> None:
    org = await world.org()
    admin = await acting(world, await somebody(world, org))
    client = (await ok(register(admin, scopes=["mou:read", "mou:write"])))["client"]
    await world.sql("update organisation set scopes = array_remove(scopes, 'mou:write')"
                    " where id = :id", id=org.id)  # fmt: skip
    changed = await ok(change(admin, client["id"], name="Baru"))
    assert changed["scopes"] == ["mou:read", "mou:write"]
    attempt = register(admin, scopes=["mou:write"])
    await refused(world, attempt, "EXCEEDS_GRANT", "input.scopes")


@covers("addClientSecret", "success")
async def test_another_secret_and_the_first_for_a_while(world: World, admin: Api) -> None:
    made = await ok(register(admin))
    client, first = made["client"], made["secret"]

    second = (await ok(add_secret(admin, client["id"])))["secret"]

    assert [await token(world, client, s) for s in (first, second)] == [200, 200]
    third = (await ok(add_secret(admin, client["id"], 0)))["secret"]
    assert [await token(world, client, s) for s in (first, second, third)] == [401, 401, 200]
    kinds = [(kind, facts.get("overlap_days")) for kind, facts, _, _ in
             await events(world, client["id"])]  # fmt: skip
    assert kinds[1:] == [("CLIENT_SECRET_ADDED", 7), ("CLIENT_SECRET_ADDED", 0)]


@covers("addClientSecret", "refusal")
async def test_refused_secrets(world: World, admin: Api) -> None:
    client = (await ok(register(admin)))["client"]
    public = (await ok(register(admin, authMethod="NONE", redirectUris=[BACK])))["client"]
    for days in (-1, 91, 2**31 - 1, -(2**31)):
        await refused(world, add_secret(admin, client["id"], days), "BAD_INPUT", "overlapDays")
    await refused(world, add_secret(admin, public["id"]), "WRONG_STATE", "id")
    await ok(disable(admin, client["id"]))
    await refused(world, add_secret(admin, client["id"]), "WRONG_STATE", "id")


@covers("disableClient", "success")
async def test_a_program_that_is_shut_out_holds_nothing_from_the_next_request_on(
    world: World, admin: Api
) -> None:
    made = await ok(register(admin))
    client = made["client"]
    person = await somebody(world, admin.org)
    portal = await acting(world, person, client_id=uuid_of(client["id"]))
    assert (await portal.ask("{ viewer { clientId } }")).status == 200

    gone = await ok(disable(admin, client["id"], reason="Tidak dipakai lagi."))

    assert gone["disabledAt"]
    assert await token(world, client, made["secret"]) == 401
    assert (await portal.ask("{ viewer { clientId } }")).status == 401
    grants = await world.sql("select ended_at, end_reason from oauth_grant where client_id = :id",
                             id=uuid_of(client["id"]))  # fmt: skip
    assert [(bool(at), why) for at, why in grants] == [(True, "DISABLED")]
    listed = [(await admin.data(LIST, all=all))["clients"]["nodes"] for all in (False, True)]
    assert [{"id": client["id"]} in nodes for nodes in listed] == [False, True]
    assert (await events(world, client["id"]))[-1][:2] == (
        "CLIENT_DISABLED", {"reason": "Tidak dipakai lagi."},
    )  # fmt: skip


@covers("disableClient", "refusal")
async def test_refused_endings_of_programs(world: World, admin: Api) -> None:
    client = (await ok(register(admin)))["client"]
    await refused(world, disable(admin, client["id"], reason="x" * 501), "TOO_LONG", "reason")
    await refused(world, disable(admin, unknown("mou")), "BAD_INPUT", "id")
    await ok(disable(admin, client["id"]))
    await refused(world, disable(admin, client["id"]), "WRONG_STATE", "id")


async def test_two_who_end_it_at_once(world: World, admin: Api) -> None:
    client = (await ok(register(admin)))["client"]
    both = await asyncio.gather(disable(admin, client["id"]), disable(admin, client["id"]))
    assert sorted(answer["__typename"] for answer in both) == ["Client", "Refused"]


@covers("endGrant", "success")
async def test_one_permission_is_taken_back(world: World, admin: Api) -> None:
    person = await somebody(world, admin.org, "CASE_WORKER")
    portal = await acting(world, person)
    other = await acting(world, person)
    [(grant, client)] = await world.sql(
        "select id, client_id from oauth_grant where user_id = :id order by id limit 1",
        id=person.id,
    )

    ended = await ok(end_grant(admin, encode("grant", grant)))

    assert ended | {"endedAt": bool(ended["endedAt"])} == {
        "__typename": "Grant", "id": encode("grant", grant), "endedAt": True,
        "endReason": "REVOKED", "user": {"id": person.gid},
        "client": {"id": encode("client", client)},
    }  # fmt: skip
    assert (await portal.ask("{ viewer { clientId } }")).status == 401
    assert (await other.ask("{ viewer { clientId } }")).status == 200
    [(kind, user)] = await world.sql("select kind, user_id from security_event where user_id = :id",
                                     id=person.id)  # fmt: skip
    assert (kind, user) == ("GRANT_ENDED", person.id)


@covers("endGrant", "refusal")
async def test_what_has_ended_ends_once(world: World, admin: Api) -> None:
    held = await held_by(world, admin.org)
    await ok(end_grant(admin, held["grant"]))
    await refused(world, end_grant(admin, held["grant"]), "WRONG_STATE", "id")
    await world.sql("update oauth_grant set expires_at = now() where id = :id",
                    id=uuid_of(held["granted"]))  # fmt: skip
    await refused(world, end_grant(admin, held["granted"]), "WRONG_STATE", "id")
    await refused(world, end_grant(admin, unknown("client")), "BAD_INPUT", "id")
    fresh = await held_by(world, admin.org)
    without = await world.as_(admin.org, *(s for s in EVERY_SCOPE if s is not Scope.USER_WRITE))
    await refused(world, end_grant(without, fresh["granted"]), "WRONG_SIDE", "id")
    assert (await ok(end_grant(without, fresh["grant"])))["endReason"] == "REVOKED"


@covers("client clients changeClient addClientSecret disableClient endGrant", "refusal", "stranger")
async def test_programs_of_others_do_not_exist(world: World, admin: Api) -> None:
    held = await held_by(world, admin.org)
    other = await stranger(world)
    for id in (held["client"], unknown("client")):
        answer = await other.ask(ONE, id=id)
        assert answer.codes == ["NOT_FOUND"]
        for attempt in (change(other, id, name="x"), add_secret(other, id), disable(other, id)):
            await refused(world, attempt, "NOT_FOUND", "id")
    for id in (held["grant"], held["granted"], unknown("grant")):
        await refused(world, end_grant(other, id), "NOT_FOUND", "id")
    mine = (await other.data(LIST))["clients"]
    theirs = (await other.data(LIST, org=admin.org.gid))["clients"]
    assert (mine["totalCount"], theirs["totalCount"]) == (1, 0)
    assert (await other.ask(LIST, org="x")).codes == ["BAD_INPUT"]


@covers("clients", "success")
async def test_kpai_keeps_the_programs_of_all_but_not_what_people_allowed(
    world: World, admin: Api, kpai: Api
) -> None:
    held = await held_by(world, admin.org)
    theirs = (await kpai.data(LIST, org=admin.org.gid))["clients"]["nodes"]
    assert {"id": held["client"]} in theirs
    assert (await kpai.data(ONE, id=held["client"]))["client"]["grants"]["totalCount"] == 0
    assert (await admin.data(ONE, id=held["client"]))["client"]["grants"]["totalCount"] == 1
    await refused(world, end_grant(kpai, held["granted"]), "NOT_FOUND", "id")

    assert (await ok(change(kpai, held["client"], name="Baru")))["name"] == "Baru"
    await ok(disable(kpai, held["client"]))

    of = [(kind, by, org) for kind, _, by, org in await events(world, held["client"])]
    assert of == [("CLIENT_CHANGED", None, admin.org.id), ("CLIENT_DISABLED", None, admin.org.id)]
    [(why,)] = await world.sql("select end_reason from oauth_grant where id = :id",
                               id=uuid_of(held["granted"]))  # fmt: skip
    assert why == "DISABLED"
