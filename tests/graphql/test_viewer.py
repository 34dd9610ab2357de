"""Who is asking, the vocabularies, and reading anything again by its id."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.people import acting, held_by, somebody
from tests.scenes import Pair, day, pair, stranger, unknown
from tests.unchanged import unchanged
from tests.world import World, ok

VIEWER = "{ viewer { clientId scopes organisation { id name } } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
VOCABULARY = """
query($kind: TermKind!, $past: Boolean! = false) {
  vocabulary(kind: $kind, includePast: $past, first: 100) {
    totalCount nodes { kind code nameId nameEn source hours validFrom validUntil } }
}
"""
TYPES = {
    "organisation": "Organisation",
    "mou": "Mou",
    "version": "MouVersion",
    "activity": "JointActivity",
    "task": "ActivityTask",
    "handoff": "Handoff",
    "section": "Section",
    "inquiry": "Inquiry",
    "client": "Client",
    "grant": "Grant",
    "user": "User",
    "session": "Session",
    "provider": "IdentityProvider",
}
SCOPES = {
    "organisation": Scope.ORGANISATION_READ,
    "mou": Scope.MOU_READ,
    "version": Scope.MOU_READ,
    "activity": Scope.ACTIVITY_READ,
    "task": Scope.ACTIVITY_READ,
    "handoff": Scope.HANDOFF_READ,
    "section": Scope.HANDOFF_READ,
    "inquiry": Scope.HANDOFF_READ,
    "client": Scope.CLIENT_READ,
    "grant": Scope.CLIENT_READ,
    "user": Scope.USER_READ,
    "session": Scope.USER_READ,
    "provider": Scope.USER_READ,
}
OWN = ("client", "grant", "user", "session", "provider")
"""What an organisation shares with nobody but KPAI, and not all of it with KPAI."""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world)


@pytest_asyncio.fixture(scope="module")
async def ids(both: Pair) -> dict[str, str]:
    """One of each noun, most of them shared by the two and with nobody else."""
    own = await held_by(both.world, both.sender.org)
    handoff = (await both.send())["id"]
    section = (await both.seen(both.sender, handoff))["sections"]["nodes"][0]["id"]
    versions = await both.sender.data(
        "query($id: ID!) { mou(id: $id) { version { id } } }", id=both.mou
    )
    plan = {"kind": "ADVOCACY", "title": "Advokasi", "startsAt": f"{day(1)}T09:00:00+07:00",
            "endsAt": f"{day(1)}T10:00:00+07:00", "invite": [both.receiver.org.gid]}  # fmt: skip
    activity = await ok(
        both.sender.mutate("planJointActivity", "$input: JointActivityInput!",
                           "... on JointActivity { id }", input=plan)
    )  # fmt: skip
    await ok(both.sender.mutate("announceJointActivity", "$id: ID!", "", id=activity["id"]))
    await ok(both.receiver.mutate("acceptInvitation", "$id: ID!", "", id=activity["id"]))
    task = await ok(
        both.sender.mutate(
            "addActivityTask", "$id: ID!, $input: ActivityTaskInput!",
            "... on ActivityTask { id }", id=activity["id"],
            input={"title": "Undang", "assigneeId": both.receiver.org.gid, "dueOn": day(1)},
        )
    )  # fmt: skip
    question = {
        "kind": "CAPACITY", "askedId": both.receiver.org.gid, "mouId": both.mou,
        "handoffKind": "REFERRAL", "purpose": "SERVICE_DELIVERY", "urgency": "SEGERA",
        "childRole": "VICTIM", "services": [], "question": "Ada tempat?",
    }  # fmt: skip
    inquiry = await ok(
        both.sender.mutate("askPartner", "$input: InquiryInput!", "... on Inquiry { id }",
                           input=question)
    )  # fmt: skip
    return {
        "organisation": both.receiver.org.gid,
        "mou": both.mou,
        "version": versions["mou"]["version"]["id"],
        "activity": activity["id"],
        "task": task["id"],
        "handoff": handoff,
        "section": section,
        "inquiry": inquiry["id"],
        **{noun: own[noun] for noun in OWN},
    }


@covers("viewer", "success", "stranger")
async def test_everyone_learns_who_they_are_and_nothing_of_others(world: World) -> None:
    org = await world.org()
    api = await world.as_(org, Scope.MOU_READ, Scope.ORGANISATION_READ, Scope.HANDOFF_READ)
    viewer = (await api.data(VIEWER))["viewer"]
    assert viewer["scopes"] == ["handoff:read", "mou:read", "organisation:read"]
    assert viewer["organisation"] == {"id": org.gid, "name": org.name}
    assert viewer["clientId"].startswith("test-")


@covers("viewer node nodes vocabulary", "refusal")
async def test_nobody_without_a_token_learns_anything(world: World) -> None:
    documents = [VIEWER, '{ node(id: "x") { id } }', '{ nodes(ids: ["x"]) { id } }',
                 "{ vocabulary(kind: SERVICE) { totalCount } }"]  # fmt: skip
    for document in documents:
        async with unchanged(world):
            answer = await world.http.post("/graphql", json={"query": document})
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@covers("viewer", "refusal")
async def test_a_disabled_client_is_nobody(world: World) -> None:
    api = await world.as_(await world.org())
    await api.data(VIEWER)
    await world.sql("update client set disabled_at = now() where organisation_id = :id",
                    id=api.org.id)  # fmt: skip
    for document in (VIEWER, "{ viewer { clientId } }", "{ mous { totalCount } }"):
        answer = await api.ask(document)
        assert (answer.status, set(answer.codes)) == (401, {"UNAUTHENTICATED"})


async def test_a_person_learns_who_they_are_and_what_they_may_do_now(world: World) -> None:
    person = await somebody(world, await world.org(), "AUDITOR")
    document = """{ viewer { scopes senderConstrained user { name email roles language }
                    permissions { scope description } } }"""
    asked = (Scope.MOU_READ, Scope.MOU_WRITE, Scope.HANDOFF_IDENTITY)

    viewer = (await (await acting(world, person, *asked)).data(document))["viewer"]

    assert viewer == {
        "scopes": ["handoff:identity", "mou:read", "mou:write"],
        "senderConstrained": False,
        "user": {"name": f"Orang {person.email.partition('@')[0]}", "email": person.email,
                 "roles": ["AUDITOR"], "language": "ID"},
        "permissions": [{"scope": "mou:read", "description": Scope.MOU_READ.english}],
    }  # fmt: skip
    indonesian = await acting(world, person, *asked, language="id")
    said = (await indonesian.data(document))["viewer"]["permissions"]
    assert said == [{"scope": "mou:read", "description": Scope.MOU_READ.indonesian}]
    program = await world.as_(person.org, *asked)
    viewer = (await program.data(document))["viewer"]
    assert viewer["user"] is None
    assert [p["scope"] for p in viewer["permissions"]] == viewer["scopes"]


async def test_what_tells_who_a_child_is_goes_where_tokens_must_be_bound(world: World) -> None:
    org = await world.org()
    await world.sql("update organisation set dpop = 'IDENTITY' where id = :id", id=org.id)
    api = await world.as_(org, Scope.HANDOFF_READ, Scope.HANDOFF_IDENTITY)
    viewer = (await api.data("{ viewer { scopes permissions { scope } } }"))["viewer"]
    assert viewer == {"scopes": ["handoff:identity", "handoff:read"],
                      "permissions": [{"scope": "handoff:read"}]}  # fmt: skip


@pytest.mark.parametrize("noun", TYPES)
@covers("node", "success")
async def test_anything_is_read_again_by_its_id(both: Pair, ids: dict[str, str], noun: str) -> None:
    for api in (both.sender, *([both.receiver] if noun not in OWN else [])):
        node = (await api.data(NODE, id=ids[noun]))["node"]
        assert node == {"__typename": TYPES[noun], "id": ids[noun]}


@covers("nodes", "success")
async def test_several_come_in_the_order_asked_with_gaps(both: Pair, ids: dict[str, str]) -> None:
    asked = [ids["task"], unknown("mou"), ids["mou"], "x", ids["handoff"], ids["mou"]]
    found = (await both.receiver.data(NODES, ids=asked))["nodes"]
    assert [node and node["id"] for node in found] == [
        ids["task"], None, ids["mou"], None, ids["handoff"], ids["mou"],
    ]  # fmt: skip
    assert (await both.sender.data(NODES, ids=[]))["nodes"] == []
    hundred = [ids["mou"]] * 100
    assert len((await both.sender.data(NODES, ids=hundred))["nodes"]) == 100


@covers("nodes", "refusal")
async def test_at_most_a_hundred(both: Pair, ids: dict[str, str]) -> None:
    answer = await both.sender.ask(NODES, ids=[ids["mou"]] * 101)
    assert answer.body["data"] == {"nodes": None}
    assert answer.body["errors"][0]["extensions"] == {"code": "TOO_MANY", "field": "ids"}


@pytest.mark.parametrize("noun", [noun for noun in TYPES if noun != "organisation"])
@covers("node nodes", "stranger")
async def test_to_a_stranger_it_is_as_if_it_never_was(
    both: Pair, ids: dict[str, str], noun: str
) -> None:
    kept_by_kpai = noun in ("client", "grant")
    kpai = [] if kept_by_kpai else [await both.world.as_(both.world.kpai)]
    for api in (await stranger(both.world), *kpai):
        for id in (ids[noun], unknown(noun)):
            assert (await api.data(NODE, id=id))["node"] is None
        assert (await api.data(NODES, ids=[ids[noun]]))["nodes"] == [None]


@pytest.mark.parametrize("noun", TYPES)
@covers("node", "refusal")
async def test_without_the_scope_of_the_noun_there_is_no_node(
    both: Pair, ids: dict[str, str], noun: str
) -> None:
    others = [scope for scope in Scope if scope is not SCOPES[noun]]
    api = await both.world.as_(both.sender.org, *others)
    assert (await api.data(NODE, id=ids[noun]))["node"] is None
    document = "query($id: ID!) { node(id: $id) { ... on %s { __typename id createdAt } } }"
    if noun not in ("task", "organisation"):  # one has no such field, the other no such rule
        answer = await api.ask(document % TYPES[noun], id=ids[noun])
        assert answer.codes == ["MISSING_SCOPE"]


@pytest.mark.parametrize(
    "id",
    ["", "x", "mou", "mou_", "mou_7", "mou_" + "g" * 32, "MOU_" + "0" * 32, "mou_" + "0" * 33,
     "mou_" + "0" * 32 + "\n", "party_" + "0" * 32, "_" + "0" * 32, "😀", "client_" + "0" * 32],
)  # fmt: skip
@covers("node", "refusal")
async def test_an_id_that_is_none_is_no_node(both: Pair, id: str) -> None:
    async with unchanged(both.world):
        assert (await both.sender.data(NODE, id=id))["node"] is None


async def test_an_id_of_one_noun_is_not_read_as_another(both: Pair, ids: dict[str, str]) -> None:
    for noun, id in ids.items():
        for other in TYPES:
            if other != noun:
                forged = f"{other}_{id.rpartition('_')[2]}"
                assert (await both.sender.data(NODE, id=forged))["node"] is None


async def test_content_is_no_easier_to_read_by_node(both: Pair, world: World) -> None:
    identity = await pair(world, "IDENTITY")
    id = (await identity.send("IDENTITY"))["id"]
    section = (await identity.seen(identity.sender, id))["sections"]["nodes"][0]["id"]
    document = (
        "query($id: ID!) { node(id: $id) { ... on Section { content {"
        " ... on Disclosed { body } ... on Withheld { code } } } } }"
    )
    shown: dict[str, Any] = (await identity.receiver.data(document, id=section))["node"]
    assert shown["content"] == {"body": "Isi bagian identity."}
    narrow = await world.as_(identity.receiver.org, Scope.HANDOFF_READ)
    assert (await narrow.data(document, id=section))["node"]["content"] == {"code": "SCOPE_MISSING"}


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        ("ORGANISATION_TYPE", {"KPAI", "UPTD_PPA", "EDUCATION_POKJA"}),
        ("CASE_CATEGORY", {"RAPE", "CHILD_OBSCENE_ACTS", "OTHER_BY_LAW"}),
        ("SERVICE", {"HEALTH", "PSYCHOLOGICAL", "LEGAL"}),
        ("RESPONSE_TIME", {"DARURAT", "MENDESAK", "SEGERA", "BIASA"}),
    ],
)
@covers("vocabulary", "success", "stranger")
async def test_the_words_that_hold_today_for_anyone(
    world: World, kind: str, some: set[str]
) -> None:
    api = await stranger(world)
    terms = (await api.data(VOCABULARY, kind=kind))["vocabulary"]
    assert some <= {term["code"] for term in terms["nodes"]}
    assert terms["totalCount"] == len(terms["nodes"])
    for term in terms["nodes"]:
        assert term["source"] and term["nameId"] and term["nameEn"]
        assert term["validFrom"] <= day(0) <= (term["validUntil"] or day(0))
        assert (term["hours"] is None) == (kind != "RESPONSE_TIME")


@covers("vocabulary", "success")
async def test_a_word_whose_period_is_over_is_found_only_when_asked_for(world: World) -> None:
    api = await stranger(world)
    await world.sql(
        "insert into term (id, kind, code, name_id, name_en, source, valid_from, valid_until)"
        " values (gen_random_uuid(), 'SERVICE', 'OLD', 'Lama', 'Old', 'x', '2020-01-01',"
        " current_date - 2), (gen_random_uuid(), 'SERVICE', 'SOON', 'Nanti', 'Soon', 'x',"
        " current_date + 2, null)"
    )
    now = (await api.data(VOCABULARY, kind="SERVICE"))["vocabulary"]["nodes"]
    assert not {"OLD", "SOON"} & {term["code"] for term in now}
    past = (await api.data(VOCABULARY, kind="SERVICE", past=True))["vocabulary"]["nodes"]
    assert {"OLD", "SOON"} <= {term["code"] for term in past}
    both = await pair(world)
    for code in ("OLD", "SOON"):
        attempt = await both.write("sendHandoff", services=[code])
        assert (attempt["code"], attempt["field"]) == ("UNKNOWN_CODE", "input.services[0]")


@covers("vocabulary", "refusal")
async def test_a_vocabulary_that_is_none(world: World) -> None:
    answer = await (await stranger(world)).ask(VOCABULARY, kind="NO_SUCH")
    assert answer.codes == ["BAD_INPUT"]
