"""What is said of a failure, to the client and to the log; and what never is."""

import json
import logging
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from structlog.testing import capture_logs

from api.errors import Code, Problem
from api.explain import code_of, explain
from tests.api.toy import CANARY, App, codes

FIRST_NAME = CANARY.split()[0]
ECHO = "query ($s: Section, $t: String!, $n: Int!) {echo(section: $s, text: $t, count: $n)}"
SOUND: dict[str, Any] = {"t": "", "n": 0}


def quiet(response: Any, logs: Any = ()) -> None:
    """Neither the answer nor the log may hold anything of the canary."""
    assert FIRST_NAME not in response.text
    assert FIRST_NAME not in json.dumps(logs, default=repr)


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_its_sentences(code: Code) -> None:
    facts = {"scope": "s", "retryAfter": 1, "limit": "l", "actual": 2, "maximum": 1,
             "requestId": "r"}  # fmt: skip
    for language in ("id", "en"):
        sentence = code.sentence(language, facts)  # type: ignore[arg-type]
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert code.sentence("id", facts) != code.sentence("en", facts)
    assert 400 <= code.status < 600


@pytest.mark.parametrize(
    ("how", "code", "level"),
    [
        ("unexpected", "INTERNAL", "error"),
        ("unique", "INTERNAL", "error"),
        ("canceled", "TIMEOUT", "warning"),
        ("late", "TIMEOUT", "warning"),
        ("deadlock", "UNAVAILABLE", "warning"),
        ("starting", "UNAVAILABLE", "warning"),
        ("refused", "UNAVAILABLE", "warning"),
        ("unreachable", "UNAVAILABLE", "warning"),
        ("away", "UNAVAILABLE", "warning"),
    ],
)
async def test_exceptions_become_codes(how: str, code: str, level: str) -> None:
    with capture_logs() as logs:
        response = await App().post(f'{{viewer fails(how: "{how}")}}', x_request_id="request-1")
    assert codes(response) == [code]
    error = response.json()["errors"][0]
    assert error["path"] == ["fails"]
    quiet(response, logs)
    (line,) = logs
    assert line["log_level"] == level
    assert line["request_id"] == "request-1"
    assert line["code"] == code
    assert line["field"] == "fails"
    assert any("toy.py:" in frame for frame in line["where"])


async def test_the_log_has_the_class_and_the_sqlstate() -> None:
    with capture_logs() as logs:
        await App().post('{fails(how: "unique")}')
    assert logs[0]["exceptions"] == ["sqlalchemy.exc.DBAPIError", "tests.api.toy._Driver"]
    assert logs[0]["sqlstate"] == "23505"


async def test_an_internal_error_can_be_quoted() -> None:
    response = await App().post(
        '{fails(how: "unexpected")}', x_request_id="request-1", accept_language="en"
    )
    assert response.json()["errors"][0]["message"] == (
        "Something went wrong on our side. Please quote request-1 when you report it."
    )


async def test_nothing_is_written_by_other_loggers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await App().post('{fails(how: "unique") viewer}')
    await App().post(ECHO, SOUND | {"n": CANARY})
    assert FIRST_NAME not in caplog.text
    assert "strawberry" not in {record.name.split(".")[0] for record in caplog.records}


async def test_a_value_we_cannot_answer_is_our_fault_and_is_not_shown() -> None:
    with capture_logs() as logs:
        response = await App().post("{wrongEnum}")
    assert codes(response) == ["INTERNAL"]
    quiet(response, logs)


async def test_a_refusal_in_a_query_is_an_error_with_its_own_code() -> None:
    with capture_logs() as logs:
        response = await App().post('{fails(how: "rule")}', accept_language="en")
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "AGREEMENT_NOT_IN_FORCE", "field": "id"}
    assert error["message"] == "The agreement is not in force."
    assert response.json()["data"] == {"fails": None}
    assert logs == [], "a rule that says no is not a failure"


