"""From an exception to what a client is told and what the log keeps.

Nothing an exception says is repeated: not to the client, and not to the log either, since any
exception may quote the row it choked on. The log gets its class, its SQLSTATE and where it came
from; the request id ties the two together.
"""

import socket
from typing import Any, NamedTuple

import structlog
from graphql import GraphQLError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from api.errors import Code, Language, Problem
from api.failure import kinds, sqlstate, stack
from api.redaction import is_about_an_argument, without_values
from auth.tokens import InvalidToken
from db.ledger import NoLongerOpen
from db.session import CallerUnknown, DatabaseAway
from db.vault import VaultFault
from domain.receipt_keys import KeyUnusable
from domain.refusal import Refusal

log = structlog.get_logger("api")

QUERY_CANCELED = "57014"
TRY_AGAIN = frozenset({"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "25006"})
"""Serialisation, deadlock, no connection left, lock timeout, shutdown, start-up, read-only."""

_KINDS: tuple[tuple[tuple[type[BaseException], ...], Code], ...] = (
    ((CallerUnknown, InvalidToken), Code.UNAUTHENTICATED),
    ((DatabaseAway, PoolExhausted, ConnectionError, socket.gaierror), Code.UNAVAILABLE),
    ((TimeoutError,), Code.TIMEOUT),
    ((NoLongerOpen,), Code.CHANGED_MEANWHILE),
    ((VaultFault, KeyUnusable), Code.DAMAGED),
)

_OURS = (Code.INTERNAL, Code.DAMAGED)
"""What the operator has to look at, and is told about by request id."""


class Explained(NamedTuple):
    """An error as the client sees it."""

    code: Code | None
    """None for a refusal: the domain has codes of its own."""
    body: dict[str, Any]
    problem: Problem | None = None


def explain(error: GraphQLError, language: Language, request_id: str) -> Explained:
    """Say what may be said of an error, and log what nobody expected."""
    if isinstance(error, Problem):
        return _explain_problem(error, error, language)
    if _blames_the_client(error):
        problem = Problem(Code.BAD_INPUT, detail=without_values(error))
        return _explain_problem(error, problem, language)
    origin = _origin(error)
    if isinstance(origin, Problem):
        return _explain_problem(error, origin, language)
    if isinstance(origin, Refusal):
        extensions = {"code": origin.code.value, "field": origin.field}
        return Explained(None, _body(error, origin.message(language), extensions))
    code = code_of(origin)
    _record(code, origin, request_id, error.path)
    facts: dict[str, Any] = {"requestId": request_id} if code in _OURS else {}
    return _explain_problem(error, Problem(code, **facts), language)


def code_of(error: BaseException) -> Code:
    """Which code an exception comes to, looking through to what the driver said."""
    if isinstance(error, Problem):
        return error.code
    for known, code in _KINDS:
        if isinstance(error, known):
            return code
    # asyncio reports several refused addresses at once as a bare OSError.
    lost = type(error) is OSError or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    return Code.UNAVAILABLE if lost else _code_of_state(sqlstate(error))


def _code_of_state(state: str) -> Code:
    if state == QUERY_CANCELED:
        return Code.TIMEOUT
    return Code.UNAVAILABLE if state in TRY_AGAIN or state[:2] == "08" else Code.INTERNAL


def _blames_the_client(error: GraphQLError) -> bool:
    """Whether graphql-core itself refused the document or its variables.

    Before anything runs, its errors point at nodes of the document or have no other origin. While
    fields run they have a path, and only those about an argument are the client's doing; the rest,
    such as a value that does not fit its enum, are ours.
    """
    if error.path is None:
        return error.original_error is None or bool(error.nodes)
    return is_about_an_argument(error)


def _origin(error: BaseException) -> BaseException:
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _explain_problem(error: GraphQLError, problem: Problem, language: Language) -> Explained:
    message = problem.code.sentence(language, problem.facts)
    if problem.detail:
        message = f"{message} {problem.detail}"
    extensions = {"code": problem.code.value, **problem.facts}
    return Explained(problem.code, _body(error, message, extensions), problem)


def _body(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"message": message}
    if error.locations:
        body["locations"] = [location.formatted for location in error.locations]
    if error.path:
        body["path"] = error.path
    body["extensions"] = extensions
    return body


def _record(
    code: Code, error: BaseException, request_id: str, path: list[str | int] | None
) -> None:
    if code is Code.UNAUTHENTICATED:
        return
    write = log.error if code in _OURS else log.warning
    write(
        "request failed",
        request_id=request_id,
        code=code.value,
        exceptions=kinds(error),
        sqlstate=sqlstate(error) or None,
        field=".".join(str(step) for step in path or ()) or None,
        where=stack(error),
    )
