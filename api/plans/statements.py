"""The whole statement of an operation: its root fields, who reads, and what the ledger is told."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema

from api.plans.answers import Answers
from api.plans.learning import Shaped
from api.plans.roots import Root, Texts, Value
from api.plans.sections import NOTED
from api.plans.text import NotPlanned, quoted
from api.plans.values import READABLE
from api.plans.writing import Writer
from db.session import LONGEST_KEPT
from resolvers.viewer import NODES

log = logging.getLogger(__name__)

_CALLER = 9
"""Parameters before those of the root fields: who calls, and the entry in the ledger."""
_NO_INFO: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement, and where its parameters come from."""

    sql: str
    values: Sequence[Value]
    sources: int = 0
    """Rows and lists in it; without a statement, as many as were seen until it was given up."""


class Statements:
    """Writes the statements for one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._types = _types(schema)

    def plan(self, asked: Shaped, roots: list[Root]) -> Plan:
        """Write the statement; none when this shape cannot be planned, which is kept as well."""
        learnt = asked.learnt
        writer = Writer(self._schema, learnt.node, learnt.fragments, asked.variables)
        texts = Texts(_CALLER + 1)
        answers = Answers(writer, texts, self._types)
        parts: list[str] = []
        at = 0
        try:
            for outline, root in zip(asked.outlines, roots, strict=True):
                before = f'{"," if parts else "{"}"{outline.name}":'
                parts += [quoted(before), answers.of(root, at, outline.definition, outline.details)]
                at += len(root.values)
        except NotPlanned as why:
            log.debug("not planned: %s", why)
            return Plan("", (), writer.sources)
        sql = texts.used(_statement(" || ".join([*parts, "'}'"]), sealed=writer.sealed))
        return Plan(sql if len(sql) <= LONGEST_KEPT else "", texts.values, writer.sources)


def _statement(doc: str, *, sealed: bool) -> str:
    """The whole statement: enter, and then read; what was shown is told to the ledger.

    `case` keeps the order: nothing is read before it is known who reads. Whoever is nobody any
    more gets null, as who would get an answer with an error in it.
    """
    entered = "select access.enter($1, $2, $3, $4, $5, $6) as me offset 0"
    doc = f"case when x.me = $7 and {READABLE} then {doc} end"
    read = f"select x.me, {doc} as doc from ({entered}) x offset 0"
    if not sealed:
        noted = "$8::uuid is not null and $9::text is not null"
        return f"select answer.doc, {noted} from ({read}) answer"
    told = (
        "case when noted.shown <> '{}' or noted.closed <> '{}' then"
        " access.read_out($8, $9, noted.shown, noted.closed, noted.codes) end"
    )
    return (
        f"select answer.doc, {told} from ({read}) answer left join lateral ({NOTED}) noted on true"
    )


def _types(schema: GraphQLSchema) -> dict[Any, Any]:
    """The type in which each row is shown that can be read again by its id."""
    node: Any = schema.get_type("Node")
    return {
        model: type_
        for type_ in (schema.get_possible_types(node) if node else ())
        for model, _ in NODES.values()
        if type_.is_type_of is not None and type_.is_type_of(model(), _NO_INFO)
    }
