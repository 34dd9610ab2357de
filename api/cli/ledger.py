"""`rangkul ledger`: whether the access ledger is what it was, for anyone; and keeping it."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import Failure, complain, out, say

if TYPE_CHECKING:
    from rich.progress import Progress
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.ledger.checking import LogCheck
    from domain.ledger.checking_receipts import ReceiptCheck
    from domain.ledger.finding import Findings
    from domain.ledger.heads import Head, Reader

    Check = LogCheck | ReceiptCheck

app = typer.Typer(
    help="Check the access ledger (rekam jejak pemrosesan), and keep it.", no_args_is_help=True
)

WRONG, UNCHECKED = 1, 2
_STEP = 10_000
_SHOWN = 20


@app.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="Receipts, or a ledger that was exported; - for stdin.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(help="The public keys: a JWK Set from /ledger/keys.")
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(help="A signed head that you kept, from /ledger/head or a receipt."),
    ] = None,
    database: Annotated[
        bool,
        typer.Option("--database", help="Recompute all from the tables, as their owner."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The findings as one JSON object.")] = False,
) -> None:
    """Say whether a ledger or receipts are what was signed; if not, which entry is not, and how.

    Needs no server, and trusts nothing but the keys. Exit code 0: nothing is wrong. 1: something
    is wrong. 2: it could not be checked.

    Example: rangkul ledger verify receipts.jsonl --keys keys.json --head head.json
    """
    try:
        if (file is None) != database:
            raise Failure("Name a file, or --database for the tables themselves.")
        reader = _reader(keys) if keys else None
        if file is None:
            check, findings = _check_database(reader, head)
        else:
            if reader is None:
                raise Failure("Name the public keys: --keys keys.json, from /ledger/keys.")
            check, findings = _check_file(file, reader, head)
    except Failure as failure:
        complain(str(failure))
        raise typer.Exit(UNCHECKED) from None
    (_tell_json if json else _tell)(check, findings)
    if findings:
        raise typer.Exit(WRONG)


@app.command("export")
def export(
    output: Annotated[Path | None, typer.Option(help="Where to; otherwise to stdout.")] = None,
) -> None:
    """Write the whole ledger, line by line, for others to check. It names nobody.

    Works as the role of MIGRATION_DATABASE_URL.

    Example: rangkul ledger export --output ledger.jsonl
    """
    import orjson

    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from domain.ledger.stored import exported

    async def work(tx: "AsyncSession") -> int:
        count = 0
        with output.open("wb") if output else sys.stdout.buffer as stream:
            async for line in exported(tx):
                stream.write(orjson.dumps(line) + b"\n")
                count += "entry" in line
        return count

    count = as_operator(load(), work)
    if output:
        say(f"{count} entries are in {output}.")


@app.command("keys")
def keys() -> None:
    """Print the public keys as a JWK Set, for `rangkul ledger verify --keys`.

    Example: rangkul ledger keys > keys.json
    """
    import orjson

    from api.cli.configuration import load
    from api.cli.operator import as_operator, auth_settings
    from domain.ledger.keys import LedgerKeys

    settings = load()
    ledger_keys = LedgerKeys(auth_settings(settings))

    async def work(tx: "AsyncSession") -> Any:
        return (await ledger_keys.ring(tx)).jwks

    say(orjson.dumps(as_operator(settings, work), option=orjson.OPT_INDENT_2).decode())


@app.command("new-key")
def new_key() -> None:
    """Sign with another key from now on; keys that signed before stay published.

    Also the way on when the key-encryption key is lost: heads signed before are then no longer
    checked here, so verify the ledger first, with keys you kept.

    Example: rangkul ledger new-key
    """
    from api.cli.keys import run_with_keys
    from domain.ledger.sealing import Sealer

    async def work(database: Any, settings: Any) -> str:
        return await Sealer(database, settings).new_key()

    say(f"The new key is {run_with_keys(work)}.")


def _reader(keys: Path) -> "Reader":
    from domain.ledger.heads import BadHead, Reader

    try:
        return Reader.of(_json(keys))
    except BadHead as error:
        raise Failure(f"{keys}: {error}.") from None


def _kept(path: Path | None, reader: "Reader") -> "Head | None":
    """A head as /ledger/head gives it, or as it stands in a receipt, or by itself."""
    from domain.ledger.heads import BadHead

    if path is None:
        return None
    text = _bytes(path).strip()
    said = _json(path) if text.startswith(b"{") else text.decode(errors="replace").strip('"')
    try:
        return reader.read(said.get("head") if isinstance(said, dict) else said)
    except BadHead as error:
        raise Failure(f"{path}: {error}.") from None


def _check_file(path: Path, reader: "Reader", head: Path | None) -> "tuple[Check, Findings]":
    from domain.ledger.checking import LogCheck
    from domain.ledger.checking_receipts import ReceiptCheck
    from domain.ledger.reading import are_receipts, check_log, check_receipts

    kept = _kept(head, reader)
    with _progress() as progress:
        lines = _lines(path, progress)
        first = next(lines, None)
        if first is None:
            raise Failure(f"{path} is empty.")
        if are_receipts(first[1]):
            receipts = ReceiptCheck(reader, kept)
            check_receipts(receipts, chain([first], lines))
            return receipts, receipts.end()
        log = LogCheck(reader, kept)
        check_log(log, chain([first], lines))
        return log, log.end()


def _check_database(reader: "Reader | None", head: Path | None) -> "tuple[Check, Findings]":
    from api.cli.configuration import load
    from api.cli.operator import as_operator, auth_settings
    from domain.ledger.checking import LogCheck
    from domain.ledger.heads import Reader
    from domain.ledger.keys import LedgerKeys
    from domain.ledger.stored import StoredCheck

    settings = load()
    ledger_keys = None if reader else LedgerKeys(auth_settings(settings))

    async def work(tx: "AsyncSession") -> "LogCheck":
        known = reader
        if known is None:
            assert ledger_keys is not None
            known = Reader((await ledger_keys.ring(tx)).keys)
        check = LogCheck(known, _kept(head, known))
        with _progress() as progress:
            task = progress.add_task("Checking", total=None)
            async for index in StoredCheck(tx, check).run():
                progress.update(task, completed=index)
        return check

    check = as_operator(settings, work)
    return check, check.end()


def _lines(path: Path, progress: "Progress") -> Iterator[tuple[int, Any]]:
    """The lines of a file with their numbers; None for what is no JSON."""
    import orjson

    if str(path) == "-":
        stream, size = sys.stdin.buffer, None
    else:
        try:
            stream, size = path.open("rb"), path.stat().st_size
        except OSError:
            raise Failure(f"{path} cannot be read.") from None
    task = progress.add_task("Checking", total=size)
    with stream:
        read = 0
        for number, line in enumerate(stream, 1):
            read += len(line)
            if number % _STEP == 0:
                progress.update(task, completed=read)
            if line.isspace():
                continue
            try:
                yield number, orjson.loads(line)
            except orjson.JSONDecodeError:
                yield number, None


def _progress() -> "Progress":
    from rich.progress import Progress

    from api.cli.console import err

    return Progress(console=err, transient=True, disable=not err.is_terminal)


def _tell(check: "Check", findings: "Findings") -> None:
    for finding in findings[:_SHOWN]:
        where = [
            f"entry {finding.index}" if finding.index is not None else "",
            _plain(finding.id or ""),
            f"line {finding.line}" if finding.line is not None else "",
        ]
        out.print(f"[red]{finding.wrong}[/] ", end="")
        say(f"{', '.join(filter(None, where))}: {_plain(finding.what)}")
    if findings.total > _SHOWN:
        say(f"... and {findings.total - _SHOWN} more; --json lists them.")
    signed = f"{check.entries} entries under {check.heads} signed heads"
    if findings:
        out.print(f"[red]Something is wrong[/] with {signed}: findings {findings.total}.")
    else:
        out.print(f"[green]Nothing is wrong[/] with {signed}.")
    if unsealed := getattr(check, "unsealed", 0):
        say(f"{unsealed} entries after the last signed head are nobody's word yet.")


def _tell_json(check: "Check", findings: "Findings") -> None:
    import orjson

    told = {
        "entries": check.entries,
        "heads": check.heads,
        "whole": not findings,
        "total": findings.total,
        "findings": [finding.document for finding in findings],
    }
    say(orjson.dumps(told).decode())


def _plain(text: str) -> str:
    """Without what a terminal would obey: the file may be anybody's."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _json(path: Path) -> Any:
    import orjson

    try:
        return orjson.loads(_bytes(path))
    except orjson.JSONDecodeError:
        raise Failure(f"{path} is no JSON.") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Failure(f"{path} cannot be read.") from None
