"""What is not shared with you answers as what never existed: the same bytes, the same statements.

Every place of the contract that takes an id is found by walking the schema, so that a new one
cannot be forgotten; each is given the real id of something foreign, and then an id of nothing.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)
from sqlalchemy import event

from api.app import make_schema
from db.ids import encode, new_id
from tests import education, meetings, oversight, policy, visits
from tests.consents import basis_id, consent, suspect, told, withdraw
from tests.emergencies import breaks_glass
from tests.endings import place, request
from tests.people import held_by
from tests.receipts import receipt_of
from tests.results import for_strangers, sound_values
from tests.scenes import uuid_of
from tests.world import (
    EVERY_SCOPE,
    HANDOFF,
    Api,
    Org,
    World,
    agreement,
    basis,
    case,
    clause,
    conclude,
    content,
    ok,
    proposed,
    sent,
    signature,
)

SCHEMA = build_schema(make_schema().as_str())
Path = tuple[str | int, ...]
Place = tuple[str, str, Path]
"""Operation, root field, and where among its arguments the id stands; 0 is the first of a list."""


def places() -> Iterator[Place]:
    assert SCHEMA.query_type and SCHEMA.mutation_type
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        for name, field in root.fields.items():
            for argument, definition in field.args.items():
                for path in _ids(definition.type, (argument,)):
                    yield operation, name, path


def _ids(type_: Any, path: Path) -> Iterator[Path]:
    if isinstance(type_, GraphQLNonNull):
        yield from _ids(type_.of_type, path)
    elif isinstance(type_, GraphQLList):
        yield from _ids(type_.of_type, (*path, 0))
    elif isinstance(type_, GraphQLInputObjectType):
        for name, field in type_.fields.items():
            yield from _ids(field.type, (*path, name))
    elif type_.name == "ID":
        yield path


# Organisations are a directory: among partners, who exists is no secret. Here an id of one that
# exists is therefore answered otherwise than one that does not.
DIRECTORY = {
    "Query.organisation.id", "Query.node.id", "Query.nodes.ids.0", *oversight.DIRECTORY,
    *(f"Mutation.{name}.input.parties.0.organisationId"
      for name in ("proposeMou", "reviseMou", "amendMou")),
    *(f"Mutation.{name}.input.receiverId" for name in ("draftHandoff", "sendHandoff")),
    *(f"Query.previewAgreement.input.{change}.content.parties.0.organisationId"
      for change in ("draft", "amendment")),
    "Query.explainAccess.organisationId", "Query.viewAs.organisationId",
    "Mutation.askPartner.input.askedId",
    "Mutation.planJointActivity.input.invite.0",
    "Mutation.inviteToJointActivity.organisationIds.0",
    *(f"Mutation.{name}EducationSession.input.hostId" for name in ("plan", "change")),
    "Mutation.addActivityTask.input.assigneeId",
    *(f"Mutation.{name}.input.items.0.organisationIds.0"
      for name in ("draftOversightPlan", "changeOversightPlan")),
    "Mutation.shareOversightPlan.organisationIds.0", "Mutation.planVisit.input.visitedId",
    "Mutation.planVisit.input.teamIds.0", "Mutation.changeVisit.input.teamIds.0",
    "Mutation.changeActivityTask.input.assigneeId",
    "Mutation.changeParticipantRole.organisationId",
    "Mutation.handOverJointActivity.organisationId",
    "Mutation.draftPolicyInput.input.cosigners.0",
    "Mutation.invitePolicyCosigners.organisationIds.0",
    "Mutation.submitPolicyInput.input.recipientId",
    "Mutation.assessImplementation.input.organisationId",
    *(f"Mutation.{name}.input.members.0" for name in ("startProgramme", "changeProgramme")),
    *(f"Mutation.{name}.input.responsibleId"
      for name in ("addIndicator", "changeIndicator", "succeedIndicator")),
}  # fmt: skip


def named(place: Place) -> str:
    operation, name, path = place
    return f"{operation.title()}.{name}.{'.'.join(map(str, path))}"


@dataclass
class Scene:
    """What there is, whom it is foreign to, and sound values for every other argument."""

    world: World
    foreign: list[tuple[str, Api, str, str]]
    """What it is, who must not know of it, its noun and its id."""
    sound: dict[str, Any]
    callers: list[Api]
    """A stranger; and KPAI, which alone may keep organisations."""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> AsyncIterator[Scene]:
    mabes = await world.org("POLICE_PPA")
    polres = await world.org("POLICE_PPA", mabes)
    polsek = await world.org("POLICE_PPA", polres)
    uptd, third, me = [await world.org() for _ in range(3)]
    parties = [{"organisationId": mabes.gid, "coversBranches": True}, {"organisationId": uptd.gid}]
    sender, receiver = await world.as_(uptd), await world.as_(polres)
    body = content([mabes, uptd], [clause(uptd, mabes)]) | {"parties": parties}
    mou = (await conclude(await ok(proposed(sender, body)), sender, await world.as_(mabes)))["id"]
    handoff = await sent(sender, polres, mou)
    types = "$input: HandoffInput!"
    made = "... on Handoff { id sections { nodes { id } } }"
    draft = await ok(sender.mutate("draftHandoff", types, made, input=case(polres, mou)))
    asked = {"kind": "CAPACITY", "askedId": uptd.gid, "mouId": mou, "handoffKind": "REFERRAL",
             "purpose": "PROTECTION", "urgency": "BIASA", "childRole": "VICTIM", "services": [],
             "question": "Ada tempat?"}  # fmt: skip
    inquiry = await ok(
        receiver.mutate("askPartner", "$input: InquiryInput!", "... on Inquiry { id }", input=asked)
    )
    unsubmitted = await ok(proposed(sender, content([uptd, mabes])))
    [(version,)] = await world.sql(
        "select id from mou_version where mou_id = :id", id=uuid_of(unsubmitted["id"])
    )
    accepted = await sent(sender, polres, mou)
    await ok(receiver.mutate("acceptHandoff", "$id: ID!", HANDOFF, id=accepted))
    receipt = await receipt_of(sender, accepted)
    activity, task = await _activity(world, sender, [third, polres])
    unannounced, _ = await _activity(world, sender, [third], announce=False)
    section = draft["sections"]["nodes"][0]["id"]
    held, asked = await _ending(sender, handoff)
    consented, told, suspected = await _consent(sender, receiver, mou)
    things = {
        "basis": consented, "notice": told, "suspect": suspected,
        "hold": held, "request": asked, "emergency": await _emergency(sender, receiver, mou),
        "handoff": handoff, "draft": draft["id"], "section": section, "mou": mou,
        "unsubmitted": unsubmitted["id"], "version": encode("version", version),
        "inquiry": inquiry["id"], "activity": activity, "task": task,
        "unannounced": unannounced, "receipt": receipt["id"], "organisation": third.gid,
        **await held_by(world, third), **await for_strangers(world),
        **await policy.for_strangers(world), **await education.for_strangers(world),
        **await oversight.for_strangers(world),
        **await meetings.for_strangers(world),
    }  # fmt: skip
    visited = await visits.for_strangers(world)
    things |= visited
    people = ["user", "session", "granted", "provider"]
    stranger = await world.as_(me, *EVERY_SCOPE)
    hidden = {
        "a stranger": (stranger, list(things)),
        "KPAI": (await world.as_(world.kpai, *EVERY_SCOPE),
                 ["activitycomment", "decision", "document", "calendar",
                  "handoff", "draft", "section", "inquiry", "activity", "task", "unannounced",
                  "finding", "confirmed", "recommendation", "issued", "followup", "clarification",
                  "oversightreport", "policyinput", "policyversion", "policyitem", "assessment",
                  "hold", "request", "emergency", "basis", "notice", "suspect",
                  "receipt", *people, *visited]),
        "the organisation above": (await world.as_(mabes),
                                   ["handoff", "draft", "section", "inquiry", "activity",
                                    "unsubmitted", "version", "receipt", "hold", "request",
                                    "emergency", "basis", "notice", "suspect"]),
        "the organisation below": (await world.as_(polsek),
                                   ["handoff", "draft", "section", "unsubmitted", "version",
                                    "hold", "request", "emergency", "basis", "notice",
                                    "suspect"]),
        "the receiver": (receiver, ["draft", "section", "unsubmitted", "version", "client", "grant",
                                    "suspect", *people]),
        "an invited organisation": (await world.as_(third), ["task", "unannounced"]),
    }  # fmt: skip
    yield Scene(
        world,
        [(thing, api, things[thing].rpartition("_")[0], things[thing])
         for api, names in hidden.values() for thing in names],
        await _sound(world, stranger, await world.org()),
        [stranger, hidden["KPAI"][0]],
    )  # fmt: skip


async def _activity(
    world: World, lead: Api, invited: list[Org], *, announce: bool = True
) -> tuple[str, str]:
    plan = _plan() | {"invite": [org.gid for org in invited]}
    made = await ok(
        lead.mutate("planJointActivity", "$input: JointActivityInput!",
                    "... on JointActivity { id }", input=plan)
    )  # fmt: skip
    if announce:
        await ok(lead.mutate("announceJointActivity", "$id: ID!",
                             "... on JointActivity { id }", id=made["id"]))  # fmt: skip
    task = {"title": "Undangan", "assigneeId": lead.org.gid, "dueOn": "2030-01-01"}
    types, returns = "$id: ID!, $input: ActivityTaskInput!", "... on ActivityTask { id }"
    given = await ok(lead.mutate("addActivityTask", types, returns, id=made["id"], input=task))
    return made["id"], given["id"]


async def _ending(api: Api, handoff: str) -> tuple[str, str]:
    """A hold on a handoff, and a request about it."""
    held = await ok(place(api, handoff))
    return held["id"], (await ok(request(api, handoff, "RESTRICTION")))["id"]


async def _consent(sender: Api, receiver: Api, mou: str) -> tuple[str, str, str]:
    """A consent that was withdrawn, the notice of that, and a suspect."""
    handoff = await sent(sender, receiver.org, mou, bases=[consent()])
    id = await basis_id(sender, handoff)
    await ok(withdraw(sender, id))
    [notice] = await told(receiver, handoff)
    return id, notice["id"], (await ok(suspect(sender, handoff)))["id"]


async def _emergency(sender: Api, receiver: Api, mou: str) -> str:
    """An emergency, for what is closed because it was revoked."""
    revoked = await sent(sender, receiver.org, mou)
    types = "$id: ID!, $reason: String!"
    await ok(sender.mutate("revokeHandoff", types, HANDOFF, id=revoked, reason="Uji"))
    opened = await ok(breaks_glass(receiver, handoffId=revoked, categories=["INCIDENT"]))
    return str(opened["id"])


FILE = {"title": "Notulen", "url": "https://arsip.example/1", "sha256": "0" * 64}


def _plan() -> dict[str, Any]:
    return {"kind": "EDUCATION", "title": "Sosialisasi", "startsAt": "2030-01-01T08:00:00+07:00",
            "endsAt": "2030-01-01T10:00:00+07:00"}  # fmt: skip


async def _sound(world: World, me: Api, other: Org) -> dict[str, Any]:
    """Sound values by the names of input types, and by root field for ids of one's own."""
    mine = await ok(proposed(me, content([me.org, other])))
    signed = await conclude(
        await ok(proposed(me, content([me.org, other]))), me, await world.as_(other)
    )
    activity, task = await _activity(world, me, [other])
    clauses = [clause(me.org, other), clause(other, me.org)]
    concluded = await agreement(world, [me.org, other], clauses)
    handoff = case(other, concluded)
    own = await sent(me, other, concluded)
    them = await world.as_(other)
    returned, begun = await sent(me, other, concluded), await sent(them, me.org, concluded)
    types = "$id: ID!, $reason: String!"
    await ok(them.mutate("requestHandoffInfo", types, HANDOFF, id=returned, reason="Uji"))
    for step in ("acceptHandoff", "startHandoff"):
        await ok(me.mutate(step, "$id: ID!", HANDOFF, id=begun))
    read = "query($id: ID!) { handoff(id: $id) { sections { nodes { id } } } }"
    written = (await me.data(read, id=own))["handoff"]["sections"]["nodes"][0]["id"]
    return {
        "DataRequestInput": {"handoffId": own, "kind": "RESTRICTION", "categories": ["INCIDENT"],
                             "requesterRelation": "CHILD", "details": "Contoh"},
        "EmergencyInput": {"reason": "Contoh", "hours": 4, "handoffId": own},
        "LawfulBasisInput": basis("INCIDENT"), "addLawfulBasis": own,
        "addHandoffSection": own, "provideHandoffInfo": returned, "completeHandoff": begun,
        "SuspectInput": {"relation": "FATHER"},
        "correctSection": written,
        "AgreementChangeInput": {
            "draft": {"kind": "COOPERATION_AGREEMENT", "content": content(
                [me.org, other], [clause(me.org, other)])},
            "amendment": {"mouId": signed["id"], "content": content(
                [me.org, other], [clause(me.org, other)])},
            "termination": {"mouId": signed["id"]}, "suspension": {"mouId": signed["id"]},
        },
        "explainAccess": own, "viewAs": own,
        "MouInput": content([me.org, other], [clause(me.org, other)]),
        "HandoffInput": handoff,
        "InquiryInput": {"kind": "CAPACITY", "askedId": other.gid, "mouId": mine["id"],
                         "services": [], "question": "?", "handoffKind": "REFERRAL"}
        | {key: handoff[key] for key in ("purpose", "urgency", "childRole")},
        "JointActivityInput": _plan(),
        "ActivityTaskInput": {"title": "T", "assigneeId": me.org.gid, "dueOn": "2030-01-01"},
        "SectionInput": handoff["sections"][0],
        "MouSignatureInput": signature("sha256:"),
        "OrganisationInput": {"type": "COURT", "name": "Pengadilan"},
        "OrganisationChangeInput": {"name": "Lain"},
        "JointActivityChangeInput": {"title": "Lain"},
        "ClientInput": {"name": "Aplikasi", "scopes": ["mou:read"], "authMethod": "NONE",
                        "redirectUris": ["https://aplikasi.example/kembali"]},
        "ClientChangeInput": {"name": "Lain"},
        "UserInput": {"email": "baru@contoh.example", "name": "Baru", "roles": ["ADMINISTRATOR"]},
        "UserChangeInput": {"name": "Lain"},
        "MouKind": "COOPERATION_AGREEMENT",
        "MouResult": mine["id"],
        "amendMou": signed["id"],
        "JointActivityResult": activity,
        "ActivityTaskResult": activity,
        "changeParticipantRole": activity, "handOverJointActivity": activity,
        "commentOnJointActivity": activity, "recordActivityDecision": activity,
        "addActivityDocument": activity,
        "ActivityDecisionInput": {"text": "Setuju", "decidedOn": "2026-01-01"},
        "ActivityDocumentInput": {"kind": "MINUTES", "title": "Notulen", "files": [FILE]},
        "ReferenceInput": FILE,
        "changeActivityTask": task, "ActivityTaskChangeInput": {"title": "Lain"},
        "ParticipantRole": "OBSERVER",
        "HandoffResult": encode("handoff", new_id()),
        "OrganisationResult": other.gid,
        "String": "Contoh",
        "Date": "2030-01-01",
        "Boolean": True,
        **await sound_values(world, me, other),
        **await policy.sound_values(world, me, other), **await education.sound_values(me),
        **await oversight.sound_values(world, me, other),
        **await visits.sound_values(world, me, other),
        "Int": 7,
    }  # fmt: skip


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What the API asks of the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "from signing_key" not in statement:  # the keys are read anew now and then
            seen.append(statement)

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def ask(scene: Scene, api: Api, place: Place, id: str) -> tuple[Any, ...]:
    """All that can be told from the answer to this id in this place."""
    operation, name, path = place
    root: Any = SCHEMA.query_type if operation == "query" else SCHEMA.mutation_type
    field = root.fields[name]
    result = get_named_type(field.type)
    variables = {
        argument: sample(scene, definition.type, name if name in scene.sound else result.name)
        for argument, definition in field.args.items()
        if isinstance(definition.type, GraphQLNonNull) or argument == path[0]
    }
    for argument in variables:
        if getattr(get_named_type(field.args[argument].type), "is_one_of", False):
            variables[argument] = {path[1]: variables[argument][path[1]]}
    put(variables, path, id)
    types = ", ".join(f"${key}: {field.args[key].type}" for key in variables)
    given = ", ".join(f"{key}: ${key}" for key in variables)
    document = f"{operation}({types}) {{ it: {name}({given}) {{ {selection(result)} }} }}"
    with statements(scene.world) as asked:
        response = await api.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {api.token}", "accept-language": "en"},
        )
    headers = {k: v for k, v in response.headers.items() if k not in ("x-request-id", "date")}
    return response.status_code, response.content, headers, asked


