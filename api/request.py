"""Reading a GraphQL request from HTTP: who it says it is, which language, which parameters."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from api.errors import Code, Language, Problem
from api.limits import Limits
from api.trusted import named
from auth.language import preferred

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?utf-?8\"?\s*", re.IGNORECASE)
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,127}")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a client asks to be run."""

    query: str
    """Empty when only the hash of a trusted document was sent."""
    variables: dict[str, Any] | None
    operation_name: str | None
    known_as: str | None = None
    """The hash by which the document is known."""


class _Headers(Headers):
    """Found by name in one step: a dozen of them are asked for in each request."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def get(self, key: str, default: Any = None) -> Any:
        found = self._first.get(key.lower().encode("latin-1"))
        return default if found is None else found.decode("latin-1")


class Call(Request):
    """A request to GraphQL."""

    @cached_property
    def headers(self) -> Headers:
        return _Headers(self.scope)


def request_id(request: Request) -> str:
    """The id under which a request is logged: the caller's own if it is a sensible one.

    Kept on the request, where `make_context` and every log line find the same one.
    """
    state = request.scope.setdefault("state", {})  # what `request.state` looks at
    known: str | None = state.get("request_id")
    if known is None:
        given = request.headers.get("x-request-id", "")
        known = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        state["request_id"] = known
    return known


def language(request: Request) -> Language:
    """Indonesian, unless English is asked for and preferred (RFC 9110 section 12.5.4)."""
    return preferred(request.headers.get("accept-language", ""))


def media_type(request: Request) -> str:
    """The media type to answer in. Older clients send no Accept, or ``*/*``: plain JSON then."""
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    for wanted in accepted:
        if wanted in (GRAPHQL, JSON):
            return wanted
    return JSON


async def read(request: Request, limits: Limits) -> Parameters:
    """The parameters of a GET or POST, or the problem with them."""
    parameters = await _read(request, limits)
    request.state.operation_name = parameters.operation_name  # for the log
    return parameters


async def _read(request: Request, limits: Limits) -> Parameters:
    if request.method == "GET":
        return _from_query(request, limits)
    content_type = request.headers.get("content-type", "")
    kind, semicolon, rest = content_type.partition(";")
    if kind.strip().lower() != JSON or (semicolon and not _CHARSET.fullmatch(semicolon + rest)):
        _refuse("The body must be application/json in UTF-8.", 415)
    if request.headers.get("content-encoding", "identity") != "identity":
        _refuse("The body must not be compressed.", 415)
    sent = _json(await body(request, limits.body_bytes))
    if not isinstance(sent, dict):
        _refuse("The body must be one JSON object; batches are not accepted.")
    return _parameters(sent)


async def body(request: Request, most: int) -> bytes:
    """The body, given up as soon as it is too long, whatever Content-Length claimed."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > most:
        raise Problem(Code.TOO_LARGE, maximum=most)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            raise Problem(Code.TOO_LARGE, maximum=most)
    return bytes(read)


def _from_query(request: Request, limits: Limits) -> Parameters:
    if len(request.scope["query_string"]) > limits.body_bytes:
        raise Problem(Code.TOO_LARGE, maximum=limits.body_bytes)
    sent: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in sent:
            sent[name] = _json(sent[name].encode())
    return _parameters(sent)


def _parameters(sent: Mapping[str, Any]) -> Parameters:
    query, name = sent.get("query"), sent.get("operationName")
    known_as = named(sent)
    if known_as and query is None:
        query = ""
    elif not isinstance(query, str) or not query:
        _refuse("The parameter query must be a non-empty string.")
    if not (name is None or (isinstance(name, str) and _NAME.fullmatch(name))):
        _refuse("The parameter operationName must be a name or null.")
    for parameter in ("variables", "extensions"):
        if not isinstance(sent.get(parameter), dict | None):
            _refuse(f"The parameter {parameter} must be an object or null.")
    return Parameters(query, sent.get("variables"), name, known_as)


def _json(body: bytes) -> Any:
    """Strict JSON: UTF-8 only, no NaN, and no nesting that would exhaust the stack."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        _refuse("The parameters are not valid JSON.")


def _refuse(detail: str, status: int = 400) -> NoReturn:
    raise Problem(Code.BAD_INPUT, detail=detail, status=status)
