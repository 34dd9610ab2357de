"""The schema is told beside the loop, once for each way of asking, and by itself."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from graphql import execute_sync

from api.admission import Rules
from auth.caller import Caller
from tests.api.toy import App, codes

WHOLE = "{__schema {types {name fields {name}}}}"
NAMED = "query Type($name: String!) {__type(name: $name) {name}}"


class Told:
    """How often the schema was asked, and where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: list[str] = []

        def ask(*args: Any, **named: Any) -> Any:
            self.threads.append(threading.current_thread().name)
            return execute_sync(*args, **named)

        monkeypatch.setattr("api.introspection.execute_sync", ask)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


async def test_it_is_worked_out_once_and_beside_the_loop(told: Told) -> None:
    app = App()
    async with app.client() as client:
        answers = [await client.post("/graphql", json={"query": WHOLE}) for _ in range(3)]
        del client.headers["authorization"]
        answers.append(await client.post("/graphql", json={"query": WHOLE}))
    assert answers[0].json()["data"]["__schema"]["types"]
    assert len({answer.text for answer in answers}) == 1
    (thread,) = told.threads
    assert thread.startswith("apart")


async def test_variables_make_another_answer(told: Told) -> None:
    async with App().client() as client:
        for name in ("Query", "Mutation", "Query"):
            body = {"query": NAMED, "variables": {"name": name}}
            answer = await client.post("/graphql", json=body)
            assert answer.json()["data"] == {"__type": {"name": name}}
    assert len(told.threads) == 2


async def test_operations_of_one_document_are_told_apart() -> None:
    both = 'query A {__type(name: "Query") {name}} query B {__type(name: "Mutation") {name}}'
    async with App().client() as client:
        for operation, name in (("A", "Query"), ("B", "Mutation"), ("A", "Query")):
            body = {"query": both, "operationName": operation}
            answer = await client.post("/graphql", json=body)
            assert answer.json()["data"] == {"__type": {"name": name}}


async def test_wrong_variables_are_said_to_be() -> None:
    answer = await App().post(NAMED, {"name": None})
    assert answer.status_code == 400
    assert codes(answer) == ["BAD_INPUT"]


@pytest.mark.parametrize(
    "query",
    [
        "{viewer __schema {queryType {name}}}",
        '{...F} fragment F on Query {viewer a: __type(name: "Q") {name}}',
    ],
)
async def test_it_is_not_asked_beside_anything_else(query: str, told: Told) -> None:
    answer = await App().post(query)
    assert answer.status_code == 400
    assert codes(answer) == ["BAD_INPUT"]
    assert not told.threads


async def test_the_name_of_a_type_is_free_and_stands_anywhere(told: Told) -> None:
    asked = list[int]()

    async def rate_limit(_caller: Caller | None, points: int) -> None:
        asked.append(points)

    app = App(replace(Rules(), rate_limit=rate_limit))
    async with app.client() as client:
        for query in ("{__typename}", "{__typename viewer}") * 2:
            assert (await client.post("/graphql", json={"query": query})).status_code == 200
    assert asked[-2:] == [0, 25]
    assert not told.threads


async def test_what_is_kept_is_bounded(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.introspection.MEMORY", 100)
    async with App().client() as client:
        for _ in range(2):
            assert (await client.post("/graphql", json={"query": WHOLE})).status_code == 200
    assert len(told.threads) == 2
