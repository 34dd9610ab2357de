"""The scope on the field: how it is declared, printed, and asked for."""

from typing import Any

import pytest
import strawberry
from graphql import parse

from api.executing import Schema
from auth.scopes import Scope
from schema.scopes import field, mutation, needs, required_scope, undeclared
from tests.api.toy import App, Context, codes, schema, someone

TOY = schema()
SDL = TOY.as_str()


def asked(document: str) -> dict[Scope, tuple[str, ...]]:
    tree = parse(document)
    operation, *fragments = tree.definitions
    found = needs(TOY._schema, operation, {f.name.value: f for f in fragments})  # type: ignore
    return {need.scope: need.path for need in found}


def test_the_sdl_prints_the_scope_beside_the_field() -> None:
    assert "directive @requires(scope: [String!]!) on FIELD_DEFINITION | OBJECT" in SDL
    assert 'mou: String! @requires(scope: "mou:read")' in SDL
    assert 'name: String! @requires(scope: "handoff:identity")' in SDL
    assert 'type Mou implements Node & Titled @requires(scope: "mou:read") {' in SDL
    assert "  viewer: String!\n" in SDL


def test_the_first_paragraph_of_the_docstring_is_the_description() -> None:
    assert '"""Who is asking, as the token says."""\n  viewer' in SDL
    assert "maintainers" not in SDL
    assert '"""An agreement."""\n  mou' in SDL


def test_a_deprecation_is_printed() -> None:
    assert '@deprecated(reason: "Use another.")' in SDL


def test_the_scope_can_be_read_back() -> None:
    fields = TOY._schema.query_type.fields  # type: ignore[union-attr]
    assert required_scope(fields["mou"]) is Scope.MOU_READ
    assert required_scope(fields["viewer"]) is None


def test_a_resolver_field_without_a_declared_scope_stops_the_start() -> None:
    @strawberry.type
    class Query:
        good: str = field(lambda: "x", scope=None, returns=str)

        @strawberry.field
        def bad(self) -> str:
            return "x"

    assert undeclared(strawberry.Schema(Query)._schema) == ["Query.bad"]
    with pytest.raises(TypeError, match=r"Query\.bad"):
        Schema(Query)


def test_a_mutation_cannot_do_without_a_scope() -> None:
    make: Any = mutation
    with pytest.raises(TypeError):
        make(lambda: "x")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{viewer}", {}),
        ("{__typename __schema{queryType{name}}}", {}),
        ("{a: mou}", {Scope.MOU_READ: ("a",)}),
        ("{mou @skip(if: true)}", {Scope.MOU_READ: ("mou",)}),
        ("{...F} fragment F on Query {mou}", {Scope.MOU_READ: ("mou",)}),
        ("{... on Query {... {mou}}}", {Scope.MOU_READ: ("mou",)}),
        ('{node(id: "x") {id __typename}}', {}),
        ('{node(id: "x") {... on Mou {__typename}}}', {}),
        ('{node(id: "x") {... on Mou {id}}}', {Scope.MOU_READ: ("node", "id")}),
        ("{titled {title}}", {Scope.MOU_READ: ("titled", "title")}),
        (
            'mutation {accept(id: "x") {... on Accepted {who: child {...C}}}}'
            " fragment C on Child {notes {name}}",
            {
                Scope.HANDOFF_WRITE: ("accept",),
                Scope.HANDOFF_IDENTITY: ("accept", "who", "notes", "name"),
            },
        ),
    ],
)
def test_what_a_document_needs(document: str, expected: dict[Scope, tuple[str, ...]]) -> None:
    assert asked(document) == expected


def test_a_fragment_is_read_once() -> None:
    fragments = " ".join(f"fragment F{i} on Query {{...F{i + 1} ...F{i + 1}}}" for i in range(60))
    assert asked(f"{{...F0}} {fragments} fragment F60 on Query {{mou}}") == {
        Scope.MOU_READ: ("mou",)
    }


async def test_each_missing_scope_is_an_error_and_nothing_runs() -> None:
    app = App(caller=someone(Scope.HANDOFF_READ))
    response = await app.post("{viewer mou handoffs {edges {node {name}}}}")
    assert response.status_code == 403
    assert codes(response) == ["MISSING_SCOPE", "MISSING_SCOPE"]
    assert "data" not in response.json()
    first, second = response.json()["errors"]
    assert first["extensions"] == {"code": "MISSING_SCOPE", "scope": "mou:read"}
    assert first["path"] == ["mou"]
    assert first["locations"] == [{"line": 1, "column": 9}]
    assert second["path"] == ["handoffs", "edges", "node", "name"]
    assert response.headers["www-authenticate"] == (
        'Bearer realm="rangkul", error="insufficient_scope", scope="mou:read handoff:identity"'
    )


async def test_missing_scope_is_403_for_older_clients_too() -> None:
    app = App(caller=someone())
    assert (await app.post("{mou}", accept="application/json")).status_code == 403


async def test_only_the_operation_that_runs_counts() -> None:
    app = App(caller=someone())
    async with app.client() as client:
        body = {"query": "query A {viewer} query B {mou}", "operationName": "A"}
        assert (await client.post("/graphql", json=body)).json()["data"] == {"viewer": "toy"}
        response = await client.post("/graphql", json={**body, "operationName": "B"})
        assert codes(response) == ["MISSING_SCOPE"]


async def test_the_schema_is_guarded_without_http_as_well() -> None:
    result = await TOY.execute("{mou}", context_value=Context(someone(), "en", "r"))
    assert result.data is None
    assert [error.extensions["code"] for error in result.errors or ()] == ["MISSING_SCOPE"]
