"""What KPAI granted an organisation, and the organisation's own accounts."""

from typing import Any

import pytest
import pytest_asyncio

from auth.upstream import sealed
from tests.covered import covers
from tests.people import Somebody, acting, somebody
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import EVERY_SCOPE, SETTINGS, Api, World, ok

ACCESS = "access { scopes dpop identityProvider { id } }"
ONE = f"query($id: ID!) {{ organisation(id: $id) {{ {ACCESS} }} }}"
ALL = "{ organisations(first: 100) { nodes { id access { dpop } } } }"
PROVIDER = """... on IdentityProvider {
  id name issuer clientId redirectUri onlyWay disabledAt }"""
ISSUER = "https://sso.partner.example/realms/satu"
THUMBPRINT = "A" * 43


@pytest_asyncio.fixture(scope="module")
async def kpai(world: World) -> Api:
    return await world.as_(world.kpai, *EVERY_SCOPE)


@pytest_asyncio.fixture
async def boss(world: World) -> Somebody:
    return await somebody(world, await world.org())


@pytest_asyncio.fixture
async def admin(world: World, boss: Somebody) -> Api:
    return await acting(world, boss)


def grant(api: Api, id: str, **given: Any) -> Any:
    types = {"scopes": ", $scopes: [String!]", "dpop": ", $dpop: DpopPolicy"}
    declared = "$id: ID!" + "".join(types[name] for name in given)
    returns = f"... on Organisation {{ id {ACCESS} }}"
    return api.mutate("setOrganisationAccess", declared, returns, id=id, **given)


def set_up(api: Api, **given: Any) -> Any:
    sound = {"name": "SSO Contoh", "issuer": ISSUER, "clientId": "rangkul", "secret": "r4has1a"}
    types = "$input: IdentityProviderInput!"
    return api.mutate("setIdentityProvider", types, PROVIDER, input=sound | given)


async def remove(api: Api) -> dict[str, Any]:
    document = f"mutation {{ it: removeIdentityProvider {{ __typename {PROVIDER}"
    answer: dict[str, Any] = (
        await api.data(document + " ... on Refused { code message field } } }")
    )["it"]
    return answer


async def kept(world: World, id: str) -> str | None:
    """The secret as the sign-in will find it."""
    [(jwe,)] = await world.sql("select secret_jwe from identity_provider where id = :id",
                               id=uuid_of(id))  # fmt: skip
    assert jwe is None or "r4has1a" not in jwe
    return sealed(SETTINGS.auth).open(jwe, str(uuid_of(id))) if jwe else None


@covers("setOrganisationAccess", "success")
async def test_what_kpai_takes_away_closes_at_the_next_request(
    world: World, kpai: Api, admin: Api
) -> None:
    partner = await world.as_(admin.org)
    assert (await partner.ask("{ viewer { permissions { scope } } }")).status == 200

    less = await ok(grant(kpai, admin.org.gid, scopes=["mou:read", "client:read"]))

    assert less["access"]["scopes"] == ["client:read", "mou:read"]
    now = (await partner.data("{ viewer { permissions { scope } } }"))["viewer"]["permissions"]
    assert [p["scope"] for p in now] == ["client:read", "mou:read"]
    assert (await admin.data(ONE, id=admin.org.gid))["organisation"]["access"] == {
        "scopes": ["client:read", "mou:read"], "dpop": "OPTIONAL", "identityProvider": None,
    }  # fmt: skip
    [(kind, facts)] = await world.sql(
        "select kind, facts from security_event where organisation_id = :id", id=admin.org.id
    )
    assert (kind, facts) == (
        "ACCESS_GRANTED", {"scopes": ["client:read", "mou:read"], "dpop": "OPTIONAL"},
    )  # fmt: skip
    more = await ok(grant(kpai, admin.org.gid, scopes=["handoff:read"]))
    assert more["access"]["scopes"] == ["handoff:read"]


