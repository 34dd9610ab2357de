"""GraphQL over HTTP: one address that takes a document and answers with JSON.

Built on Strawberry's schema, not on its HTTP view: that view costs as much time as running a small
operation, and all it would add (batches, uploads, web sockets, streams) is what we keep shut.

There are no cookies. Who is calling is told by the Authorization header alone, which no browser
sends to us on behalf of another site, so there is nothing for a forged request to ride on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    GraphQLError,
)
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Send
from starlette.types import Scope as Connection
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from api.admission import EdgeContext
from api.errors import Code, Problem
from api.executing import READING, WRITING, Schema
from api.explain import Explained, explain
from api.limits import check
from api.request import JSON, Call, Parameters, language, media_type, read, request_id
from api.turns import Turns
from auth.bearer import Challenges, NoToken
from auth.caller import Caller
from auth.dpop import ProofRefused
from auth.tokens import InvalidToken

Authenticate = Callable[[Request], Awaitable[Caller | None]]
"""Who is asking; None without a token; raises InvalidToken (or NoToken) for one that is no good,
and ProofRefused when it is bound to a key that the request does not prove to have."""

MakeContext = Callable[[Request, Caller | None], EdgeContext]
"""The context of one request, for resolvers."""

Settle = Callable[[Any, Sequence[GraphQLError]], Awaitable[None]]
"""What must be done with the context of a caller when all is answered and nothing has left yet. If
it raises, that is the answer, and of the other nothing is served."""


WHOLE = frozenset({Code.UNAUTHENTICATED, Code.UNAVAILABLE, Code.TIMEOUT})
"""Failures that, when every field met one, are the failure of the request."""


@dataclass(slots=True)
class Answer:
    """What is sent back. Starlette's Response encodes headers again at every change of one."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, send: Send) -> None:
        self.headers["content-length"] = str(len(self.body))
        headers = [(name.encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Endpoint:
    """The ASGI application at ``/graphql``."""

    def __init__(
        self,
        schema: Schema,
        *,
        authenticate: Authenticate,
        make_context: MakeContext,
        challenges: Challenges | None = None,
        settle: Settle | None = None,
    ) -> None:
        self.schema = schema
        self._authenticate, self._make_context = authenticate, make_context
        self._challenges = challenges or Challenges()
        self._settle = settle
        self._turns = Turns(schema.rules.limits.at_once)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        request = Call(scope, receive)
        answer = await self._respond(request)
        answer.headers["cache-control"] = "no-store"
        answer.headers["x-content-type-options"] = "nosniff"
        answer.headers["x-request-id"] = request_id(request)
        if nonce := self._challenges.next_nonce(request, answer.status):
            answer.headers["dpop-nonce"] = nonce
        await answer.send(send)

    async def _respond(self, request: Request) -> Answer:
        try:
            return self._answer(request, await self._run(request))
        except ClientDisconnect:
            return Answer(status=400)  # nobody is left to read it
        except Problem as problem:
            return self._refuse(request, problem)
        except (NoToken, InvalidToken, ProofRefused) as error:
            headers = {"www-authenticate": self._challenges.challenge(request, error)}
            detail = error.description if isinstance(error, ProofRefused) else ""
            return self._refuse(
                request, Problem(Code.UNAUTHENTICATED, detail=detail, headers=headers)
            )
        except Exception as error:
            return self._refuse(request, GraphQLError("", original_error=error))

    async def _run(self, request: Request) -> ExecutionResult:
        limits = self.schema.rules.limits
        if request.method not in ("GET", "POST"):
            raise _not_allowed("Use GET or POST.", "GET, POST")
        async with asyncio.timeout(limits.seconds):
            caller = await self._authenticate(request)
            # Before the body is read: those who wait for their turn are not kept in memory.
            async with self._turns.of(caller and caller.organisation_id):
                context = self._make_context(request, caller)
                parameters = await read(request, limits)
                text = self.schema.rules.trusted.text(parameters.query, parameters.known_as)
                check("document", len(text), limits.document)
                result = await self._execute(text, parameters, context, request.method)
                if self._settle is not None and caller is not None:
                    await self._settle(context, result.errors or ())
                return result

    async def _execute(
        self, text: str, parameters: Parameters, context: EdgeContext, method: str
    ) -> ExecutionResult:
        try:
            return await self.schema.execute(
                text,
                variable_values=parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
                allowed_operation_types=WRITING if method == "POST" else READING,
            )
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.MUTATION:
                raise _not_allowed("Send mutations with POST.", "POST") from None
            raise Problem(Code.BAD_INPUT, detail="There are no subscriptions.") from None

    def _answer(self, request: Request, result: ExecutionResult) -> Answer:
        """What came of a well-formed request: data, or errors, or both."""
        errors: list[Explained] = []
        if result.errors:
            tongue, known = language(request), request_id(request)
            errors = [explain(error, tongue, known) for error in result.errors]
        refusals = errors if _is_refused(result) else _whole_failure(result.data, errors)
        data: Any = result.data
        if isinstance(data, bytes):  # JSON already, as the database wrote it
            data = orjson.Fragment(data)
        body: dict[str, Any] = {} if refusals else {"data": data}
        if errors:
            body["errors"] = [error.body for error in errors]
        if result.extensions:
            body["extensions"] = result.extensions
        answer = _answer(request, body)
        if refusals:
            self._fail(answer, request, refusals, lenient=media_type(request) == JSON)
        return answer

    def _refuse(self, request: Request, error: GraphQLError) -> Answer:
        """What to say to a request that did not come as far as a document."""
        told = explain(error, language(request), request_id(request))
        answer = _answer(request, {"errors": [told.body]})
        self._fail(answer, request, [told], lenient=False)
        return answer

    def _fail(
        self, answer: Answer, request: Request, refusals: list[Explained], *, lenient: bool
    ) -> None:
        """Put the failure where HTTP looks for it (RFC 6750 section 3).

        `lenient` keeps the older custom that a document which cannot be run is answered with 200.
        """
        problem = refusals[0].problem
        if problem is None or (lenient and not problem.code.concerns_transport):
            return
        answer.status = problem.status
        if problem.code is Code.UNAUTHENTICATED:
            answer.headers["www-authenticate"] = self._challenges.challenge(request)
        elif problem.code is Code.MISSING_SCOPE:
            scopes = [one.problem.facts["scope"] for one in refusals if one.problem]
            challenge = self._challenges.challenge(request, scopes=scopes)
            answer.headers["www-authenticate"] = challenge
        elif problem.code is Code.UNAVAILABLE:
            answer.headers["retry-after"] = "5"
        answer.headers.update(problem.headers)


def _not_allowed(detail: str, allow: str) -> Problem:
    return Problem(Code.BAD_INPUT, detail=detail, status=405, headers={"allow": allow})


def _is_refused(result: ExecutionResult) -> bool:
    """Whether nothing ran: refused before, or stopped at the variables. Then no data is sent."""
    return isinstance(result, PreExecutionError) or (
        result.data is None and all(error.path is None for error in result.errors or ())
    )


def _whole_failure(data: dict[str, Any] | None, errors: list[Explained]) -> list[Explained]:
    """The errors, if every root field failed for a reason that has nothing to do with the field.

    A database that is away makes each of them null; clients and load balancers should see a 503
    and not a success full of nulls.
    """
    if not errors:
        return []
    whole = [error for error in errors if error.code in WHOLE and error.body.get("path")]
    failed = {error.body["path"][0] for error in whole}
    answered = data and any(name not in failed or data[name] is not None for name in data)
    return [] if answered else whole


def _answer(request: Request, body: dict[str, Any]) -> Answer:
    content_type = f"{media_type(request)}; charset=utf-8"
    return Answer(orjson.dumps(body), headers={"content-type": content_type})
