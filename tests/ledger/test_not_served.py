"""What cannot be written down, or may not be shown any more at the last moment, is not served."""

import asyncio
from typing import Any

import pytest

from resolvers.reading import Reading
from tests.ledger.asking import BODIES, forget, recorded
from tests.scenes import Pair, pair, unknown, uuid_of
from tests.wire import Wire
from tests.world import Answer, World

pytestmark = pytest.mark.usefixtures("empty")


APART = BODIES.rstrip().removesuffix("}") + " handoffCounts { __typename } }"
"""With a field of a resolver's own, so that it is read and written down in two steps: a plan does
both in one statement, and there is no moment between."""


def before_writing(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    """Do something after an answer is made, and before it is written down."""
    write = Reading.write

    async def first(self: Reading, *args: Any) -> None:
        await what()
        await write(self, *args)

    monkeypatch.setattr(Reading, "write", first)


def nothing_of(answer: Answer) -> bool:
    return "data" not in answer.body and "Isi bagian" not in str(answer.body)


async def test_what_is_shut_at_the_last_moment_is_not_served(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def revoke() -> None:
        await both.world.sql("update handoff set status = 'REVOKED' where id = :id", id=uuid_of(id))

    before_writing(monkeypatch, revoke)
    answer = await both.receiver.ask(APART, id=id)
    assert (answer.status, answer.codes) == (409, ["CHANGED_MEANWHILE"])
    assert nothing_of(answer)
    assert await recorded(both) == []


async def test_who_is_shut_out_at_the_last_moment_is_not_served(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    api = await both.world.as_(both.receiver.org)
    caller = await both.world.tokens.verify(api.token)
    await forget(both)

    async def disable() -> None:
        await both.world.sql("update client set disabled_at = now() where id = :id",
                             id=caller.client_id)  # fmt: skip

    before_writing(monkeypatch, disable)
    answer = await api.ask(APART, id=id)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert nothing_of(answer)
    assert await recorded(both) == []


TWICE = """
mutation($id: ID!, $mou: ID!) {
  started: startHandoff(id: $id) { ...Seen }
  suspendMou(id: $mou, reason: "Uji") { __typename }
  completed: completeHandoff(id: $id) { ...Seen }
}
fragment Seen on HandoffResult { ... on Handoff { sections { nodes { content {
  ... on Disclosed { body } ... on Withheld { code } } } } } }
"""


async def test_who_shuts_it_after_reading_is_served_what_was_open_then(world: World) -> None:
    both = await pair(world, "INCIDENT", back=["OUTCOME"])
    id = await both.at("ACCEPTED")
    await forget(both)
    shown = await both.receiver.data(TWICE, id=id, mou=both.mou)
    contents = [shown[name]["sections"]["nodes"][0]["content"] for name in ("started", "completed")]
    assert contents == [{"body": "Isi bagian incident."}, {"code": "AGREEMENT_NOT_IN_FORCE"}]
    assert [row.kinds for row in await recorded(both)] == [["DISCLOSED"], ["DENIED"]]


async def test_what_cannot_be_written_before_a_change_stops_the_change_and_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = await pair(world, "INCIDENT", back=["OUTCOME"])
    id = await both.at("ACCEPTED")
    await forget(both)
    before = Reading.before_change

    async def revoked(self: Reading, *args: Any) -> None:
        if self._disclosed:
            close = "update handoff set status = 'REVOKED' where id = :id"
            await both.world.sql(close, id=uuid_of(id))
        await before(self, *args)

    monkeypatch.setattr(Reading, "before_change", revoked)
    answer = await both.receiver.ask(TWICE, id=id, mou=both.mou)
    assert (answer.status, answer.codes) == (409, ["CHANGED_MEANWHILE"])
    assert nothing_of(answer)
    [(suspended,)] = await world.sql("select suspended_at from mou where id = :id",
                                     id=uuid_of(both.mou))  # fmt: skip
    assert suspended is None
    assert await recorded(both) == []


async def test_with_the_database_gone_at_the_last_moment_nothing_is_served(
    both: Pair, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def cut() -> None:
        wire.cut()
        await asyncio.sleep(0.01)

    before_writing(monkeypatch, cut)
    for document in (APART, "query($id: ID!) { node(id: $id) { id } }"):
        wire.mend()
        answer = await both.receiver.ask(document, id=id if document is APART else
                                         unknown("handoff"))  # fmt: skip
        assert (answer.status, answer.codes) == (503, ["UNAVAILABLE"])
        assert nothing_of(answer)
    assert await recorded(both) == []


async def test_a_ledger_that_cannot_be_written_serves_nothing(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    await both.world.sql("alter table ledger_part add constraint broken check (false) not valid")
    try:
        answer = await both.receiver.ask(BODIES, id=id)
        assert (answer.status, answer.codes) == (500, ["INTERNAL"])
        assert nothing_of(answer)
        assert await recorded(both) == []
    finally:
        await both.world.sql("alter table ledger_part drop constraint broken")


async def test_a_connection_that_died_while_idle_is_replaced_and_one_entry_written(
    both: Pair, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def snap() -> None:
        wire.snap()
        await asyncio.sleep(0.01)

    before_writing(monkeypatch, snap)
    assert (await both.receiver.ask(BODIES, id=id)).data
    assert len(await recorded(both)) == 1


async def test_under_a_rain_of_cuts_no_answer_is_without_its_entry(both: Pair, wire: Wire) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    served: list[str] = []
    for round in range(12):
        asked = [asyncio.create_task(both.receiver.ask(BODIES, id=id)) for _ in range(6)]
        for _ in range(6 if round < 10 else 0):
            await asyncio.sleep(0.004)
            wire.snap()
        for answer in await asyncio.gather(*asked):
            if answer.status == 200 and "errors" not in answer.body:
                served.append(answer.headers["x-request-id"])
            else:
                assert "Isi bagian" not in str(answer.body)
    written = [row.request_id for row in await recorded(both)]
    assert served
    assert set(served) <= set(written)
    assert len(written) == len(set(written))