@covers("setOrganisationAccess", "success")
async def test_tokens_that_anyone_could_use_stop_where_kpai_says_so(
    world: World, kpai: Api, boss: Somebody
) -> None:
    loose, bound = await acting(world, boss), await acting(world, boss, jkt=THUMBPRINT)
    assert (await loose.ask("{ viewer { senderConstrained } }")).data["viewer"] == {
        "senderConstrained": False
    }

    assert (await ok(grant(kpai, boss.org.gid, dpop="REQUIRED")))["access"]["dpop"] == "REQUIRED"

    assert (await loose.ask("{ viewer { senderConstrained } }")).status == 401
    assert (await bound.ask("{ viewer { senderConstrained } }")).status == 401  # without a proof


@covers("setOrganisationAccess", "refusal")
async def test_refused_grants(world: World, kpai: Api, admin: Api) -> None:
    everything = [scope.value for scope in EVERY_SCOPE]
    for id, given, code, field in [
        (admin.org.gid, {"scopes": ["mou:raed"]}, "UNKNOWN_CODE", "scopes[0]"),
        (admin.org.gid, {"scopes": ["mou:read"] * 2}, "DUPLICATE", "scopes[1]"),
        (admin.org.gid, {"scopes": ["mou:admin"]}, "KPAI_ONLY", "scopes"),
        (admin.org.gid, {"scopes": everything}, "KPAI_ONLY", "scopes"),
        (world.kpai.gid, {"scopes": ["mou:read"]}, "WRONG_STATE", "scopes"),
        (world.kpai.gid, {"dpop": "REQUIRED"}, "WRONG_STATE", "dpop"),
        (unknown("organisation"), {"dpop": "REQUIRED"}, "NOT_FOUND", "id"),
        (unknown("mou"), {"dpop": "REQUIRED"}, "BAD_INPUT", "id"),
    ]:
        await refused(world, grant(kpai, id, **given), code, field)
    assert (
        "mou:admin"
        in (await ok(grant(kpai, world.kpai.gid, scopes=everything)))["access"]["scopes"]
    )
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=admin.org.id)
    await refused(world, grant(kpai, admin.org.gid, dpop="OPTIONAL"), "WRONG_STATE", "id")


@covers("setOrganisationAccess", "stranger")
async def test_only_kpai_grants(world: World, admin: Api) -> None:
    for id in (admin.org.gid, world.kpai.gid, unknown("organisation")):
        await refused(world, grant(admin, id, dpop="OPTIONAL"), "KPAI_ONLY", None)


async def test_what_was_granted_is_for_the_organisation_and_kpai(
    world: World, kpai: Api, admin: Api
) -> None:
    other = await stranger(world)
    assert (await other.data(ONE, id=admin.org.gid))["organisation"] == {"access": None}
    assert (await kpai.data(ONE, id=admin.org.gid))["organisation"]["access"]["dpop"] == "OPTIONAL"
    shown = [o["id"] for o in (await other.data(ALL))["organisations"]["nodes"] if o["access"]]
    assert shown == [other.org.gid]
    assert all(o["access"] for o in (await kpai.data(ALL))["organisations"]["nodes"])


@covers("setIdentityProvider", "success")
async def test_an_organisation_keeps_its_own_accounts(
    world: World, kpai: Api, admin: Api, boss: Somebody
) -> None:
    made = await ok(set_up(admin))

    assert made | {"id": 0} == {
        "__typename": "IdentityProvider", "id": 0, "name": "SSO Contoh", "issuer": ISSUER,
        "clientId": "rangkul", "onlyWay": False, "disabledAt": None,
        "redirectUri": f"http://127.0.0.1:8000/sign-in/callback/{admin.org.id.hex}",
    }  # fmt: skip
    assert await kept(world, made["id"]) == "r4has1a"
    shown = (await admin.data(ONE, id=admin.org.gid))["organisation"]["access"]
    assert shown["identityProvider"] == {"id": made["id"]}
    for api in (kpai, await stranger(world)):
        seen = (await api.data(ONE, id=admin.org.gid))["organisation"]["access"]
        assert seen is None or seen["identityProvider"] is None
    [(kind, facts, by)] = await world.sql(
        "select kind, facts, by_user_id from security_event where organisation_id = :id",
        id=admin.org.id,
    )
    assert (kind, by) == ("PROVIDER_SET", boss.id)
    assert facts == {"issuer": ISSUER, "only_way": False}


