"""What a hostile document meets, and what an honest one must not."""

import time
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query
from hypothesis import given, settings
from hypothesis import strategies as st

from api.admission import Rules
from api.app import make_schema
from api.documents import Documents
from api.limits import Limits
from tests.api.toy import App, codes, someone

DEFAULTS = Limits()


def app(**limits: Any) -> App:
    return App(Rules(limits=replace(DEFAULTS, **limits)))


async def refusal(app: App, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    response = await app.post(query, variables)
    assert response.status_code == 400
    assert codes(response) == ["TOO_COMPLEX"]
    facts: dict[str, Any] = response.json()["errors"][0]["extensions"]
    assert facts["actual"] > facts["maximum"]
    return facts


async def cost(query: str, variables: dict[str, Any] | None = None) -> int:
    response = await App().post(query, variables)
    body = response.json()
    if response.status_code == 200:
        return int(body["extensions"]["cost"]["requested"])
    assert body["errors"][0]["extensions"]["limit"] == "cost", body
    return int(body["errors"][0]["extensions"]["actual"])


def chain(depth: int) -> str:
    return '{node(id: "x") {... on Child ' + "{notes " * depth + "{id}" + "}" * depth + "}}"


@pytest.mark.parametrize(
    ("limit", "query"),
    [
        ("depth", chain(15)),
        ("depth", "{__schema {types " + "{ofType " * 15 + "{name}" + "}" * 15 + "}}"),
        ("aliases", "{" + " ".join(f"a{i}: viewer" for i in range(51)) + "}"),
        ("root fields", "{" + "viewer " * 21 + "}"),
        ("root fields", "{" + "...F " * 11 + "} fragment F on Query {viewer __typename}"),
        ("directives", "{viewer" + " @skip(if: false)" * 6 + "}"),
        ("directives", "query" + " @skip(if: false)" * 6 + "{viewer}"),
        ("directives", "{...F} fragment F on Query" + " @skip(if: false)" * 6 + "{viewer}"),
        ("tokens", "{" + "viewer " * 1000 + "}"),
        ("tokens", "{viewer}" + "\n#" * 1001),
        ("repeated fields", "{handoffs {edges {node {" + "notes {id} " * 200 + "}}}}"),
        ("cost", "{handoffs(first: 100) {edges {node {handoffs(first: 100) {edges {cursor}}}}}}"),
    ],
)
async def test_each_limit_is_named_with_its_numbers(limit: str, query: str) -> None:
    facts = await refusal(App(), query)
    assert facts["limit"] == limit


async def test_the_sentence_names_the_limit_too() -> None:
    response = await App().post(chain(15), accept_language="en")
    assert response.json()["errors"][0]["message"] == (
        "The request is too complex: depth comes to 17, at most 16 is allowed."
    )


async def test_limits_come_before_validation() -> None:
    facts = await refusal(App(), "{" + "nonsense " * 21 + "}")
    assert facts["limit"] == "root fields"


async def test_variables_are_counted_through_lists_and_objects() -> None:
    query = "query ($ids: [ID!]!) {nodes(ids: $ids) {id}}"
    assert (await refusal(App(), query, {"ids": ["x"] * 5000}))["limit"] == "variables"
    nested: Any = "x"
    for _ in range(14):
        nested = [nested]
    assert (await refusal(App(), query, {"ids": nested}))["limit"] == "variable depth"


async def test_a_document_is_measured_before_it_is_read() -> None:
    query = f'{{nodes(ids: ["{"x" * 65_536}"]) {{id}}}}'
    facts = await refusal(App(), query)
    assert (facts["limit"], facts["maximum"]) == ("document", 65_536)


async def test_the_standard_introspection_query_passes() -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True
    )
    response = await App(caller=someone()).post(query)
    assert response.status_code == 200
    assert response.json()["data"]["__schema"]
    assert response.json()["extensions"]["cost"]["requested"] < DEFAULTS.cost / 2


