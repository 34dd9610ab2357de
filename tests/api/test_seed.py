"""The seeded world: every state is there, its history is possible, and nobody in it is real."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from api.seed import DemoClient, Seeded, SeedRefused, is_seeded, play_handoffs, seed
from auth.passwords import Passwords
from auth.roles import Role
from db.enums import (
    ActivityKind,
    ActivityStatus,
    ChildRole,
    DataCategory,
    HandoffKind,
    HandoffStatus,
    InquiryKind,
    InquiryStatus,
    Instrument,
    MouKind,
    MouStatus,
    NoticeCause,
    ParticipantRole,
    ParticipantStatus,
    TaskStatus,
    Urgency,
)
from db.mou import MouApproval, MouSignature, MouVersion
from db.receipt import Receipt
from db.session import Database
from domain.mou_content import digest
from domain.mou_paper import canonical_content
from domain.receipt import jws_of, signatures_of
from domain.receipt_check import checked, keys_of
from domain.receipt_file import opened
from tests.conftest import Databases
from tests.world import SETTINGS, Api, Org, World

LISTS = {
    "organisation:read": "organisations { totalCount }",
    "mou:read": "mous { totalCount nodes { status } }",
    "activity:read": "jointActivities { totalCount }",
    "handoff:read": "handoffs { totalCount } inquiries { totalCount }",
}


@pytest_asyncio.fixture(scope="module")
async def found(
    databases: Databases, database_name: str, database: Database
) -> AsyncIterator[Seeded]:
    said: list[str] = []
    made = await seed(databases.owner_url(database_name), database, said.append)
    assert said[-1] == (f"{len(made.clients)} clients and {len(made.people)} people to try it with")
    yield made


@pytest.fixture(scope="module")
def clients(found: Seeded) -> list[DemoClient]:
    return found.clients


@pytest.fixture(scope="module")
def seeded(world: World, clients: list[DemoClient]) -> World:
    return world


async def test_a_seeded_database_says_so_and_is_not_seeded_twice(
    databases: Databases, database_name: str, seeded: World
) -> None:
    url = databases.owner_url(database_name)
    assert await is_seeded(url)
    with pytest.raises(SeedRefused, match="only an empty one"):
        await seed(url, seeded.database, print)
    assert await seeded.sql("select key from client where key not like 'demo-%'") == []


async def test_receipts_are_genuine_and_of_the_time_they_speak_of(seeded: World) -> None:
    keys = keys_of((await seeded.http.get("/receipts/keys")).json())
    async with seeded.operator() as tx:
        receipts = (await tx.scalars(select(Receipt))).all()
        for receipt in receipts:
            jws = jws_of(receipt, await signatures_of(tx, receipt))
            verdict = checked(opened(json.dumps(jws).encode()), keys)
            assert verdict.whole, verdict.findings
            assert {signed.at for signed in verdict.signed} == {
                receipt.created_at.replace(microsecond=0)
            }
    [(accepted, concluded)] = await seeded.sql(
        "select (select count(*) from handoff where accepted_at is not null),"
        " (select count(*) from mou_version where stage = 'SIGNED')"
    )
    assert len(receipts) == accepted + concluded
    otherwise = await seeded.sql(
        "select 1 from receipt r left join handoff h on h.id = r.handoff_id"
        " left join mou_version v on v.id = r.version_id"
        " where r.created_at <> coalesce(h.accepted_at, v.signed_at)"
    )
    assert otherwise == []


async def test_people_of_every_role_can_sign_in(seeded: World, found: Seeded) -> None:
    passwords = Passwords(SETTINGS.auth)
    [(hash,)] = await seeded.sql("select distinct hash from password")
    assert {person.password for person in found.people} == {found.people[0].password}
    assert await passwords.matches(hash, found.people[0].password)
    rows = await seeded.sql("select email, joined_at is not null from user_account")
    assert {tuple(row) for row in rows} == {(person.email, True) for person in found.people}
    assert {role for person in found.people for role in person.roles} == set(Role)
    [(portal,)] = await seeded.sql("select key from client where open_to_all")
    assert portal == found.portal


async def test_a_seeding_that_breaks_off_is_not_taken_for_a_world(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def power_cut(cast: object) -> list[Any]:
        raise ConnectionError("the power went out")

    name = await databases.clone()
    url = databases.owner_url(name)
    database = Database(databases.app_url(name), info=SETTINGS.carried)
    try:
        assert not await is_seeded(url)
        monkeypatch.setattr(play_handoffs, "hand_over_all", power_cut)
        with pytest.raises(ConnectionError):
            await seed(url, database, print)
        assert not await is_seeded(url)
        with pytest.raises(SeedRefused, match="--fresh"):
            await seed(url, database, print)
        with pytest.raises(SeedRefused, match="row-level security"):
            await seed(databases.app_url(name), database, print)
    finally:
        await database.close()
        await databases.drop(name)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("select status from mou_now", MouStatus),
        ("select kind from mou", MouKind),
        ("select instrument from mou_version", Instrument),
        ("select status from handoff", HandoffStatus),
        ("select kind from handoff", HandoffKind),
        ("select urgency from handoff", Urgency),
        ("select child_role from handoff", ChildRole),
        ("select category from handoff_section", DataCategory),
        ("select cause from withdrawal_notice", NoticeCause),
        ("select status from inquiry", InquiryStatus),
        ("select kind from inquiry", InquiryKind),
        ("select status from joint_activity", ActivityStatus),
        ("select kind from joint_activity", ActivityKind),
        ("select status from activity_participant", ParticipantStatus),
        ("select role from activity_participant", ParticipantRole),
        ("select status from activity_task", TaskStatus),
    ],
)
async def test_everything_that_can_be_is(seeded: World, statement: str, values: Any) -> None:
    assert {value for (value,) in await seeded.sql(statement)} == {v.value for v in values}


async def test_there_is_enough_to_look_at(seeded: World) -> None:
    assert 150 <= await seeded.count("handoff") <= 250
    assert await seeded.count("organisation") >= 40
    [(late, waiting)] = await seeded.sql(
        "select count(*) filter (where due_at < now()), count(*) from handoff"
        " where status in ('REQUESTED', 'RECEIVED')"
    )
    assert 5 <= late < waiting
    [(parties,)] = await seeded.sql(
        "select max(n) from (select count(*) n from mou_party group by version_id) x"
    )
    assert parties >= 5
    [(soon,)] = await seeded.sql(
        "select count(*) from mou_now m join mou_version v on v.id = m.version_id"
        " where m.status = 'ACTIVE' and v.valid_until - access.today() <= 30"
    )
    assert soon
    answered = await seeded.sql(
        "select 1 from handoff h join inquiry i on i.id = h.inquiry_id and i.status = 'AGREED'"
    )
    assert len(answered) >= 3


async def test_what_was_signed_still_has_the_hash_it_was_signed_under(seeded: World) -> None:
    async with seeded.operator() as tx:
        versions = (await tx.scalars(select(MouVersion))).all()
        for version in versions:
            assert version.content_hash == digest(await canonical_content(tx, version))
            for model in (MouApproval, MouSignature):
                under = select(model.content_hash).where(model.version_id == version.id)
                assert set(await tx.scalars(under)) <= {version.content_hash}
        enabled = "select tgenabled from pg_trigger where tgname = 'signed_content_stays'"
        assert set(await tx.scalars(text(enabled))) == {b"O"}
    assert any(version.valid_until < datetime.now(UTC).date() for version in versions)


async def test_every_handoff_has_a_history_that_could_have_been(seeded: World) -> None:
    events = await seeded.sql(
        "select h.id, h.status, h.created_at, h.requested_at, h.updated_at, h.listed_at,"
        " h.accepted_at, h.ended_at, e.kind, e.from_status, e.to_status, e.created_at as at"
        " from handoff h join handoff_event e on e.handoff_id = h.id"
        " order by h.id, e.created_at, e.id"
    )
    soon = timedelta(seconds=1)
    before: Any = None
    for event in events:
        first = before is None or before.id != event.id
        assert event.from_status == (None if first else before.to_status)
        assert event.created_at <= event.at <= datetime.now(UTC)
        assert first or before.at < event.at
        assert event.listed_at == (event.requested_at or event.created_at)
        for kind, when in {
            "SENT": event.requested_at,
            "ACCEPTED": event.accepted_at,
            "COMPLETED": event.ended_at if event.status == "COMPLETED" else event.at,
        }.items():
            assert event.kind != kind or timedelta(0) <= event.at - when < soon
        before = event
    last = await seeded.sql(
        "select 1 from handoff h join lateral (select * from handoff_event e"
        " where e.handoff_id = h.id order by e.created_at desc, e.id desc limit 1) e on true"
        " where e.to_status <> h.status or e.created_at not between h.updated_at"
        " and h.updated_at + interval '1 second'"
    )
    assert last == []


async def test_consents_hold_or_fell_at_a_time_that_could_have_been(seeded: World) -> None:
    """Some are withdrawn, some fell with a suspect; where that was, the case rests on a duty."""
    for statement in (
        "select 1 from lawful_basis where given_at > created_at or withdrawn_at < created_at"
        " or withdrawn_at > now()",
        "select 1 from withdrawal_notice where acknowledged_at < created_at or created_at > now()",
        "select 1 from lawful_basis b join handoff h on h.id = b.handoff_id"
        " where access.conflicted(b.id) and not exists (select from lawful_basis o"
        "  where o.handoff_id = h.id and o.kind = 'PUBLIC_TASK' and o.created_at > b.created_at)",
    ):
        assert await seeded.sql(statement) == [], statement
    [(consents, fell, open_)] = await seeded.sql(
        "select count(*), count(*) filter (where access.conflicted(id)), (select count(*) from"
        " withdrawal_notice where acknowledged_at is null) from lawful_basis where kind = 'CONSENT'"
    )
    assert consents > 10
    assert fell == 1
    assert open_ == 1


async def test_answers_are_due_as_the_urgency_says(seeded: World) -> None:
    wrong = await seeded.sql(
        "select h.number from handoff h join term t on t.code = h.urgency"
        " and t.kind = 'RESPONSE_TIME' where h.due_at is not null and not exists ("
        "  select from handoff_event e where e.handoff_id = h.id"
        "  and e.kind in ('SENT', 'INFO_PROVIDED') and h.due_at - make_interval(hours => t.hours)"
        "  between e.created_at - interval '1 second' and e.created_at)"
    )
    assert wrong == []


async def test_sections_were_written_when_their_author_took_a_step(seeded: World) -> None:
    strays = await seeded.sql(
        "select s.id from handoff_section s where not exists (select from handoff_event e"
        " where e.handoff_id = s.handoff_id and e.actor_id = s.author_id and e.kind in ('DRAFTED',"
        " 'SENT', 'INFO_PROVIDED', 'SECTION_ADDED', 'COMPLETED')"
        " and e.created_at - s.created_at between interval '0' and interval '1 second')"
    )
    assert strays == []


async def test_every_section_was_covered_on_the_day_it_was_written(seeded: World) -> None:
    uncovered = await seeded.sql(
        """
        select h.number, m.id, s.category, s.created_at
        from handoff_section s
        join handoff h on h.id = s.handoff_id
        join mou m on m.id = h.mou_id
        join organisation author on author.id = s.author_id
        join organisation reader
          on reader.id = case when s.author_id = h.sender_id then h.receiver_id else h.sender_id end
        where s.created_at < h.created_at or s.created_at > now() or not exists (
          select from mou_version v join mou_clause c on c.version_id = v.id
          where v.mou_id = m.id and v.stage = 'SIGNED'
            and (s.created_at at time zone 'Asia/Jakarta')::date
                between v.in_force_from and v.valid_until
            and (s.created_at < m.suspended_at or m.suspended_at is null)
            and (s.created_at::date < m.terminated_on or m.terminated_on is null)
            and c.discloser_id = any (author.path) and c.recipient_id = any (reader.path)
            and s.category = any (c.categories) and h.purpose = any (c.purposes)
            and h.child_role = any (c.case_roles))
        """
    )
    assert uncovered == []


async def test_agreements_were_reviewed_before_they_were_signed(seeded: World) -> None:
    order = ["PROPOSED", "SUBMITTED", "APPROVED", "SIGNED", "CONCLUDED"]
    rows = await seeded.sql(
        "select e.version_id, e.kind, e.created_at from mou_event e"
        " order by e.version_id, e.created_at, e.id"
    )
    steps: dict[Any, list[str]] = {}
    for row in rows:
        assert row.created_at <= datetime.now(UTC)
        steps.setdefault(row.version_id, []).append(row.kind.split("_")[-1])
    for kinds in steps.values():
        known = [order.index(kind) for kind in kinds if kind in order]
        assert known == sorted(known)
    wrong = await seeded.sql(
        "select v.id from mou_version v left join mou_comment c on c.version_id = v.id"
        " where v.in_force_from < (v.signed_at at time zone 'Asia/Jakarta')::date"
        " or c.created_at > coalesce(v.signed_at, now()) or c.created_at < v.created_at"
    )
    assert wrong == []


async def test_meetings_and_questions_have_a_past_too(seeded: World) -> None:
    for statement in (
        "select id from inquiry where answered_at < created_at or created_at > now()",
        "select id from inquiry where answered_at > now()",
        "select id from activity_participant where responded_at not between created_at and now()",
        "select id from activity_task where done_at not between created_at and now()",
        "select id from joint_activity where created_at > starts_at or created_at > now()",
        "select id from joint_activity where status = 'COMPLETED' and ends_at > now()",
        "select id from joint_activity where status in ('DRAFT', 'PLANNED') and starts_at < now()",
        "select id from organisation where dissolved_at not between created_at and now()",
    ):
        assert await seeded.sql(statement) == [], statement


async def test_every_client_signs_in_and_sees_what_it_should(
    seeded: World, clients: list[DemoClient]
) -> None:
    assert 8 <= len(clients) <= 12
    seen: dict[str, dict[str, Any]] = {}
    for client in clients:
        assert client.client_secret not in repr(client)
        response = await seeded.http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(client.client_id, client.client_secret),
        )
        assert response.status_code == 200, response.text
        assert set(response.json()["scope"].split()) == set(client.scopes)
        assert "organisation:read" in client.scopes
        api = Api(seeded.http, Org(seeded.kpai.id, ""), response.json()["access_token"])
        wanted = " ".join(field for scope, field in LISTS.items() if scope in client.scopes)
        data = await api.data(f"{{ viewer {{ organisation {{ name }} }} {wanted} }}")
        assert data["viewer"]["organisation"]["name"] == client.organisation
        for name, listed in data.items():
            assert name in ("viewer", "inquiries") or listed["totalCount"], (client, name)
        seen[client.client_id.removeprefix("demo-").split("-")[0]] = data
    assert seen["kpai"]["mous"]["totalCount"] == await seeded.count("mou")
    assert {mou["status"] for mou in seen["rumah"]["mous"]["nodes"]} == {"ACTIVE", "SUSPENDED"}
    assert any("handoff:identity" not in client.scopes for client in clients)


async def said_by_all(seeded: World) -> list[tuple[str, str]]:
    """Category and content of every section, opened with the keys of the tests."""
    rows = await seeded.sql(
        "select b.*, c.id as case_id, c.kek_id, c.wrapped from handoff_section_body b"
        " join handoff h on h.id = b.handoff_id join case_file c on c.id = h.case_id"
    )
    said = []
    for row in rows:
        key = await SETTINGS.vault.open_case(row.case_id, row.kek_id, row.wrapped)
        place = (row.section_id, row.handoff_id, row.author_id, row.category)
        said.append((row.category, key.open_section(*place, row.sealed, row.sealed_key)))
    return said


async def test_nobody_in_it_is_real(seeded: World) -> None:
    names = await seeded.sql("select name from organisation where type_code = any ("
                             "array['SCHOOL', 'COMMUNITY_PROVIDER', 'LEGAL_AID'])")  # fmt: skip
    assert len(names) >= 9
    assert all("Contoh" in name and "(fiktif)" in name for (name,) in names)
    papers = await seeded.sql("select signatory_name, document_number from mou_signature")
    assert all("Contoh" in name and "CONTOH" in number for name, number in papers)
    each = await seeded.sql(
        "select 1 from mou_signature group by version_id"
        " having count(distinct document_number) < count(*)"
    )
    assert each == []
    delegated = await seeded.sql("select 1 from mou_signature where delegation_letter is not null")
    assert delegated
    person = re.compile(
        r"\b(?:Ananda|Ibu|Bapak|Bibi|Tante|Kakek|Nenek|Kakak|Pendamping|Terlapor|Sdr\.|dr\.)"
        r" (?=[A-Z])(?!Contoh-\d+)"
    )
    for category, body in await said_by_all(seeded):
        assert not person.search(body), body
        assert not re.search(r"\d{9,}", body), body
        assert all(number.startswith("0800-000") for number in re.findall(r"\b0\d{3}-\d+", body)), (
            body
        )
        assert ("Ananda Contoh-" in body) == (category == "IDENTITY"), body
        assert "{" not in body
