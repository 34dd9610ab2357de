"""Who may ask at all, how much, how long, and what is said when the database is away."""

import asyncio
from dataclasses import replace

import pytest

from api.admission import Rules
from api.limits import Limits
from auth.caller import Caller
from auth.dpop import ALGORITHMS
from db.session import DatabaseAway
from tests.api.toy import App, codes, schema, someone

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
BOTH = f'DPoP realm="rangkul", algs="{" ".join(ALGORITHMS)}", Bearer realm="rangkul"'


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_without_a_token_only_the_schema_can_be_read(accept: str) -> None:
    response = await App().post("{viewer}", token=None, accept=accept)
    assert response.status_code == 401
    assert codes(response) == ["UNAUTHENTICATED"]
    assert response.headers["www-authenticate"] == BOTH
    response = await App().post("{__schema {queryType {name}}}", token=None, accept=accept)
    assert response.status_code == 200


async def test_mixing_the_schema_with_data_does_not_help() -> None:
    for query in ("{__typename viewer}", "{__typename ...F} fragment F on Query {viewer}"):
        assert (await App().post(query, token=None)).status_code == 401


async def test_the_schema_can_be_closed_to_strangers_before_anything_is_parsed() -> None:
    app = App(Rules(anonymous_introspection=False))
    for query in ("{__typename}", "{vieweer}", "{"):
        response = await app.post(query, token=None)
        assert response.status_code == 401
        assert "viewer" not in response.text
    assert (await app.post("{__typename}")).status_code == 200


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_bad_token_is_told_apart_from_none(accept: str) -> None:
    response = await App().post("{__typename}", token="stale", accept=accept)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]
    assert codes(response) == ["UNAUTHENTICATED"]


async def test_another_scheme_is_no_token() -> None:
    response = await App().post("{__typename}", token=None, authorization="Basic dXNlcg==")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == BOTH


async def test_a_client_disabled_meanwhile_is_unauthenticated() -> None:
    response = await App().post('{fails(how: "gone")}')
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]
    assert "data" not in response.json()


async def test_a_database_that_is_away_while_signing_in_is_503() -> None:
    response = await App().post("{viewer}", token="away", accept=JSON)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_database_that_is_away_is_503_and_not_a_page_of_nulls(accept: str) -> None:
    query = '{a: fails(how: "away") b: fails(how: "starting")}'
    response = await App().post(query, accept=accept)
    assert response.status_code == 503
    assert codes(response) == ["UNAVAILABLE", "UNAVAILABLE"]
    assert "data" not in response.json()


async def test_what_was_answered_is_kept_beside_what_was_not() -> None:
    response = await App().post('{viewer fails(how: "away")}')
    assert response.status_code == 200
    assert response.json()["data"] == {"viewer": "toy", "fails": None}
    assert codes(response) == ["UNAVAILABLE"]


def points_asked(app: App, *refuse: int) -> list[int]:
    """What the rate limit is asked for, by number; it refuses those named."""
    asked: list[int] = []

    async def rate_limit(caller: Caller | None, cost: int) -> float | None:
        assert caller is app.caller
        asked.append(cost)
        return 2.2 if len(asked) in refuse else None

    app.rules = replace(app.rules, rate_limit=rate_limit)
    return asked


async def test_the_rate_limit_is_asked_with_the_cost() -> None:
    app = App()
    asked = points_asked(app, 3)
    async with app.client() as client:
        query = {"query": '{node(id: "x") {id}}'}
        assert (await client.post("/graphql", json=query)).status_code == 200
        response = await client.post("/graphql", json=query)
    assert asked[1:] == [25, 25]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "3"
    assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3}
    assert "data" not in response.json()


async def test_reading_a_document_is_paid_for_once() -> None:
    app = App()
    asked = points_asked(app)
    async with app.client() as client:
        for _ in range(2):
            await client.post("/graphql", json={"query": "{viewer}"})
    assert asked == [3 * Limits().points_per_token, 25, 25]


@pytest.mark.parametrize(
    "query", ["{", "{nothing}", "{viewer " + "x" * 30_000 + "}", "{" + "a " * 2000]
)
async def test_nothing_is_read_for_who_has_no_points_left(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.documents.parse", None)
    app = App()
    points_asked(app, 1)
    assert codes(await app.post(query)) == ["RATE_LIMITED"]


@pytest.mark.parametrize("query", ["{", "{nothing}", "{viewer nothing"])
async def test_what_does_not_validate_is_paid_for_each_time(query: str) -> None:
    app = App()
    asked = points_asked(app)
    async with app.client() as client:
        for _ in range(3):
            await client.post("/graphql", json={"query": query})
    assert len(asked) == 3
    assert all(asked)


async def test_the_cost_is_not_charged_for_what_does_not_run_anyway() -> None:
    app = App(caller=someone())
    asked = points_asked(app)
    for query in ("{", "{nothing}"):
        await app.post(query)
    assert asked == [5, 15]


async def test_a_denial_is_charged_as_its_answer_would_be() -> None:
    app = App(caller=someone())
    asked = points_asked(app)
    assert codes(await app.post("{handoffs {edges {cursor}}}")) == ["MISSING_SCOPE"]
    assert asked[1:] == [25]


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_slow_request_is_stopped(accept: str) -> None:
    app = App(Rules(limits=replace(Limits(), seconds=0.1)))
    before = len(asyncio.all_tasks())
    response = await app.post('{a: fails(how: "slow") b: fails(how: "slow")}', accept=accept)
    assert response.status_code == 504
    assert codes(response) == ["TIMEOUT"]
    await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) == before, "nothing goes on behind the answer"


async def test_a_rate_limit_that_cannot_be_asked_is_503() -> None:
    async def rate_limit(caller: Caller | None, cost: int) -> float | None:
        raise DatabaseAway

    response = await App(Rules(rate_limit=rate_limit)).post("{viewer}", accept=JSON)
    assert response.status_code == 503
    assert codes(response) == ["UNAVAILABLE"]
    assert "data" not in response.json()


def test_nothing_is_executed_around_it() -> None:
    """Strawberry's own ways lead to nothing."""
    result = schema().execute_sync("{viewer}")
    assert result.data is None
    assert result.errors
