"""Documents that are named by the hash of their text, and an installation that runs no others."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query
from pydantic import ValidationError

from api.admission import Rules
from api.cli.console import sentence
from api.documents import Documents
from api.limits import Limits
from api.settings import Settings
from api.trusted import DocumentsRefused, Trusted, load
from tests.api.test_cli import Run
from tests.api.toy import App, codes, schema

VIEWER = "query Viewer {viewer}"
TWO = 'query One($id: ID!) {node(id: $id) {id}} mutation Two {accept(id: "x") {__typename}}'
STRANGE = "{viewer __typename}"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def app(*texts: str, only: bool = False) -> App:
    return App(Rules(trusted=Trusted({digest(text): text for text in texts}, only)))


async def post(app: App, **body: Any) -> httpx.Response:
    async with app.client() as client:
        return await client.post("/graphql", json=body)


async def get(app: App, **query: str) -> httpx.Response:
    async with app.client() as client:
        return await client.get("/graphql", params=query)


def apollo(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


@pytest.mark.parametrize("only", [False, True])
async def test_a_document_is_named_instead_of_sent(only: bool) -> None:
    known = app(VIEWER, TWO, only=only)
    named = f"sha256:{digest(VIEWER)}"
    answers = [
        await post(known, documentId=named),
        await post(known, documentId=digest(VIEWER), query=None),
        await post(known, extensions=apollo(VIEWER)),
        await post(known, extensions=apollo(VIEWER), documentId=named, operationName="Viewer"),
        await post(known, extensions=apollo(VIEWER), query=VIEWER),
        await post(known, query=VIEWER),
        await get(known, documentId=named),
        await get(known, extensions=json.dumps(apollo(VIEWER))),
    ]
    assert [answer.json().get("data") for answer in answers] == [{"viewer": "toy"}] * len(answers)


async def test_it_takes_variables_and_a_name_as_any_other() -> None:
    named = f"sha256:{digest(TWO)}"
    answer = await post(app(TWO), documentId=named, operationName="One", variables={"id": "a"})
    assert answer.json()["data"] == {"node": {"id": "a"}}
    answer = await get(app(TWO), documentId=named, operationName="Two")
    assert answer.status_code == 405


async def test_it_is_never_parsed_nor_paid_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known, asked = app(VIEWER), list[int]()

    async def rate_limit(_caller: Any, points: int) -> None:
        asked.append(points)

    known.rules = replace(known.rules, rate_limit=rate_limit)
    async with known.client() as client:
        monkeypatch.setattr("api.documents.parse", None)
        for body in ({"query": VIEWER}, {"extensions": apollo(VIEWER)}):
            assert (await client.post("/graphql", json=body)).json()["data"]
    assert asked == [25, 25], "that it runs is paid for"


async def test_scopes_are_asked_of_it_as_of_any_other() -> None:
    text = "{mou}"
    assert codes(await post(app(text), extensions=apollo(text))) == ["MISSING_SCOPE"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"extensions": apollo(STRANGE)}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": f"sha256:{digest(STRANGE)}"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": "x-ours:1"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": f"sha256:{digest(VIEWER).upper()}"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": ""}, "BAD_INPUT"),
        ({"documentId": 1}, "BAD_INPUT"),
        ({"documentId": digest(VIEWER), "query": 1}, "BAD_INPUT"),
        ({"documentId": digest(VIEWER), "query": STRANGE}, "BAD_INPUT"),
        ({"documentId": digest(VIEWER), "extensions": apollo(STRANGE)}, "BAD_INPUT"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}}, "BAD_INPUT"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "BAD_INPUT"),
        ({"extensions": {"persistedQuery": None}}, "BAD_INPUT"),
        ({"extensions": {}}, "BAD_INPUT"),
    ],
)
async def test_what_names_no_document(body: dict[str, Any], code: str) -> None:
    answer = await post(app(VIEWER), **body)
    assert (answer.status_code, codes(answer)) == (400, [code])


async def test_where_nothing_is_trusted_a_client_learns_to_send_texts() -> None:
    answer = await post(App(), extensions=apollo(VIEWER))
    assert codes(answer) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


@pytest.mark.parametrize("text", [STRANGE, "{", VIEWER + " ", get_introspection_query()])
@pytest.mark.parametrize("token", ["good", None])
async def test_an_installation_can_run_no_others(text: str, token: str | None) -> None:
    answer = await app(VIEWER, only=True).post(text, token=token)
    assert (answer.status_code, codes(answer)) == (403, ["DOCUMENT_NOT_TRUSTED"])


async def test_introspection_runs_there_when_it_is_trusted() -> None:
    answer = await app(get_introspection_query(), only=True).post(get_introspection_query())
    assert answer.json()["data"]["__schema"]


async def test_it_is_told_in_both_languages() -> None:
    told = []
    for language in ("id", "en"):
        answer = await app(VIEWER, only=True).post(STRANGE, accept_language=language)
        told.append(answer.json()["errors"][0]["message"])
    assert told[0].startswith("Layanan ini hanya") and told[1].startswith("This service runs")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{", "Syntax Error"),
        ("{viewer\n nothing}", "Cannot query field 'nothing' on type 'Query'. (line 2)"),
        ("{" + "viewer " * 21 + "}", "root fields comes to 21"),
        ("{" + "viewer " * 1000 + "}", "tokens"),
        ("{" + " " * 65_536 + "viewer}", "document"),
        ("{handoffs(first: 100) {edges {node {handoffs(first: 100) {edges {cursor}}}}}}", "cost"),
    ],
)
def test_what_could_never_run_stops_the_start(text: str, wrong: str) -> None:
    with pytest.raises(DocumentsRefused, match="cannot be run") as caught:
        schema(app(text).rules)
    assert wrong in str(caught.value)


def test_trusted_documents_take_no_room_from_others() -> None:
    documents = Documents(schema()._schema, replace(Limits(), cached_tokens=3), {"": VIEWER})
    assert documents.known(VIEWER)
    assert documents._kept.cost == 0


MANIFESTS: list[Any] = [
    {digest(VIEWER): VIEWER},
    {f"sha256:{digest(VIEWER)}": VIEWER},
    {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [
            {"id": digest(VIEWER), "name": "Viewer", "type": "query", "body": VIEWER},
        ],
    },
]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_manifest_may_be_that_of_common_tools(tmp_path: Path, manifest: Any) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest))
    assert load(file) == {digest(VIEWER): VIEWER}


def test_a_folder_is_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "viewer.graphql").write_bytes(b"# \xe2\x9c\x93\r\n{viewer}\r\n")
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFESTS[0]))
    (tmp_path / "README.md").write_text("no document")
    texts = load(tmp_path)
    assert set(texts.values()) == {VIEWER, "# \N{CHECK MARK}\r\n{viewer}\r\n"}
    assert all(digest(text) == known_as for known_as, text in texts.items())


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a manifest"),
        ('{"abc": "{viewer}"}', "abc is not the SHA-256 hash"),
        ('{"abc": 1}', "abc is not the SHA-256 hash"),
        ("{}", "has no documents"),
        (
            '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}',
            "without id or body",
        ),
    ],
)
def test_a_manifest_that_is_none_is_named(tmp_path: Path, content: str, wrong: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(content)
    with pytest.raises(DocumentsRefused, match=wrong) as caught:
        load(file)
    assert sentence(caught.value) == str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_bytes(b"\xff")
    with pytest.raises(DocumentsRefused, match=r"a\.graphql is not"):
        load(tmp_path)
    with pytest.raises(DocumentsRefused, match="cannot be read"):
        load(tmp_path / "none.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentsRefused, match="no documents"):
        load(tmp_path / "empty")


def test_the_settings_name_them(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(VIEWER)
    given = Settings(_env_file=None, trusted_documents=tmp_path, trusted_documents_only=True)  # type: ignore[call-arg]
    assert given.trusted == Trusted({digest(VIEWER): VIEWER}, only=True)
    assert Settings(_env_file=None).trusted == Trusted()  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="needs RANGKUL_TRUSTED_DOCUMENTS"):
        Settings(_env_file=None, trusted_documents_only=True)  # type: ignore[call-arg]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def test_the_command_checks_them_and_writes_a_manifest(run: Run, tmp_path: Path) -> None:
    text = "query Mine {handoffs(first: 3) {nodes {id}}}\n"
    (tmp_path / "mine.graphql").write_text(text)
    manifest = tmp_path / "trusted.json"
    said = run("documents", str(tmp_path), "--output", str(manifest))
    assert "Mine" in said and f"sha256:{digest(text)}" in said
    assert load(manifest) == {digest(text): text}
    assert run("documents", str(manifest))


def test_the_command_says_which_document_is_no_good(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.graphql"
    file.write_text("{handoffs {nodes {id nothing}}}")
    said = run.fails("documents", str(file))
    assert "{handoffs {nodes {id nothing}}}" in said and "nothing" in said
