"""What the documentation names is there: operations, links, settings, commands, codes, limits."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from graphql import (
    GraphQLSchema,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import get_variable_values

from api.cli import app
from api.errors import Code
from api.limits import Limits
from api.settings import Settings
from domain.paging import LARGEST_SIZE
from scripts import draw_handoff_life

PROJECT = Path(__file__).parent.parent.parent
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
WRITTEN = [page for page in PAGES if page.name in {
    "README.md", "CHANGELOG.md", "partners.md", "portals.md", "administrators.md", "mitra.md",
    "kegiatan.md",
}]  # fmt: skip
OTHERS_WORDS = {"CREATEROLE", "BYPASSRLS", "GET", "POST"}
OTHERS_NAMES = {"documentId", "usePaginationFragment"}
RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIABLES = re.compile(
    r"^```graphql\n([^`]*)^```\n\n^```json\n([^`]*)^```$", re.MULTILINE | re.DOTALL
)
_IN_SHELL = re.compile(r"<<'GRAPHQL'[^\n]*\n(.*?)^GRAPHQL$", re.MULTILINE | re.DOTALL)
_IN_CURL = re.compile(r"query=(\{.*?\})'", re.DOTALL)
_IN_PYTHON = re.compile(r'"""\n((?:query|mutation) .*?)"""|\.ask\("(\{.*?\})"\)', re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")


def relative(page: Path) -> str:
    return str(page.relative_to(PROJECT))


every_page = pytest.mark.parametrize("page", PAGES, ids=relative)
written = pytest.mark.parametrize("page", WRITTEN, ids=relative)


@cache
def contract() -> GraphQLSchema:
    return build_schema((PROJECT / "schema.graphql").read_text(encoding="utf-8"))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def operations(page: Path) -> Iterator[str]:
    for language, code in _FENCE.findall(text_of(page)):
        if language == "graphql":
            yield code
        elif language == "sh":
            yield from _IN_SHELL.findall(code)
            yield from _IN_CURL.findall(code)
        elif language == "python":
            yield from (one or other for one, other in _IN_PYTHON.findall(code))


def code_of(page: Path) -> Iterator[str]:
    """What stands in code, in the text and in examples, line by line."""
    text = text_of(page)
    yield from _SPAN.findall(_FENCE.sub("", text))
    for language, code in _FENCE.findall(text):
        if language in ("sh", "console"):
            yield from code.replace("\\\n", " ").splitlines()


def test_there_are_operations_to_look_at() -> None:
    assert sum(1 for page in PAGES for _ in operations(page)) > 35


@every_page
def test_operations_are_valid(page: Path) -> None:
    for operation in operations(page):
        errors = validate(contract(), parse(operation), RULES)
        assert not errors, f"{operation}\n{errors}"


@every_page
def test_variables_fit_their_operation(page: Path) -> None:
    for operation, variables in _VARIABLES.findall(text_of(page)):
        [definition] = [
            node
            for node in parse(operation).definitions
            if isinstance(node, OperationDefinitionNode)
        ]
        given = json.loads(variables)
        found = get_variable_values(contract(), definition.variable_definitions or (), given)
        assert not isinstance(found, list), f"{operation}\n{found}"


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCE.sub("", text_of(page))):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if place:
            assert place in places(target), link


def places(page: Path) -> set[str]:
    """The headings of a page, as addresses in it."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@written
def test_settings_exist(page: Path) -> None:
    known = {
        str(field.validation_alias or f"RANGKUL_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    named = set(re.findall(r"\b(?:RANGKUL_[A-Z_]+|(?:[A-Z]+_)?DATABASE_URL)\b", text_of(page)))
    assert named <= known


@written
def test_commands_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z0-9-]+):", text_of(PROJECT / "Makefile"), re.MULTILINE)
    for line in code_of(page):
        for target in re.findall(r"^\$? ?make ([a-z0-9-]+)", line):
            assert target in targets, line
        if said := re.search(
            r"(?:^|[\s/(])rangkul ((?:[a-z-]+ ?)+.*)$", line.split("#")[0].rstrip()
        ):
            check_command(said[1].rstrip(")").split())


def check_command(words: list[str]) -> None:
    """Follow the words of a command line as far as they are commands; then look at its options."""
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        assert rest[0] in command.commands, f"rangkul {' '.join(words)}"
        command = command.commands[rest.pop(0)]
    known = {name for parameter in command.params for name in parameter.opts}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert given <= known | {"--help"}, f"rangkul {' '.join(words)}"


@written
def test_codes_and_names_exist(page: Path) -> None:
    values, names = {str(code) for code in Code} | OTHERS_WORDS, set(OTHERS_NAMES)
    for type_ in contract().type_map.values():
        if is_enum_type(type_):
            values |= set(type_.values)
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            names |= set(type_.fields)
            for field in type_.fields.values():
                names |= set(getattr(field, "args", {}))
    for span in _SPAN.findall(_FENCE.sub("", text_of(page))):
        if re.fullmatch(r"[A-Z]{2,}(_[A-Z]+)*", span) and span != "DATABASE_URL":
            assert span in values or f"{span}" in text_of(PROJECT / "docs/settings.md"), span
        if re.fullmatch(r"[a-z]+(?:[A-Z][a-z]+)+", span):
            assert span in names, span


def test_the_limits_that_partners_read_are_those_that_hold() -> None:
    table = dict(
        re.findall(r"^\| ([a-z, ]+) \| ([0-9 ]+)", text_of(PROJECT / "docs/partners.md"), re.M)
    )
    told = {name: int(number.replace(" ", "")) for name, number in table.items()}
    limits = Limits()
    assert told == {
        "cost of one operation, in points": limits.cost,
        "points a minute, for each client": Settings.model_fields["rate_points_per_minute"].default,
        "depth": limits.depth,
        "aliases": limits.aliases,
        "root fields": limits.root_fields,
        "page": LARGEST_SIZE,
        "request body": limits.body_bytes,
        "time": limits.seconds,
    }


def test_the_indonesian_examples_are_those_of_the_english_page() -> None:
    english = {code for _, code in _FENCE.findall(text_of(PROJECT / "docs/partners.md"))}
    for _, code in _FENCE.findall(text_of(PROJECT / "docs/id/mitra.md")):
        assert code in english


def test_every_decision_is_listed() -> None:
    index = text_of(PROJECT / "docs/README.md")
    for decision in (PROJECT / "docs/adr").glob("*.md"):
        assert f"(adr/{decision.name})" in index


def test_the_life_of_a_handoff_is_drawn_as_it_is() -> None:
    assert draw_handoff_life.PICTURE.read_text(encoding="utf-8") == draw_handoff_life.draw(), (
        "run python -m scripts.draw_handoff_life"
    )


@pytest.mark.parametrize("picture", sorted((PROJECT / "docs").glob("*.svg")), ids=relative)
def test_pictures_are_whole_and_say_in_words_what_they_show(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    for name in ("title", "desc"):
        said = root.find(f"{{http://www.w3.org/2000/svg}}{name}")
        assert said is not None
        assert said.text
