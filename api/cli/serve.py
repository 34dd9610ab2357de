"""`rangkul serve`: the API for real."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from api.cli.console import Failure
from api.interrupts import heed_sigterm, held
from api.interrupts import run as run_async

if TYPE_CHECKING:
    import socket

    from api.settings import Settings

Host = Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 for all.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 for any free one.")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
) -> None:
    """Serve the API, on the PostgreSQL of DATABASE_URL or on an embedded one.

    Nothing is served on a database or as a role on which row-level security could not be relied;
    what is wrong and what to do is said instead. TLS is for the proxy in front.

    Example: DATABASE_URL=postgresql://rangkul_api:...@db/rangkul rangkul serve --workers 4
    """
    from api.address import AddressTaken, listen
    from api.cli.configuration import load
    from api.logging import configure

    settings = load()
    configure(settings.log_level, json=settings.log_json)
    if settings.database_url and not settings.key_encryption_key:
        raise Failure(
            "RANGKUL_KEY_ENCRYPTION_KEY is not set. `rangkul keys new-secret` prints a new one: "
            "keep it, every replica needs the same."
        )
    heed_sigterm()
    try:
        with ExitStack() as stack:
            taken = stack.enter_context(listen(host, port))
            with held():
                import api.preflight
                import api.server  # noqa: F401  (what takes its time to load)
            complete = _complete(settings, taken, stack)
            _serve(complete, taken, workers, embedded=settings.database_url is None)
    except AddressTaken as error:
        raise Failure(str(error)) from None
    except KeyboardInterrupt:
        return


def _complete(settings: "Settings", taken: "socket.socket", stack: ExitStack) -> "Settings":
    """The settings with what was left open: the issuer, and an embedded PostgreSQL."""
    from api.address import url_of
    from api.cli.configuration import home_of, load
    from api.cli.home import bring_up
    from db.embedded import EmbeddedPostgres

    found: dict[str, Any] = {}
    if "issuer" not in settings.model_fields_set:
        found["issuer"] = url_of(taken)
    if settings.database_url is None:
        home = home_of(settings)
        home.make()
        home.keep_address(found.get("issuer", settings.issuer))
        server = stack.enter_context(EmbeddedPostgres(home.postgres))
        found["DATABASE_URL"] = run_async(lambda: bring_up(server))
        if settings.key_encryption_key is None:
            found["key_encryption_key"] = home.key_encryption_key()
        if settings.content_keys is None:
            found["content_keys"] = home.content_keys()
    return load(**found)


def _serve(settings: "Settings", taken: "socket.socket", workers: int, *, embedded: bool) -> None:
    import structlog

    from api.address import url_of
    from api.admission import Rules
    from api.app import make_schema
    from api.cli.configuration import hand_down
    from api.preflight import Obstacle, check
    from api.server import make_server_app, run, run_workers

    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    try:
        run_async(lambda: check(url, settings.auth, settings.vault))
    except Obstacle as error:
        raise Failure(str(error)) from None
    if settings.trusted_documents:  # said here once, and not by each worker that cannot start
        make_schema(Rules(settings.limits, trusted=settings.trusted))
    log = structlog.get_logger("api")
    if urlsplit(settings.issuer).scheme != "https" and not embedded:
        log.warning("RANGKUL_ISSUER is not an https address: set it to ours as clients see it")

    def ready() -> None:
        log.info("serving", address=url_of(taken), issuer=settings.issuer, workers=workers)

    if workers == 1:
        with held():
            app = make_server_app(settings)
        run(app, taken, ready, trusted_proxies=settings.trusted_proxies)
    else:
        hand_down(settings)
        ready()
        run_workers(workers, taken, trusted_proxies=settings.trusted_proxies)
    log.info("stopped")