def sample(scene: Scene, type_: Any, result: str) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return sample(scene, type_.of_type, result)
    if isinstance(type_, GraphQLList):
        return [sample(scene, type_.of_type, result)]
    if type_.name == "ID":
        return scene.sound.get(result, "")
    if type_.name in scene.sound:
        return deepcopy(scene.sound[type_.name])
    return next(iter(type_.values)) if hasattr(type_, "values") else {}


def put(variables: dict[str, Any], path: Path, id: str) -> None:
    """Set the id at the path, making what is not there."""
    at: Any = variables
    for step, after in zip(path, (*path[1:], None), strict=True):
        if after is None:
            at[step] = id
        else:
            if isinstance(at, dict) and not at.get(str(step)):
                at[step] = [None] if after == 0 else {}
            at = at[step]


def selection(type_: Any) -> str:
    if type_.name.endswith("Connection"):
        return "totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }"
    if isinstance(type_, GraphQLUnionType):
        return "__typename ... on Refused { code message field }"
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    return "status count overdue" if type_.name == "HandoffCount" else "__typename"


@pytest.mark.parametrize("place", list(places()), ids=named)
async def test_foreign_and_unknown_are_the_same(scene: Scene, place: Place) -> None:
    for thing, api, noun, id in scene.foreign:
        if noun == "organisation" and named(place) in DIRECTORY:
            continue
        foreign = await ask(scene, api, place, id)
        unknown = await ask(scene, api, place, encode(noun, new_id()))
        assert foreign == unknown, (thing, api.org)
        assert b"INTERNAL" not in foreign[1], (thing, foreign[1])


