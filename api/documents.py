"""Documents read once: parsed, measured, validated, and asked which scopes they need.

Clients send the same few documents over and over, so what was learnt of a valid one is kept by
its text. The memory is bounded by tokens, not by number: 4 kB of text can become 1 MB of tree.
(Strawberry's own caches count documents, and hash the whole tree at every look-up.) Whoever sends
thousands of them displaces its own, and pays for the reading of each. `read` and `validate` change
nothing that is shared, so they may be called in another thread (`api.apart`).
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)
from graphql.validation import (
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.errors import Code, Problem
from api.keeping import Kept
from api.limits import Limits, check, check_text, over
from api.measure import Extent, Measure, Size
from api.trusted import DocumentsRefused
from schema.scopes import Need, needs


@dataclass(slots=True, eq=False)
class Operation:
    """One operation of a document, and what it takes to run it."""

    node: OperationDefinitionNode
    size: Size
    introspects: bool
    """Whether it asks for nothing but the schema itself."""
    about_schema: bool
    """Whether it asks for more of the schema than the name of a type."""
    defaults: dict[str, Any]
    """Of its variables, as far as they can be page sizes or lists of ids."""
    needs: tuple[Need, ...] = ()
    plans: Any = None
    """What `api.plans` worked out for running it; goes when the document goes."""


@dataclass(slots=True, eq=False)
class Document:
    """A parsed document; `errors` are those of validation, when it has been validated."""

    tree: DocumentNode
    tokens: int
    operations: dict[str, Operation]
    """By name; the name of an anonymous one is empty."""
    errors: list[GraphQLError] | None = None

    def operation(self, name: str | None) -> Operation:
        """The operation that is to run. Without a name there must be exactly one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name and name in self.operations:
            return self.operations[name]
        detail = "The document has no operation of this name." if name else _WHICH
        raise Problem(Code.BAD_INPUT, detail=detail)


_WORD = re.compile(r"\w+|[^\w\s,]")
_GAVE_UP = "Validation aborted."
_WHICH = "The document must contain one operation, or operationName must say which to run."


MOST_ERRORS = 10
"""What a client is told of one document. Each that suggests a name costs 4 ms to find it."""
MOST_COMPARED = 50_000
"""What it may take to compare fields of one name in the answer, in graphql-core's units: a pair is
two. A field written a hundred times makes thousands of pairs, documents of programs hardly any."""


