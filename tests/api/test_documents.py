"""What is kept of a document, and what is not."""

from dataclasses import replace

import pytest

from api.documents import Document, Documents
from api.errors import Problem
from api.limits import Limits
from tests.api.toy import schema

TOY = schema()._schema


def kept(documents: Documents, text: str, owner: str = "") -> Document:
    """A valid document, read and kept as at the edge."""
    document = documents.read(text)
    assert documents.validate(document) == []
    documents.keep(text, document, owner)
    return document


def test_the_least_used_documents_make_room_by_tokens() -> None:
    documents = Documents(TOY, replace(Limits(), cached_tokens=40))
    small = kept(documents, "{viewer}")
    kept(documents, "{" + "viewer " * 15 + "}")
    assert documents.known("{viewer}") is small
    kept(documents, "{" + "viewer " * 16 + "}")
    assert documents.known("{viewer}") is small, "the one used last stays"
    for count in range(2, 19):
        kept(documents, "{" + "viewer " * count + "}")
    assert documents.known("{viewer}") is not small


@pytest.mark.parametrize("name", [None, "", "C"])
def test_one_of_several_operations_must_be_named(name: str | None) -> None:
    document = Documents(TOY, Limits()).read("query A {viewer} query B {viewer}")
    assert document.operation("B").node.name
    with pytest.raises(Problem):
        document.operation(name)


def test_a_document_without_operations_has_none_to_run() -> None:
    document = Documents(TOY, Limits()).read("fragment F on Query {viewer}")
    with pytest.raises(Problem):
        document.operation(None)


@pytest.mark.parametrize(
    ("text", "introspects"),
    [
        ("{__typename}", True),
        ("{__schema {queryType {name}} ...F} fragment F on Query {__typename}", True),
        ("{__typename viewer}", False),
        ("{...F} fragment F on Query {... {viewer}}", False),
        ("{...F} fragment F on Query {__typename ...F}", True),
        ("mutation {__typename}", True),
    ],
)
def test_which_operations_only_introspect(text: str, introspects: bool) -> None:
    operation = Documents(TOY, Limits()).read(text).operation(None)
    assert operation.introspects is introspects


def test_a_flood_of_documents_displaces_nobody_elses() -> None:
    documents = Documents(TOY, replace(Limits(), cached_tokens=2_000))
    good = "{viewer}"
    kept(documents, good, "good")
    for number in range(1_000):
        kept(documents, f"query Q{number} {{viewer}}", "bad")
    assert documents.known(good)
    assert documents._kept.cost <= 2_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{viewer}", 3),
        ("{ viewer,,, # no\n }", 5),
        ('{node(id: "a b")}', 11),
        ("{" * 60_000, 1_000 + 600),
        (" " * 60_000, 600),
    ],
)
def test_the_price_of_a_document_is_known_before_it_is_read(text: str, words: int) -> None:
    limits = Limits()
    assert Documents(TOY, limits).price(text) == words * limits.points_per_token
