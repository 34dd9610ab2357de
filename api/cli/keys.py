"""`rangkul keys`: what tokens are signed with. Of content's keys: `api.cli.content_keys`."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from api.cli.console import Failure, out, say

if TYPE_CHECKING:
    from auth.settings import AuthSettings
    from db.session import Database

app = typer.Typer(help="Keep the keys that sign tokens and seal content.", no_args_is_help=True)
Answer = TypeVar("Answer")
Work = Callable[["Database", "AuthSettings"], Coroutine[Any, Any, Answer]]


@app.command("new-secret")
def new_secret() -> None:
    """Print 32 random bytes in base64, for RANGKUL_KEY_ENCRYPTION_KEY.

    Example: rangkul keys new-secret
    """
    from api.cli.home import new_secret as made

    say(made())


@app.command("list")
def list_() -> None:
    """List the signing keys that are still good for something.

    Example: rangkul keys list
    """
    from rich.table import Column, Table
    from sqlalchemy import select

    from db.client import SigningKey

    async def work(database: "Database", _settings: "AuthSettings") -> list[SigningKey]:
        async with database.anonymous() as tx:
            return list(await tx.scalars(select(SigningKey).order_by(SigningKey.signs_from)))

    table = Table(Column("Key", no_wrap=True, min_width=43), "Signs from", "Verifies until")
    for key in run_with_keys(work):
        until = key.verifies_until
        table.add_row(key.kid, f"{key.signs_from:%F %T %Z}", f"{until:%F %T %Z}" if until else "")
    out.print(table)


@app.command("rotate")
def rotate(
    leaked: Annotated[
        bool, typer.Option("--leaked", help="End the other keys, and all their tokens, at once.")
    ] = False,
) -> None:
    """Publish a new signing key; the others run out when their last token has.

    Example: rangkul keys rotate
    """
    from auth.keys import SigningKeys

    async def work(database: "Database", settings: "AuthSettings") -> str:
        return await SigningKeys(database, settings).rotate(leaked=leaked)

    say(f"The new key is {run_with_keys(work)}.")


def run_with_keys(work: "Work[Answer]") -> Answer:
    """Do the work as the API, which keeps the keys itself, on the database it is configured for."""
    from api.cli.configuration import load
    from db.session import Database

    async def run(url: str, settings: "AuthSettings") -> Answer:
        database = Database(url, pooled=False)
        try:
            return await work(database, settings)
        finally:
            await database.close()

    with _database(load()) as (url, settings):
        return asyncio.run(run(url, settings))


@contextmanager
def _database(settings: Any) -> Iterator[tuple[str, "AuthSettings"]]:
    from api.cli.configuration import home_of, load
    from api.cli.home import DATABASE

    if settings.database_url is not None:
        if settings.key_encryption_key is None:
            raise Failure("RANGKUL_KEY_ENCRYPTION_KEY must be set as it is for `rangkul serve`.")
        yield settings.database_url.get_secret_value(), settings.auth
        return
    home = home_of(settings)
    with home.joined() as server:
        if settings.key_encryption_key is None:
            settings = load(key_encryption_key=home.key_encryption_key())
        yield server.url(DATABASE), settings.auth