class _Overlapping(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which gives up earlier: its own budget lasts for a tenth of a second."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_COMPARED


RULES = (
    *(
        _Overlapping if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
    ),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


class Documents:
    """Reads documents for one schema and keeps the valid ones."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, trusted: Mapping[str, str] | None = None
    ) -> None:
        self.schema, self.limits = schema, limits
        self._extent = Extent.of(schema)
        self._kept = Kept[str, Document](limits.cached_tokens)
        self._trusted: dict[str, Document] = {}
        for known_as, text in (trusted or {}).items():
            self._trusted[text] = self._trust(known_as, text)

    def price(self, text: str) -> int:
        """The points for reading a document that is not known.

        Told before anything is parsed, so that who has spent its points cannot make us read more.
        """
        words = sum(1 for _ in islice(_WORD.finditer(text), self.limits.tokens))
        return (words + len(text) // 100) * self.limits.points_per_token or 1

    def read(self, text: str) -> Document:
        """Parse and measure a document; raises what is wrong with it."""
        check_text(text)
        tree = self._parse(text)
        tokens = _count_tokens(tree)
        return Document(tree, tokens, self._operations(tree))

    def validate(self, document: Document) -> list[GraphQLError]:
        """What is wrong with a document that was read, once."""
        if document.errors is None:
            errors = validate(self.schema, document.tree, RULES, max_errors=MOST_ERRORS)
            if errors and errors[-1].message == _GAVE_UP:
                raise over("repeated fields", MOST_COMPARED + 1, MOST_COMPARED)
            if not errors:
                self._learn_needs(document)
            document.errors = errors
        return document.errors

    def keep(self, text: str, document: Document, owner: Hashable = None) -> None:
        """Keep a valid document, at its owner's charge."""
        self._kept.keep(text, document, owner=owner, cost=document.tokens)

    def known(self, text: str) -> Document | None:
        """What is kept of a document; there is then nothing wrong with it."""
        return self._trusted.get(text) or self._kept.get(text)

    def _trust(self, known_as: str, text: str) -> Document:
        """Read a document once and for all; raises DocumentsRefused if it could never be run."""
        try:
            check("document", len(text), self.limits.document)
            document = self.read(text)
            if errors := self.validate(document):
                raise errors[0]
            for operation in document.operations.values():
                check("cost", operation.size.cost.total(operation.defaults), self.limits.cost)
        except Problem as error:
            wrong = error.code.sentence("en", error.facts)
            raise DocumentsRefused(_refused(known_as, text, wrong)) from None
        except GraphQLError as error:
            line = f" (line {error.locations[0].line})" if error.locations else ""
            wrong = error.message + line
            raise DocumentsRefused(_refused(known_as, text, wrong)) from None
        return document

    def _learn_needs(self, document: Document) -> None:
        fragments = _fragments(document.tree)
        for operation in document.operations.values():
            operation.needs = needs(self.schema, operation.node, fragments)

    def _parse(self, text: str) -> DocumentNode:
        most = self.limits.tokens
        try:
            return parse(text, max_lexical_tokens=most, max_comments=most)
        except GraphQLError as error:
            if "Parsing aborted" in error.message and "contains more than" in error.message:
                raise over("tokens", most + 1, most) from None
            raise

    def _operations(self, tree: DocumentNode) -> dict[str, Operation]:
        fragments = _fragments(tree)
        measure = Measure(self.schema, fragments, self.limits, self._extent)
        return {
            node.name.value if node.name else "": _operation(node, measure, fragments)
            for node in tree.definitions
            if isinstance(node, OperationDefinitionNode)
        }


def _operation(
    node: OperationDefinitionNode, measure: Measure, fragments: dict[str, FragmentDefinitionNode]
) -> Operation:
    asked = _at_the_top(node, fragments)
    return Operation(
        node,
        measure.operation(node),
        introspects=all(name.startswith("__") for name in asked),
        about_schema=not asked.isdisjoint({"__schema", "__type"}),
        defaults=_defaults(node),
    )


def _refused(known_as: str, text: str, wrong: str) -> str:
    start = " ".join(text[:200].split())[:60]
    return f"The trusted document {known_as[:12]} ({start}...) cannot be run: {wrong}"


def _fragments(tree: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in tree.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for definition in operation.variable_definitions or ():
        match definition.default_value:
            case IntValueNode(value=value):
                defaults[definition.variable.name.value] = int(value[:9])
            case ListValueNode(values=values):
                defaults[definition.variable.name.value] = list(values)
    return defaults


def _count_tokens(tree: DocumentNode) -> int:
    """Count the tokens and look at the strings, where an escape may have hidden a NUL.

    Their chain is taken apart: it is a fourth of the memory, and in a circle, so that a tree that
    is no longer kept would stay until Python looks for such.
    """
    count = 0
    token = tree.loc.start_token if tree.loc else None
    while token:
        count += 1
        if token.value and "\0" in token.value:
            check_text(token.value)
        after = token.next
        token.prev = token.next = None
        token = after
    return count


def _at_the_top(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> set[str]:
    """The names of the fields at the top, through fragments."""
    names: set[str] = set()
    waiting: list[SelectionSetNode] = [operation.selection_set]
    unread = dict(fragments)
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, FragmentSpreadNode):
                if fragment := unread.pop(selection.name.value, None):
                    waiting.append(fragment.selection_set)
            else:
                waiting.append(selection.selection_set)  # type: ignore[attr-defined]
    return names
