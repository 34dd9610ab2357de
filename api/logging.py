"""Logs: one line an event, and never a word about a child.

What goes into a line is chosen here, not left out there: a request's line has a fixed set of
fields, an exception is its class and where it happened, and of a library's record only the
constant part of its first line is kept, whatever the level. There are no variables, bodies, query
strings, tokens or names to leave out.
"""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from json import JSONEncoder
from typing import Any, TextIO

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.stdlib import ProcessorFormatter

from api.failure import kinds, sqlstate, stack
from api.request import request_id

OURS = frozenset({"api", "auth", "db", "domain", "resolvers", "schema"})
"""Our own packages. Everyone else speaks only from WARNING on, and in a few words."""

_OPERATION = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}", re.ASCII)
_request: ContextVar[str | None] = ContextVar("request", default=None)

Event = MutableMapping[str, Any]
log = structlog.get_logger("api.access")


class AccessLog:
    """Writes one line about every request, and lends its id to every line written meanwhile."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _request.set(request_id(Request(scope)))
        status: int | None = None  # still so at the end when the client went away first

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, sent)
        except Exception:
            status = status or 500
            raise
        finally:
            _write(scope, status, time.perf_counter() - began)


def _write(scope: Scope, status: int | None, seconds: float) -> None:
    state = scope["state"]
    operation = state.get("operation_name")
    path = scope["path"]
    write = log.debug if path.startswith("/health/") and status == 200 else log.info
    write(
        "request",
        method=scope["method"],
        path=_without_values(scope) if status != 404 else None,
        status=status,
        duration_ms=round(seconds * 1000, 1),
        client=state.get("client_key"),
        operation=operation if operation and _OPERATION.fullmatch(operation) else None,
    )


def _without_values(scope: Scope) -> str | None:
    """As the route has it: what stands in an address may be a link that opens something.

    An address nobody made may be anything, also where it is only like one of ours.
    """
    if "endpoint" not in scope:
        return None
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(str(value), f"{{{name}}}")
    return path


def configure(level: str = "INFO", *, json: bool = True, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to one stream, as one line each."""
    stream = stream or sys.stderr
    shared: list[structlog.types.Processor] = [
        _without_words,
        _with_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _in_order,
    ]
    renderer = _renderer(json, stream)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[_of_a_library, *shared],
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.raiseExceptions = False  # a record that cannot be written must not be dumped instead
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _renderer(json: bool, stream: TextIO) -> structlog.types.Processor:
    if json:
        encode = JSONEncoder(ensure_ascii=False, default=str).encode
        return structlog.processors.JSONRenderer(lambda event, **_: encode(event))
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=10)


def _of_a_library(_logger: Any, _method: str, event: Event) -> Event:
    """Of a record that is not ours: who said it, and the constant part of its first line."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if record.name.partition(".")[0] not in OURS:
        event["event"] = str(record.msg).partition("\n")[0]
    return event


def _without_words(_logger: Any, _method: str, event: Event) -> Event:
    """An exception becomes its class and where it happened."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exception() if given is True else given
    if isinstance(error, BaseException):
        event["exceptions"], event["where"] = kinds(error), stack(error)
        if state := sqlstate(error):
            event["sqlstate"] = state
    return event


def _with_request(_logger: Any, _method: str, event: Event) -> Event:
    if (id := _request.get()) is not None:
        event.setdefault("request_id", id)
    return event


def _in_order(_logger: Any, _method: str, event: Event) -> Event:
    """When, how grave, what: first in the line, where a person looks."""
    first = {key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}
    return {**first, **event}