def test_counting_a_list_costs() -> None:
    documents = Documents(make_schema()._schema, DEFAULTS)

    def points(query: str) -> int:
        return documents.read(query).operation(None).size.cost.total({})

    page = points("{handoffs {nodes {id}}}")
    assert points("{handoffs {totalCount nodes {id}}}") == page + 100
    assert points("{handoffs {...F nodes {id}}} fragment F on HandoffConnection {totalCount}") == (
        page + 100
    )
    below = "{handoffs(first: 3) {nodes {sections {%s nodes {id}}}}}"
    assert points(below % "totalCount") == points(below % "") + 300


async def test_introspection_costs_what_there_is_to_be_told() -> None:
    schema = make_schema()
    documents = Documents(schema._schema, DEFAULTS)

    def points(query: str) -> int:
        return documents.read(query).operation(None).size.cost.total({})

    whole = points(get_introspection_query(input_value_deprecation=True))
    assert 2_000 < whole < DEFAULTS.cost * 0.8
    assert points("{__schema {types {name}}}") > 0.95 * len(schema._schema.type_map) / 10
    one = "__schema {types {fields {args {type {ofType {ofType {ofType {name}}}}}}}}"
    assert points("{" + " ".join(f"a{i}: {one}" for i in range(19)) + "}") > DEFAULTS.cost
    changes = "{fields {args {type {inputFields {name}}}}}"
    assert points('{__type(name: "Mutation")' + changes + "}") > 50
    assert points("{__schema {mutationType" + changes + "}}") > 50


PAGE = "{edges {node {id}}}"


@pytest.mark.parametrize(
    ("query", "variables", "points"),
    [
        ("{viewer}", {}, 0),
        ("{" + " ".join(f"a{n}: viewer" for n in range(9)) + "}", {}, 0),
        ("{" + " ".join(f"a{n}: viewer" for n in range(10)) + "}", {}, 1),
        ('{nodes(ids: ["a", "b"]) {... on Child {' + "id " * 21 + "}}}", {}, 1 + 2 * 2),
        ('mutation {accept(id: "x") {__typename}}', {}, 101),
        ('mutation {a: refuse(how: "x") b: refuse(how: "x") __typename}', {}, 200),
        ('{node(id: "x") {id}}', {}, 1),
        ('{node(id: "x") {... on Child {notes {id}}}}', {}, 2),
        ('{node(id: "x") {... on Child {notes {notes {id}}}}}', {}, 1 + 1 + 5),
        ("{handoffs" + PAGE + "}", {}, 1 + 20 * 2),
        ("{handoffs(first: 3)" + PAGE + "}", {}, 1 + 3 * 2),
        ("{handoffs(last: 3)" + PAGE + "}", {}, 1 + 3 * 2),
        ("{handoffs(first: 9999)" + PAGE + "}", {}, 1 + 100 * 2),
        ("{handoffs(first: -1)" + PAGE + "}", {}, 1 + 1 * 2),
        ("query ($n: Int) {handoffs(first: $n)" + PAGE + "}", {"n": 7}, 1 + 7 * 2),
        ("query ($n: Int) {handoffs(first: $n)" + PAGE + "}", {"n": 10**8}, 1 + 100 * 2),
        ("query ($n: Int) {handoffs(first: $n)" + PAGE + "}", {"n": None}, 1 + 20 * 2),
        ("query ($n: Int) {handoffs(first: $n)" + PAGE + "}", {}, 1 + 20 * 2),
        ("query ($n: Int = 4) {handoffs(first: $n)" + PAGE + "}", {}, 1 + 4 * 2),
        ("query ($n: Int = 4) {handoffs(first: $n)" + PAGE + "}", {"n": 5}, 1 + 5 * 2),
        ('{nodes(ids: ["a", "b", "c"]) {... on Child {notes {id}}}}', {}, 1 + 3),
        ("query ($i: [ID!]!) {nodes(ids: $i) {... on Child {notes {id}}}}", {"i": ["a"] * 9}, 10),
        ("{handoffs(first: 2) {...E} a: handoffs(first: 3) {...E}} fragment E on "
         "HandoffConnection " + PAGE, {}, 2 + (2 + 3) * 2),
    ],
)  # fmt: skip
async def test_the_cost_of_a_document(query: str, variables: dict[str, Any], points: int) -> None:
    assert await cost(query, variables) == points


