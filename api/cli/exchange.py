"""`rangkul import`, `export` and `template`: tables to and from a server, with one's own token.

The commands ask the server as any client does, so that the same rules hold. The token comes from
the environment: a command line is read by others.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, out, say

if TYPE_CHECKING:
    from httpx import Response

Kind = Annotated[str, typer.Argument(help="activities, organisations or measurements.")]
Server = Annotated[str, typer.Option(help="The address of the server.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Where to: a .csv or .xlsx file.")]
TOKEN = "RANGKUL_TOKEN"  # noqa: S105  (the name of a variable)
HERE = "http://127.0.0.1:8000"
_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SECONDS = 120


def import_(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file.")],
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; else only say what is.")] = False,
    server: Server = HERE,
) -> None:
    """Say what importing a file would do and what is wrong with it; with --apply, do it.

    One bad row, and nothing is imported. The access token is read from RANGKUL_TOKEN.

    Example: rangkul import activities kegiatan.xlsx --apply
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise Failure(f"The file {file} cannot be read.") from None
    path = f"/import/{kind}?dryRun={'false' if apply else 'true'}"
    response = _ask("POST", server, path, content, _TYPES[_ending(file)])
    if response.status_code not in (200, 422):
        raise Failure(_why(response))
    told = response.json()
    for problem in told["problems"]:
        where = ", ".join(
            f"{name} {problem[name]}" for name in ("row", "column") if problem[name] is not None
        )
        say(f"{where or 'file'}: {problem['code']}: {problem['message']['id']}")
        say(f"    {problem['message']['en']}")
    if told["problems"]:
        raise typer.Exit(1)
    done = "imported" if told["applied"] else "would be imported; nothing was kept (--apply)"
    counted = ", ".join(f"{told[name]} {name}" for name in ("created", "changed", "unchanged"))
    say(f"{counted}: {done}")


def export(kind: Kind, output: Output, server: Server = HERE) -> None:
    """Write all of a kind that your token may see to a file.

    Example: RANGKUL_TOKEN=... rangkul export activities -o kegiatan.xlsx
    """
    _fetch(server, f"/export/{kind}{_ending(output)}", output)


def template(kind: Kind, output: Output, server: Server = HERE) -> None:
    """Write an empty table to fill; an .xlsx explains each column.

    Example: rangkul template activities -o kegiatan.xlsx
    """
    _fetch(server, f"/import/{kind}/template{_ending(output)}", output)


def _fetch(server: str, path: str, output: Path) -> None:
    response = _ask("GET", server, path)
    if response.status_code != 200:
        raise Failure(_why(response))
    try:
        output.write_bytes(response.content)
    except OSError:
        raise Failure(f"The file {output} cannot be written.") from None
    out.print(f"{len(response.content):,} bytes: {output}", markup=False)


def _ask(
    method: str, server: str, path: str, content: bytes | None = None, type: str | None = None
) -> "Response":
    import httpx

    token = os.environ.get(TOKEN)
    if not token:
        raise Failure(f"Set {TOKEN} to an access token of your organisation.")
    headers = {"authorization": f"Bearer {token}"} | ({"content-type": type} if type else {})
    try:
        return httpx.request(
            method, server.rstrip("/") + path, content=content, headers=headers, timeout=_SECONDS
        )
    except httpx.HTTPError:
        raise Failure(f"The server at {server} cannot be reached.") from None


def _ending(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in _TYPES:
        raise Failure("The file must end in .csv or .xlsx.")
    return ending


def _why(response: "Response") -> str:
    try:
        error = response.json()["errors"][0]
        return f"{error['extensions']['code']}: {error['message']}"
    except (ValueError, LookupError, TypeError):
        return f"The server answered with status {response.status_code}."
