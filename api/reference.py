"""The pages of docs/ that are made from the code, so that they cannot say anything else."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from pydantic import SecretStr

from api.app import make_schema
from api.errors import Code
from api.settings import Settings
from auth.scopes import Scope
from db.enums import WithheldCode
from domain.refusal import RefusalCode
from resolvers.section import sentences_of
from schema.scopes import Requires, required_scope

_MADE = "<!-- Made by `make docs` from the code: change it there. -->\n"


def pages() -> dict[str, str]:
    """Each page's file name, and what stands in it."""
    return {"settings.md": _settings(), "errors.md": _errors(), "scopes.md": _scopes()}


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"RANGKUL_{name.upper()}")
        limits = [_limit(rule) for rule in field.metadata if _limit(rule)]
        about = " ".join([field.description or "", *(f"{limit}." for limit in limits)])
        rows.append((f"`{variable}`", _default(field.default), about))
    return _page(
        "Settings",
        "Read from the environment, or from a file `.env` in the working folder. A wrong value "
        "stops the start with a sentence that names the setting.",
        _table(("Variable", "Default", "What it is"), rows),
    )


def _default(value: Any) -> str:
    if value is None:
        return "not set"
    assert not isinstance(value, SecretStr), "no secret has a default"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _limit(rule: Any) -> str:
    for name, words in (("ge", "At least"), ("le", "At most")):
        if hasattr(rule, name):
            return f"{words} {getattr(rule, name):,}".replace(",", " ")
    return ""


def _errors() -> str:
    requests = [
        (
            f"`{code}`",
            str(code.status),
            code.sentence("en", _Braces()),
            code.sentence("id", _Braces()),
        )
        for code in Code
    ]
    refusals = [(f"`{code}`", code.message("en"), code.message("id")) for code in RefusalCode]
    withheld = [
        (f"`{code}`", sentences_of(code)[1], sentences_of(code)[0]) for code in WithheldCode
    ]
    return _page(
        "Errors",
        "Act on codes; sentences are for people, in Indonesian unless `Accept-Language` prefers "
        "English. A code never changes its meaning; new ones may be added.",
        "## A request that came to nothing\n",
        "In `errors[].extensions.code`. The status is that of the whole answer when nothing else "
        "was asked for.\n",
        _table(("Code", "Status", "English", "Indonesian"), requests),
        "\n## A change that was refused\n",
        "A mutation answers with `Refused { code message field }`; nothing was changed.\n",
        _table(("Code", "English", "Indonesian"), refusals),
        "\n## A section that is withheld\n",
        "A section of a handoff that exists, and whose body is not shown to you: `Withheld`.\n",
        _table(("Code", "English", "Indonesian"), withheld),
    )


class _Braces(dict[str, Any]):
    """Leaves ``{scope}`` and the like in a sentence as they are."""

    def __bool__(self) -> bool:
        return True  # empty as it is, it still is what to fill in

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _scopes() -> str:
    graph: GraphQLSchema = make_schema()._schema
    places: dict[Scope, list[str]] = {scope: [] for scope in Scope}
    for scope, place in _needs(graph):
        places[scope].append(f"`{place}`")
    parts = []
    for scope in Scope:
        parts.append(f"## `{scope}`\n\n{scope.english} *{scope.indonesian}*\n")
        parts.append(f"Needed for: {', '.join(places[scope]) or 'nothing yet'}.\n")
    return _page(
        "Scopes",
        "A scope says what a token may ask for; agreements say what exists for its organisation. "
        "A type that stands without a field needs the scope for each of its fields, however it is "
        "reached. Where no scope is named, any valid token will do.",
        "\n".join(parts).rstrip("\n") + "\n",
    )


def _needs(graph: GraphQLSchema) -> Iterator[tuple[Scope, str]]:
    for name, type_ in graph.type_map.items():
        if name.startswith("__") or not isinstance(type_, GraphQLObjectType):
            continue
        made = type_.extensions.get("strawberry-definition")
        for directive in getattr(made, "directives", None) or ():
            if isinstance(directive, Requires):
                yield Scope(str(directive.scope)), name
        for field, definition in type_.fields.items():
            if scope := required_scope(definition):
                yield scope, f"{name}.{field}"


def _page(title: str, *parts: str) -> str:
    return "\n".join([_MADE, f"# {title}\n", parts[0] + "\n", *parts[1:]])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)