@pytest.mark.parametrize("place", list(places()), ids=named)
async def test_the_id_is_really_looked_at(scene: Scene, place: Place) -> None:
    """Of one noun at least, an id of nothing is not found, and is what is complained about."""
    operation, _, path = place
    where = "".join(f"[{step}]" if step == 0 else f".{step}" for step in path)[1:]
    answers = [
        await ask(scene, api, place, encode(noun, new_id()))
        for api in scene.callers
        for noun in ("handoff", "section", "mou", "version", "inquiry", "activity", "task",
                     "programme", "framework", "result", "indicator", "measurement", "evaluation",
                     "promise", "educationsession", "materialversion", "material",
                     "activitycomment", "decision", "document", "calendar",
                     "regulation", "checklist", "checklistitem", "assessment", "policyinput",
                     "policyitem", "finding", "recommendation", "followup", "clarification",
                     "oversightreport",
                     "hold", "request", "emergency", "basis", "notice", "suspect",
                     "oversightplan", "planitem", "instrument", "questionnaire", "visit",
                     "response", "organisation", "client", "user", "session", "grant", "receipt")
    ]  # fmt: skip
    bodies = [answer[1].decode() for answer in answers]
    if operation == "query":
        assert any("BAD_INPUT" not in body for body in bodies), bodies
    else:
        code = "NOT_A_PARTY" if "clauses" in path else "NOT_FOUND"
        assert any(f'"{code}","message"' in body and f'"field":"{where}"' in body
                   for body in bodies), bodies  # fmt: skip


def test_the_directory_names_places_that_exist() -> None:
    assert {named(place) for place in places()} >= DIRECTORY