@covers("setIdentityProvider", "success")
async def test_a_secret_is_never_sent_to_another_issuer(world: World, admin: Api) -> None:
    made = await ok(set_up(admin))
    who = await somebody(world, admin.org, "AUDITOR")
    await world.sql("insert into external_identity values (:p, 'orang', :u, now())",
                    p=uuid_of(made["id"]), u=who.id)  # fmt: skip
    same = await ok(set_up(admin, name="Nama Baru", secret=None, onlyWay=True))
    assert (same["id"], same["name"], same["onlyWay"]) == (made["id"], "Nama Baru", True)
    assert await kept(world, made["id"]) == "r4has1a"
    assert await world.count("external_identity") == 1

    await ok(set_up(admin, issuer="https://sso.thief.example", secret=None))

    assert await kept(world, made["id"]) is None
    assert await world.count("external_identity") == 0
    await ok(set_up(admin, issuer="https://sso.thief.example"))
    await ok(set_up(admin, issuer="https://sso.thief.example", clientId="lain", secret=None))
    assert await kept(world, made["id"]) is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": " "}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"clientId": ""}, "BAD_INPUT", "input.clientId"),
        ({"secret": "x" * 501}, "TOO_LONG", "input.secret"),
        ({"issuer": "http://sso.partner.example"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://127.0.0.1"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://169.254.169.254/"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://localhost"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://a@sso.partner.example"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://sso.partner.example/?x"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "https://sso.partner.example/#x"}, "BAD_INPUT", "input.issuer"),
        ({"issuer": "x"}, "BAD_INPUT", "input.issuer"),
    ],
)
@covers("setIdentityProvider", "refusal")
async def test_refused_issuers(
    world: World, admin: Api, given: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, set_up(admin, **given), code, field)


@covers("removeIdentityProvider", "success", "refusal")
async def test_the_issuer_is_shut_off_and_set_up_again(world: World, admin: Api) -> None:
    await refused(world, remove(admin), "NOT_FOUND", None)
    made = await ok(set_up(admin))
    assert (await ok(remove(admin)))["disabledAt"]
    await refused(world, remove(admin), "WRONG_STATE", None)
    again = await ok(set_up(admin))
    assert (again["id"], again["disabledAt"]) == (made["id"], None)
    kinds = await world.sql("select kind from security_event where organisation_id = :id"
                            " order by id", id=admin.org.id)  # fmt: skip
    assert [kind for (kind,) in kinds] == ["PROVIDER_SET", "PROVIDER_REMOVED", "PROVIDER_SET"]


@covers("setIdentityProvider removeIdentityProvider", "stranger")
async def test_everybody_sets_up_their_own_only(world: World, admin: Api) -> None:
    made = await ok(set_up(admin))
    other = await acting(world, await somebody(world, await world.org()))
    await refused(world, remove(other), "NOT_FOUND", None)
    theirs = await ok(set_up(other, issuer="https://sso.other.example"))
    assert theirs["id"] != made["id"]
    [(issuer,)] = await world.sql("select issuer from identity_provider where id = :id",
                                  id=uuid_of(made["id"]))  # fmt: skip
    assert issuer == ISSUER
    reader = await acting(world, await somebody(world, admin.org, "AUDITOR"))
    await refused(world, set_up(reader), "CHANGED_MEANWHILE", None)
