"""Serving: in one process or in several, and how they end."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors.multiprocess import Multiprocess

from api import interrupts
from api.app import make_app
from api.demo import explorer_demo
from api.explorer import routes as explorer_routes
from api.logging import AccessLog, configure
from api.settings import Settings
from db.session import Database

LAST_WORDS = 25
"""Seconds that running requests have to end after we were told to stop."""


def make_server_app(
    settings: Settings, *, demo_clients: Sequence[Mapping[str, Any]] | None = None
) -> ASGIApp:
    """The application as it is served: on the settings' database, with its log."""
    if settings.database_url is None:
        raise ValueError("DATABASE_URL is not set")
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        statement_timeout_ms=settings.statement_timeout_ms,
    )
    demo = None if demo_clients is None else explorer_demo(settings, database, demo_clients)
    routes = (
        explorer_routes(demo=demo, sign_in=settings.explorer_client_id) if settings.explorer else []
    )
    return AccessLog(make_app(settings, database, more_routes=routes))


def create_app() -> ASGIApp:
    """What each of several workers makes, from the environment it was given."""
    settings = Settings()
    configure(settings.log_level, json=settings.log_json)
    _end_with_parent()
    return make_server_app(settings)


def run(
    app: ASGIApp, taken: socket.socket, when_ready: Callable[[], None], *, trusted_proxies: str = ""
) -> None:
    """Serve in this process until SIGINT or SIGTERM, then end what is running and return."""
    server = _Server(_config(app, trusted_proxies=trusted_proxies), when_ready)
    interrupts.run(lambda: server.serve(sockets=[taken]), server.config.get_loop_factory())


def run_workers(count: int, taken: socket.socket, *, trusted_proxies: str = "") -> None:
    """Serve in several processes, replaced when they die, until SIGINT or SIGTERM."""
    config = _config("api.server:create_app", workers=count, trusted_proxies=trusted_proxies)
    Multiprocess(config, [taken]).run()


def _config(app: ASGIApp | str, *, workers: int = 1, trusted_proxies: str) -> uvicorn.Config:
    """Nobody is believed about where a request comes from, but the proxies that were named."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_WORDS,
    )


class _Server(uvicorn.Server):
    """Says when it answers; and a signal that ended it has then done its work.

    The one it is made from raises the signal again, which would end us before our database.
    """

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        ours = (signal.SIGINT, signal.SIGTERM)
        former = {number: signal.signal(number, self.handle_exit) for number in ours}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def _end_with_parent() -> None:
    """A worker whose parent was killed would keep the port, and its database may be gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
