"""What is due, by which law, and how late it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, agreement, clause, ok

CLOCKS = """
query($filter: ClockFilter) { clocks(filter: $filter) { totalCount nodes {
  rule startedAt dueAt metAt overdue escalation law { code source hours }
  owedBy { id } owedTo { id } handoff { id } } } }
"""
COUNTS = """
query($filter: ClockFilter) { clockCounts(filter: $filter) {
  rule running overdue metInTime metLate owedBy { id } mou { id } } }
"""
BRANCHES = "{ lateBranches { rule late organisation { id } } }"
HOUR = timedelta(hours=1)


def ago(hours: float) -> str:
    return (datetime.now(UTC) - hours * HOUR).isoformat()


async def clocks(api: Api, **filter: Any) -> list[dict[str, Any]]:
    found = (await api.data(CLOCKS, filter=filter or None))["clocks"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


async def of(api: Api, handoff: str, rule: str) -> dict[str, Any]:
    [clock] = await clocks(api, handoffId=handoff, rules=[rule])
    return clock


def report(api: Api, id: str, **input: Any) -> Any:
    return api.mutate(
        "recordHandoffReports", "$id: ID!, $input: ReportsInput!", "... on Handoff { id }",
        id=id, input=input,
    )  # fmt: skip


@pytest_asyncio.fixture
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT")


@covers("clocks", "success")
async def test_an_answer_is_due_by_urgency_and_met_by_it(both: Pair) -> None:
    id = (await both.send(urgency="MENDESAK"))["id"]
    for api in (both.sender, both.receiver):
        clock = await of(api, id, "ANSWER")
        assert clock["law"] | {"source": ""} == {"code": "MENDESAK", "hours": 24, "source": ""}
        assert (clock["owedBy"]["id"], clock["owedTo"]["id"]) == (
            both.receiver.org.gid, both.sender.org.gid,
        )  # fmt: skip
        assert (clock["metAt"], clock["overdue"], clock["escalation"]) == (None, False, 0)
        assert moment(clock["dueAt"]) - moment(clock["startedAt"]) == 24 * HOUR
    assert await clocks(both.receiver, owedByUs=False) == []
    await both.take("acceptHandoff", id=id)
    assert await clocks(both.receiver) == []
    met = await of(both.sender, id, "ANSWER")
    assert met["metAt"] and not met["overdue"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("late", "escalation"), [(1, 1), (71, 1), (73, 2), (145, 3), (999, 3)])
async def test_lateness_escalates(both: Pair, late: int, escalation: int) -> None:
    id = (await both.send())["id"]
    await both.world.sql(
        "update handoff set requested_at = now() - make_interval(hours => 72 + :late),"
        " due_at = now() - make_interval(hours => :late) where id = :id",
        late=late, id=uuid_of(id),
    )  # fmt: skip
    clock = await of(both.sender, id, "ANSWER")
    assert (clock["overdue"], clock["escalation"]) == (True, escalation)
    assert [c["handoff"]["id"] for c in await clocks(both.receiver, overdue=True)] == [id]


@pytest.mark.parametrize(
    ("type", "owes"),
    [("UPTD_PPA", True), ("COMMUNITY_PROVIDER", True), ("DINAS_SOSIAL", True), ("SCHOOL", False)],
)
async def test_who_reports_to_police_within_3x24_hours(world: World, type: str, owes: bool) -> None:
    both = await pair(world, "INCIDENT", types=(type, "HOSPITAL"))
    id = (await both.send(victimReportedAt=ago(73)))["id"]
    found = await clocks(both.sender, handoffId=id, rules=["REPORT_TO_POLICE"])
    assert bool(found) == owes
    if owes:
        [clock] = found
        assert clock["law"]["source"] == "UU 12/2022 pasal 41"
        assert clock["overdue"] and clock["owedBy"]["id"] == both.sender.org.gid
        assert moment(clock["dueAt"]) - moment(clock["startedAt"]) == 72 * HOUR


@covers("recordHandoffReports", "success")
async def test_the_police_were_told(both: Pair) -> None:
    id = (await both.send())["id"]
    assert await clocks(both.sender, handoffId=id, rules=["REPORT_TO_POLICE"]) == []
    await ok(report(both.sender, id, victimReportedAt=ago(80)))
    await ok(report(both.sender, id, policeReportedAt=ago(5), policeReportNumber="LP/B/1/2026"))
    clock = await of(both.receiver, id, "REPORT_TO_POLICE")
    assert clock["metAt"] and clock["overdue"] and clock["escalation"] == 0  # done, but late
    events = (await both.seen(both.receiver, id))["events"]["nodes"]
    assert events[-1]["kind"] == "POLICE_TOLD"


async def test_a_handoff_to_police_is_the_report(world: World) -> None:
    sender, police = await world.org("UPTD_PPA"), await world.org("POLICE_PPA")
    mou = await agreement(world, [sender, police],
                          [clause(sender, police, purposes=["LAW_ENFORCEMENT"])])  # fmt: skip
    both = Pair(world, await world.as_(sender), await world.as_(police), mou)
    id = (await both.send(purpose="LAW_ENFORCEMENT", victimReportedAt=ago(2)))["id"]
    clock = await of(both.sender, id, "REPORT_TO_POLICE")
    assert clock["metAt"] and not clock["overdue"]


@covers("recordHandoffReports", "refusal")
async def test_reports_are_said_once_and_by_the_sender(both: Pair) -> None:
    id = (await both.send(victimReportedAt=ago(1)))["id"]
    tomorrow = ago(-24)
    for api, given, code, field in [
        (both.receiver, {"victimReportedAt": ago(1)}, "WRONG_SIDE", "id"),
        (both.sender, {}, "BAD_INPUT", "input"),
        (both.sender, {"victimReportedAt": ago(2)}, "WRONG_STATE", "input.victimReportedAt"),
        (both.sender, {"policeReportedAt": ago(1)}, "EVIDENCE_REQUIRED",
         "input.policeReportNumber"),
        (both.sender, {"policeReportNumber": "1"}, "EVIDENCE_REQUIRED",
         "input.policeReportNumber"),
        (both.sender, {"policeReportedAt": tomorrow, "policeReportNumber": "1"}, "BAD_INPUT",
         "input.policeReportedAt"),
        (both.sender, {"policeReportedAt": ago(1), "policeReportNumber": " "}, "BAD_INPUT",
         "input.policeReportNumber"),
    ]:  # fmt: skip
        await refused(both.world, report(api, id, **given), code, field)
    attempt = both.write("sendHandoff", victimReportedAt=tomorrow)
    await refused(both.world, attempt, "BAD_INPUT", "input.victimReportedAt")


@covers("clockCounts", "success")
async def test_counted_per_partner_and_agreement(both: Pair) -> None:
    first, second = [(await both.send())["id"] for _ in range(2)]
    await both.take("acceptHandoff", id=first)
    counted = (await both.sender.data(COUNTS, filter=None))["clockCounts"]
    assert counted == [
        {"rule": "ANSWER", "running": 1, "overdue": 0, "metInTime": 1, "metLate": 0,
         "owedBy": {"id": both.receiver.org.gid}, "mou": {"id": both.mou}}
    ]  # fmt: skip
    only = (await both.sender.data(COUNTS, filter={"handoffId": second}))["clockCounts"]
    assert [(c["running"], c["metInTime"]) for c in only] == [(1, 0)]


@covers("lateBranches", "success")
async def test_those_above_see_numbers_and_no_case(world: World) -> None:
    above = await world.org("POLICE_PPA")
    branch = await world.org("POLICE_PPA", parent=above)
    sender = await world.org("UPTD_PPA")
    mou = await agreement(world, [sender, branch], [clause(sender, branch)])
    both = Pair(world, await world.as_(sender), await world.as_(branch), mou)
    id = (await both.send())["id"]
    boss = await world.as_(above)
    assert (await boss.data(BRANCHES))["lateBranches"] == []
    await world.sql("update handoff set due_at = now() - interval '1 hour' where id = :id",
                    id=uuid_of(id))  # fmt: skip
    late = [{"rule": "ANSWER", "late": 1, "organisation": {"id": branch.gid}}]
    assert (await boss.data(BRANCHES))["lateBranches"] == late
    assert await clocks(boss) == []
    for api in (both.receiver, both.sender):
        assert (await api.data(BRANCHES))["lateBranches"] == []


@covers("clocks clockCounts lateBranches", "stranger")
async def test_a_stranger_has_no_clocks(both: Pair) -> None:
    id = (await both.send())["id"]
    other = await stranger(both.world)
    assert await clocks(other) == []
    assert await clocks(other, handoffId=id) == []
    assert (await other.data(COUNTS, filter={"handoffId": id}))["clockCounts"] == []
    assert (await other.data(BRANCHES))["lateBranches"] == []


@covers("recordHandoffReports", "stranger")
async def test_a_stranger_records_nothing(both: Pair) -> None:
    id = (await both.send())["id"]
    other = await stranger(both.world)
    for asked in (id, unknown("handoff")):
        await refused(both.world, report(other, asked, victimReportedAt=ago(1)), "NOT_FOUND", "id")


@covers("clocks clockCounts lateBranches", "refusal")
async def test_wrong_filters(both: Pair) -> None:
    for field, value in [("handoffId", "x"), ("mouId", both.sender.org.gid), ("partnerId", "x")]:
        answer = await both.sender.ask(CLOCKS, filter={field: value})
        assert answer.codes == ["BAD_INPUT"]
        assert (await both.sender.ask(COUNTS, filter={field: value})).codes == ["BAD_INPUT"]
    narrow = await both.world.as_(both.sender.org, "mou:read")  # type: ignore[arg-type]
    assert (await narrow.ask(BRANCHES)).codes == ["MISSING_SCOPE"]
