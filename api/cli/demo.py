"""`rangkul demo`: a server with a world in it, to try everything on one's own machine."""

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, out, say, step
from api.cli.serve import Host, Port
from api.interrupts import heed_sigterm, held
from api.interrupts import run as run_async

if TYPE_CHECKING:
    import socket

    from api.cli.home import Home
    from db.embedded import Server


def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete the demo's data first and begin again.")
    ] = False,
) -> None:
    """Start a server to try: its own PostgreSQL, a seeded world, an explorer. Ctrl-C ends it.

    Everything is kept in the folder .rangkul (RANGKUL_DATA_DIR names another), so that the next
    start is quick and finds what was left. Nothing here is for real data.

    Passkeys need a name instead of a number: try them with --host localhost.

    Example: rangkul demo --port 8080
    """
    began = time.perf_counter()
    heed_sigterm()
    try:
        _demo(host, port, fresh, began)
    except KeyboardInterrupt:
        say("")
    out.print("Stopped. What you did is kept for the next start.")


def _demo(host: str, port: int, fresh: bool, began: float) -> None:
    from api.address import AddressTaken, listen, url_of

    try:
        taken = listen(host, port)
    except AddressTaken as error:
        raise Failure(str(error)) from None
    with taken:
        with held():
            import api.seed
            import api.server  # noqa: F401  (what takes its time to load)
        _set_up_and_serve(taken, url_of(taken, host), fresh, began)


def _set_up_and_serve(taken: "socket.socket", address: str, fresh: bool, began: float) -> None:
    from api.cli.configuration import home_of, load
    from api.logging import configure
    from api.server import make_server_app, run
    from db.embedded import EmbeddedPostgres

    settings = load(anonymous_introspection=True, explorer=True, log_json=False, issuer=address)
    configure(settings.log_level, json=False)
    home = home_of(settings)
    if fresh:
        with step("Deleting the former demo"):
            home.remove()
    home.make()
    postgres = EmbeddedPostgres(home.postgres)
    try:
        with step("Starting PostgreSQL"):
            server = postgres.start()
        url = run_async(lambda: _prepare(server, home, address))
        home.keep_address(address)
        settings = load(
            anonymous_introspection=True,
            explorer=True,
            log_json=False,
            issuer=address,
            DATABASE_URL=url,
            key_encryption_key=home.key_encryption_key(),
            content_keys=home.content_keys(),
            second_factor=False,
            explorer_client_id=home.people()["portal"],
        )
        with step("Building the schema"), held():
            app = make_server_app(settings, demo_clients=home.clients())
        run(app, taken, lambda: _welcome(address, home, began))
        with step("Stopping PostgreSQL"):
            postgres.stop()
    finally:
        postgres.stop()


async def _prepare(server: "Server", home: "Home", address: str) -> str:
    """The database as it was left, brought to the newest form; the first time, a seeded one."""
    from api.cli import home as embedded
    from api.cli.configuration import load
    from api.seed import seed
    from db.session import Database

    if await embedded.exists(server):
        if not home.clients_file.exists():
            raise Failure(
                f"The database in {home.folder} is not a demo's. Choose another folder with "
                "RANGKUL_DATA_DIR; or, if nothing in it is needed, delete it with --fresh."
            )
        with step("Looking for migrations"):
            return await embedded.bring_up(server)
    with step("Making the database"):
        url = await embedded.start_afresh(server)
    with step("Seeding the demo world") as progress:
        settings = load(
            issuer=address,
            key_encryption_key=home.key_encryption_key(),
            content_keys=home.content_keys(),
        )
        database = Database(url, info=settings.carried)
        try:
            seeded = await seed(server.url(embedded.UNFINISHED), database, progress)
        finally:
            await database.close()
    home.keep_people(seeded.people, seeded.portal)
    home.keep_clients(seeded.clients)
    await embedded.finish(server)
    return await embedded.bring_up(server)


def _welcome(address: str, home: "Home", began: float) -> None:
    from rich.box import SIMPLE
    from rich.table import Column, Table

    clients = home.clients()
    keys = [client["client_id"] for client in clients]
    widest = max(map(len, keys))  # never cut: they are there to be copied
    name = Column("Organisation", max_width=max(18, out.width - widest - 6))
    table = Table(name, Column("client_id, and scopes", min_width=widest))
    table.box, table.title, table.title_justify = SIMPLE, "Demo clients", "left"
    for client in clients:
        about = f"{client['client_id']}\n[dim]{_short(client['scopes'])}[/]"
        table.add_row(client["organisation"], about)
    out.print()
    out.print(table)
    say(f"Their secrets are in {home.clients_file} (readable by you alone).")
    out.print()
    _introduce(address, home)
    query = json.dumps({"query": "{ viewer { organisation { name } scopes } }"})
    wanted = json.dumps({"client_id": keys[0]})
    say("A first request, to copy:")
    say(
        f"  TOKEN=$(curl -s {address}/demo/token -H 'content-type: application/json' \\\n"
        f"    -d '{wanted}' \\\n"
        '    | sed \'s/.*"access_token":"\\([^"]*\\).*/\\1/\')\n'
        f'  curl -s {address}/graphql -H "authorization: Bearer $TOKEN" \\\n'
        f"    -H 'content-type: application/json' \\\n    -d '{query}'"
    )
    out.print()
    out.print(
        f"[bold]Explorer: {address}/[/]   (ready in {time.perf_counter() - began:.1f} s; "
        "Ctrl-C stops it)"
    )


def _introduce(address: str, home: "Home") -> None:
    """Who can sign in: in the explorer, or on the pages for people themselves."""
    from rich.box import SIMPLE
    from rich.table import Table

    people = home.people()["people"]
    if not people:
        return
    table = Table("Sign in as", "Roles", "Organisation", box=SIMPLE)
    table.title, table.title_justify = "Demo people", "left"
    for person in people:
        table.add_row(person["email"], " ".join(person["roles"]).lower(), person["organisation"])
    out.print(table)
    say(f"Everybody's password: {people[0]['password']}  (also in {home.people_file})")
    say(f"Their own pages: {address}/account")
    out.print()


def _short(scopes: list[str]) -> str:
    """``mou:read,sign handoff:read`` for mou:read mou:sign handoff:read."""
    nouns: dict[str, list[str]] = {}
    for scope in scopes:
        noun, _, verb = scope.partition(":")
        nouns.setdefault(noun, []).append(verb)
    return " ".join(f"{noun}:{','.join(verbs)}" for noun, verbs in nouns.items())