async def test_pages_below_pages_multiply() -> None:
    inner = "handoffs(first: 10)" + PAGE
    assert await cost("{handoffs(first: 5) {edges {node {" + inner + "}}}}") == (
        1 + 5 * (2 + 1 + 10 * 2)
    )


async def test_open_pages_in_fragments_are_worked_out_for_each_request() -> None:
    query = (
        "query ($n: Int, $m: Int) {a: handoffs(first: $n) {...E} b: handoffs(first: 2) {...E}}"
        " fragment E on HandoffConnection {edges {node {handoffs(first: $m) {edges {cursor}}}}}"
    )
    for n, m in ((1, 1), (3, 4), (50, 7)):
        assert await cost(query, {"n": n, "m": m}) == 2 + (n + 2) * (2 + 1 + m)


def bomb(levels: int, inside: str, variable: str = "") -> str:
    fragments = " ".join(
        f"fragment F{i} on Child {{handoffs{variable} {{edges {{node {{...F{i + 1}}}}}}}"
        f" ...F{i + 1} ...F{i + 1}}}"
        for i in range(levels)
    )
    return f'{{node(id: "x") {{...F0}}}} {fragments} fragment F{levels} on Child {{{inside}}}'


@pytest.mark.parametrize("variable", ["", "(first: $n)"])
async def test_fragment_bombs_are_measured_in_no_time(variable: str) -> None:
    limits = replace(DEFAULTS, depth=200, tokens=5000)
    query = bomb(40, "id", variable)
    if variable:
        query = "query ($n: Int) " + query
    began = time.perf_counter()
    response = await App(Rules(limits=limits)).post(query, {"n": 3})
    assert time.perf_counter() - began < 5  # most of it graphql-core's own validation
    assert response.json()["errors"][0]["extensions"]["limit"] == "cost"


async def test_a_long_chain_of_fragments_does_not_exhaust_the_stack() -> None:
    fragments = " ".join(f"fragment F{i} on Query {{...F{i + 1}}}" for i in range(400))
    facts = await refusal(
        app(tokens=10_000), f"{{...F0}} {fragments} fragment F400 on Query {{viewer}}"
    )
    assert facts["limit"] == "nesting"


@pytest.mark.parametrize(
    "query",
    [
        "{...F} fragment F on Query {...F}",
        "{...A} fragment A on Query {viewer ...B} fragment B on Query {viewer ...A}",
        '{node(id: "x") {...C}} fragment C on Child {notes {...C}}',
        "{...Unknown}",
        "{viewer {id}}",
        "{... on Nowhere {viewer}}",
    ],
)
async def test_nonsense_is_left_to_validation(query: str) -> None:
    response = await App().post(query)
    assert response.status_code == 400
    assert set(codes(response)) == {"BAD_INPUT"}


async def test_a_deeply_nested_document_is_refused() -> None:
    response = await app(tokens=50_000).post("{a" * 3000 + "}" * 3000)
    assert response.status_code == 400
    response = await app(tokens=50_000).post("{echo(text: " + "[" * 5000 + "]" * 5000 + ")}")
    assert response.status_code == 400


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(
    ["{", "}", "(", ")", "viewer", "handoffs", "first", ":", "3", "...", "F", "on", "Query",
     "fragment", "query", "$n", "[", "]", "@skip", '"x"', "edges", "node", "mutation", "accept"]
), max_size=40))  # fmt: skip
async def test_no_jumble_of_words_is_our_fault(words: list[str]) -> None:
    response = await App().post(" ".join(["{", *words, "}"]))
    assert "INTERNAL" not in codes(response)