async def test_a_refusal_in_a_mutation_is_a_member_of_its_union() -> None:
    query = 'mutation {accept(id: "late") {... on Refused {code message}}}'
    response = await App().post(query)
    assert response.json()["data"]["accept"] == {
        "code": "AGREEMENT_NOT_IN_FORCE",
        "message": "Kerja sama ini tidak sedang berlaku.",
    }
    assert "errors" not in response.json()


async def test_a_refusal_where_the_union_has_no_such_member_stays_an_error() -> None:
    response = await App().post('mutation {refuse(how: "rule")}')
    assert codes(response) == ["AGREEMENT_NOT_IN_FORCE"]


async def test_one_failing_mutation_keeps_the_result_of_the_other() -> None:
    query = """mutation {
        one: accept(id: "x") {... on Accepted {child {id}}}
        two: accept(id: "broken") {__typename}
    }"""
    response = await App().post(query)
    assert response.json()["data"] == {"one": {"child": {"id": "x"}}, "two": None}
    assert codes(response) == ["INTERNAL"]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"n": CANARY}, "The value of $n is not valid. Int cannot represent non-integer value."),
        ({"n": 2**40}, "The value of $n is not valid. Int cannot represent non 32-bit signed"
                       " integer value."),
        ({"n": None}, "The value of $n is not valid. Expected value of non-null type 'Int!' not"
                      " to be None."),
        ({"t": 3}, "The value of $t is not valid. String cannot represent a non string value."),
        ({"s": CANARY}, "The value of $s is not valid. Expected value of type 'Section' to be an"
                        " object."),
        ({"s": {}}, "The value of $s is not valid. Expected value of type 'Section' to include"
                    " required field 'kind'."),
        ({"s": {"kind": "DARURATT"}}, "The value of $s.kind is not valid. The value does not exist"
                                      " in 'Urgency' enum. Did you mean the enum value 'DARURAT'?"),
        ({"s": {"kind": [CANARY]}}, "The value of $s.kind is not valid. Enum 'Urgency' cannot"
                                    " represent non-string value."),
        ({"s": {"kind": "BIASA", "on": CANARY}}, "The value of $s.on is not valid. Expected value"
                                                 " of type 'Day'."),
        ({"s": {"kind": "BIASA", "tekst": CANARY}}, "The value of $s is not valid. Expected value"
         " of type 'Section' not to include an unknown field. Did you mean 'text'?"),
        ({"s": {"kind": "BIASA", CANARY: 1}}, "The value of $s is not valid. Expected value"
         " of type 'Section' not to include an unknown field."),
    ],
)  # fmt: skip
async def test_a_wrong_variable_is_named_but_not_quoted(
    variables: dict[str, Any], message: str
) -> None:
    with capture_logs() as logs:
        response = await App().post(ECHO, SOUND | variables, accept_language="en")
    assert codes(response) == ["BAD_INPUT"]
    assert response.json()["errors"][0]["message"] == (
        f"The request could not be understood. {message}"
    )
    quiet(response, logs)


@pytest.mark.parametrize(
    "document",
    [
        f'{{echo(count: "{CANARY}")}}',
        f'{{echo(section: "{CANARY}")}}',
        f'{{echo(section: {{kind: "{CANARY}"}})}}',
        f"{{echo(section: {{kind: {FIRST_NAME}}})}}",
        f'{{echo(section: {{on: "{CANARY}"}})}}',
        f'{{echo(section: {{kind: BIASA, on: "{CANARY}"}})}}',
        f'{{echo(section: {{kind: BIASA, wrong: "{CANARY}"}})}}',
        f'{{echo(text: ["{CANARY}"])}}',
        f'{{echo(text: {{a: "{CANARY}"}})}}',
        f'query ($n: Int = "{CANARY}") {{echo(count: $n)}}',
        f'{{echo(text: "{CANARY}" "{CANARY}")}}',
        f'{{echo(text: {CANARY})}}',
        f'{{echo "{CANARY}"}}',
        f'"{CANARY}" {{viewer}}',
        f'{{echo(text: "{CANARY}',
        f'{{echo(text: """{CANARY}',
        f"{{echo(text: '{CANARY}')}}",
        f'{{echo(text: "\\u{CANARY}")}}',
        f'{{viewer @skip(if: "{CANARY}")}}',
        f'{{fails(how: ["{CANARY}"])}}',
    ],
)  # fmt: skip
async def test_a_wrong_literal_is_not_quoted(document: str) -> None:
    with capture_logs() as logs:
        response = await App().post(document)
    assert codes(response)
    assert set(codes(response)) == {"BAD_INPUT"}
    quiet(response, logs)


