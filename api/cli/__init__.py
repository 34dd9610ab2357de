"""The command `rangkul`. Each command imports what it needs when it runs, so help comes at once."""

import sys
import traceback
from typing import Annotated

import typer

from api.cli import (
    clients,
    content_keys,
    contract,
    database,
    demo,
    documents,
    exchange,
    keys,
    ledger,
    organisations,
    providers,
    receipt,
    retention,
    security,
    serve,
    statistics,
    users,
)
from api.cli.console import Failure, complain, sentence

__all__ = ["content_keys", "main"]

app = typer.Typer(
    help="Rangkul: agreements, joint activities and case handoffs for child protection.",
    epilog="To look around: rangkul demo. For real: rangkul migrate, then rangkul serve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("migrate")(database.migrate)
app.command("seed")(database.seed)
app.command("import")(exchange.import_)
app.command("export")(exchange.export)
app.command("template")(exchange.template)
app.command("schema")(contract.schema)
app.command("docs")(contract.docs)
app.command("documents")(documents.documents)
app.command("security")(security.security)
app.add_typer(organisations.app, name="organisation")
app.add_typer(clients.app, name="client")
app.add_typer(users.app, name="user")
app.add_typer(providers.app, name="provider")
app.add_typer(keys.app, name="keys")
app.add_typer(ledger.app, name="ledger")
app.add_typer(retention.app, name="retention")
app.add_typer(receipt.app, name="receipt")
app.add_typer(statistics.app, name="statistics")

_shown = {"traceback": False}


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error came from, with all it says.")
    ] = False,
) -> None:
    _shown["traceback"] = debug


def main() -> None:
    """Run the command; whatever goes wrong becomes one sentence and the exit code 1."""
    try:
        app(prog_name="rangkul")
    except Exception as error:
        if _shown["traceback"] and not isinstance(error, Failure):
            traceback.print_exc()
        complain(sentence(error))
        sys.exit(1)
