"""Who may ask at all, how much, how long, and what is said when the database is away."""

import asyncio
from dataclasses import replace

import pytest

from api.admission import Rules
from api.limits import Limits
from auth.caller import Caller
from auth.dpop import ALGORITHMS
from db.session import DatabaseAway
from tests.api.toy import App, codes, someone

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


async def test_the_rate_limit_is_asked_once_with_the_cost() -> None:
    asked: list[tuple[Caller | None, int]] = []

    async def rate_limit(caller: Caller | None, cost: int) -> float | None:
        asked.append((caller, cost))
        return 2.2 if len(asked) > 1 else None

    app = App(Rules(rate_limit=rate_limit))
    assert (await app.post('{node(id: "x") {id}}')).status_code == 200
    response = await app.post("{viewer}", accept=JSON)
    assert asked == [(app.caller, 1), (app.caller, 0)]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "3"
    assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3}
    assert "data" not in response.json()


async def test_the_rate_limit_is_not_charged_for_what_is_refused_anyway() -> None:
    async def rate_limit(caller: Caller | None, cost: int) -> float | None:
        raise AssertionError

    app = App(Rules(rate_limit=rate_limit), caller=someone())
    for query in ("{", "{nothing}", "{mou}"):
        await app.post(query)


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