JUNK = st.recursive(
    st.sampled_from([CANARY, FIRST_NAME, "BIASA", None, True, 3, 0.5, 2**70, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["kind", "text", "on", "count", CANARY]), inner, max_size=4
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(section=JUNK, text=JUNK, count=JUNK)
async def test_no_variables_whatever_are_quoted(section: Any, text: Any, count: Any) -> None:
    query = ECHO.replace("echo(", "viewer echo(")
    with capture_logs() as logs:
        response = await App().post(query, {"s": section, "t": text, "n": count})
    answer = response.json()
    answer.pop("data", None)
    assert FIRST_NAME not in json.dumps(answer)
    assert "INTERNAL" not in codes(response)
    assert logs == []


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\udfff\ud800"])
async def test_text_that_cannot_be_stored_is_refused(text: str) -> None:
    for variables in ({"t": text, "n": 0}, {"t": "", "n": 0, "s": {"text": [{text: 1}]}}):
        async with App().client() as client:
            content = json.dumps({"query": ECHO, "variables": variables})
            headers = {"content-type": "application/json"}
            response = await client.post("/graphql", content=content, headers=headers)
        assert codes(response) == ["BAD_INPUT"]


@pytest.mark.parametrize(
    "document",
    [
        '{echo(text: "a\0b")}',
        '{echo(text: "a\\u0000b")}',
        '{echo(text: "a\\u{0}b")}',
        '{echo(text: """a\0b""")}',
        '{echo(text: "\\ud800")}',
        '{echo(section: {kind: BIASA, text: "\\u0000"})}',
        'query ($t: String! = "\\u0000") {echo(text: $t)}',
    ],
)
async def test_such_text_in_the_document_is_refused(document: str) -> None:
    response = await App().post(document)
    assert codes(response) == ["BAD_INPUT"]
    async with App().client() as client:
        content = '{"query": "{echo(text: \\"\\ud800\\")}"}'
        headers = {"content-type": "application/json"}
        response = await client.post("/graphql", content=content, headers=headers)
    assert codes(response) == ["BAD_INPUT"]


async def test_a_null_where_none_is_allowed_is_the_clients_doing() -> None:
    query = 'query ($t: String = "x", $s: Boolean = true) {echo(text: $t) viewer @skip(if: $s)}'
    for variables in ({"t": None}, {"s": None}):
        response = await App().post(query, variables)
        assert codes(response) == ["BAD_INPUT"]


async def test_numbers_of_absurd_length_are_bad_input() -> None:
    response = await App().post("{echo(count: " + "9" * 5000 + ")}")
    assert codes(response) == ["BAD_INPUT"]


def test_a_problem_keeps_its_code_when_a_field_raises_it() -> None:
    wrapped = GraphQLError("", path=["a"], original_error=Problem(Code.NOT_FOUND))
    told = explain(wrapped, "en", "r")
    assert told.body["message"] == "Not found."
    assert told.body["path"] == ["a"]


def test_what_the_database_driver_says_decides_the_code() -> None:
    assert code_of(PoolExhausted()) is Code.UNAVAILABLE
    lost = DBAPIError("select", {}, Exception(), connection_invalidated=True)
    assert code_of(lost) is Code.UNAVAILABLE
    assert code_of(FileNotFoundError()) is Code.INTERNAL
