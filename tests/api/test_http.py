"""GraphQL over HTTP: methods, media types, statuses and headers."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from strawberry.types.execution import ExecutionResult

from api.admission import Rules
from api.executing import Schema
from api.limits import Limits
from tests.api.toy import App, codes

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


async def send(app: App, method: str, token: str | None = "good", **kwargs: Any) -> httpx.Response:
    async with app.client(token) as client:
        return await client.request(method, "/graphql", **kwargs)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        (f"text/html, {GRAPHQL};q=0.9, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
    ],
)
async def test_the_media_type_is_the_one_asked_for(accept: str, answered: str) -> None:
    response = await App().post("{viewer}", accept=accept)
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"
    assert response.json()["data"] == {"viewer": "toy"}


async def test_every_answer_forbids_storing_and_names_its_request() -> None:
    for query in ("{viewer}", "{", "{mou}"):
        response = await App().post(query)
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert len(response.headers["x-request-id"]) == 32


async def test_a_sensible_request_id_is_kept_and_any_other_replaced() -> None:
    response = await App().post("{viewer}", x_request_id="front-door_12345")
    assert response.headers["x-request-id"] == "front-door_12345"
    response = await App().post("{viewer}", x_request_id="{${jndi:ldap}}")
    assert response.headers["x-request-id"].isalnum()


@pytest.mark.parametrize("query", ["{", "{nothing}", "query ($id: ID!) {node(id: $id) {id}}"])
async def test_a_document_that_cannot_run_is_400_and_has_no_data(query: str) -> None:
    response = await App().post(query)
    assert response.status_code == 400
    assert set(codes(response)) == {"BAD_INPUT"}
    assert "data" not in response.json()


@pytest.mark.parametrize("query", ["{", "{nothing}", "query ($id: ID!) {node(id: $id) {id}}"])
async def test_older_clients_get_200_for_it(query: str) -> None:
    response = await App().post(query, accept=JSON)
    assert response.status_code == 200
    assert "data" not in response.json()


async def test_queries_may_come_by_get() -> None:
    params = {
        "query": "query A($id: ID!) {node(id: $id) {id}} query B {viewer}",
        "operationName": "A",
        "variables": '{"id": "child_7"}',
    }
    response = await send(App(), "GET", params=params)
    assert response.json()["data"] == {"node": {"id": "child_7"}}


async def test_mutations_may_not() -> None:
    params = {"query": 'mutation {accept(id: "x") {__typename}}'}
    response = await send(App(), "GET", params=params)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert codes(response) == ["BAD_INPUT"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_not_allowed(method: str) -> None:
    response = await send(App(), method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_there_are_no_subscriptions() -> None:
    response = await App().post("subscription {viewer}")
    assert response.status_code == 400
    assert codes(response) == ["BAD_INPUT"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded",
     "application/json; charset=utf-16", "application/jsonp"],
)  # fmt: skip
async def test_only_json_in_utf_8_is_read(content_type: str) -> None:
    body = b'{"query": "{viewer}"}'
    response = await send(App(), "POST", content=body, headers={"content-type": content_type})
    assert response.status_code == 415


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'],
)
async def test_utf_8_may_be_said(content_type: str) -> None:
    body = '{"query": "query ($t: String!) {echo(text: $t)}", "variables": {"t": "é🏃"}}'
    response = await send(
        App(), "POST", content=body.encode(), headers={"content-type": content_type}
    )
    assert response.json()["data"] == {"echo": "é🏃"}


async def test_compressed_bodies_are_not_read() -> None:
    response = await send(
        App(), "POST", content=b"x", headers={"content-type": JSON, "content-encoding": "gzip"}
    )
    assert response.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"3",
        b'"{viewer}"',
        b'[{"query": "{viewer}"}]',
        b"{}",
        b'{"query": ""}',
        b'{"query": null}',
        b'{"query": {"a": 1}}',
        b'{"query": "{viewer}", "operationName": 3}',
        b'{"query": "query A {viewer}", "operationName": "Siti Aminah"}',
        b'{"query": "{viewer}", "variables": "x"}',
        b'{"query": "{viewer}", "variables": []}',
        b'{"query": "{viewer}", "extensions": 0}',
        b'{"query": "{viewer}", "variables": {"a": NaN}}',
        b'{"query": "{viewer}", "variables": {"a": -Infinity}}',
        b'{"query": "{viewer}", "variables": {"a": ' + b"9" * 5000 + b"}}",
        b'{"query": "{viewer}", "variables": {"a": "\xff"}}',
        b'{"query": "{viewer}", "variables": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'\xef\xbb\xbf{"query": "{viewer}"}',
        '{"query": "{viewer}"}'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_anything_but_one_sound_request_is_400(body: bytes, accept: str) -> None:
    response = await send(
        App(), "POST", content=body, headers={"content-type": JSON, "accept": accept}
    )
    assert response.status_code == 400
    assert codes(response) == ["BAD_INPUT"]


async def test_a_long_body_is_refused_before_it_is_read() -> None:
    content = json.dumps({"query": "{viewer}", "variables": {"a": "x" * 1_000_000}}).encode()
    response = await send(App(), "POST", content=content, headers={"content-type": JSON})
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"] == {"code": "TOO_LARGE", "maximum": 1_000_000}


async def test_a_long_body_is_given_up_when_its_length_was_not_told() -> None:
    seen = 0

    async def chunks() -> Any:
        nonlocal seen
        for _ in range(1000):
            seen += 1
            yield b" " * 1024

    response = await send(App(), "POST", content=chunks(), headers={"content-type": JSON})
    assert response.status_code == 413


async def test_a_long_address_is_refused() -> None:
    app = App(Rules(limits=replace(Limits(), body_bytes=1000)))
    response = await send(app, "GET", params={"query": "{viewer}", "x": "y" * 1000})
    assert response.status_code == 413


async def test_one_of_several_operations_must_be_named() -> None:
    response = await App().post("query A {viewer} query B {viewer}")
    assert codes(response) == ["BAD_INPUT"]


async def test_the_cost_is_told() -> None:
    response = await App().post("{handoffs(first: 3) {edges {cursor}}}")
    assert response.json()["extensions"] == {"cost": {"requested": 4, "limit": 10_000}}


async def test_data_that_is_json_already_is_passed_on_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = b'{"viewer":"\xc3\xa9\\u00e9","n":1.10}'
    result = ExecutionResult(data=data, errors=None, extensions={"cost": {"requested": 1}})  # type: ignore[arg-type]

    async def execute(*_: Any, **__: Any) -> ExecutionResult:
        return result

    monkeypatch.setattr(Schema, "execute", execute)
    response = await App().post("{viewer}")
    assert response.status_code == 200
    assert response.content == b'{"data":' + data + b',"extensions":{"cost":{"requested":1}}}'
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("accepted", "start"),
    [
        ("", "Permintaan"),
        ("id-ID,id;q=0.9,en;q=0.8", "Permintaan"),
        ("en", "The request"),
        ("en-GB,en;q=0.9,id;q=0.3", "The request"),
        ("fr,en;q=0.4", "The request"),
        ("fr;q=x,de", "Permintaan"),
        ("en;q=broken", "Permintaan"),
    ],
)
async def test_the_language_is_the_readers(accepted: str, start: str) -> None:
    response = await App().post("{nothing}", accept_language=accepted)
    assert response.json()["errors"][0]["message"].startswith(start)
