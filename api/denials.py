"""Which errors of an answer say that a right was wanting: those go into the access ledger."""

from collections.abc import Iterable, Iterator

from graphql import FieldNode, GraphQLError

from api.errors import Code, Problem
from domain.refusal import Refusal


def denials(errors: Iterable[GraphQLError]) -> Iterator[tuple[str, str]]:
    """The field as the schema calls it (an alias is the client's own word), and the code."""
    for error in errors:
        code = _code(error)
        if code is not None:
            yield _field(error), code


def _code(error: BaseException | None) -> str | None:
    while isinstance(error, GraphQLError) and not isinstance(error, Problem):
        error = error.original_error
    if isinstance(error, Problem) and error.code is Code.MISSING_SCOPE:
        return error.code.value
    if isinstance(error, Refusal) and error.code.denial:
        return error.code.value
    return None


def _field(error: GraphQLError) -> str:
    names = [node.name.value for node in error.nodes or () if isinstance(node, FieldNode)]
    return names[0] if names else ""
