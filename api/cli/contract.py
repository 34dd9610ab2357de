"""`rangkul schema` and `rangkul docs`: what is generated from the code, and committed."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import Failure, say


def schema(
    output: Annotated[
        Path | None, typer.Option(help="Write to this file instead of printing.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(help="Write nothing; fail when this file differs.")
    ] = None,
) -> None:
    """Print the GraphQL schema, as schema.graphql holds it.

    Example: rangkul schema --output schema.graphql
    """
    from api.app import make_schema

    sdl = make_schema().as_str().rstrip() + "\n"
    if check is not None:
        _check({check: sdl}, "make schema")
    elif output is not None:
        output.write_text(sdl, encoding="utf-8")
    else:
        say(sdl.rstrip())


def docs(
    folder: Annotated[Path, typer.Option(help="Where the pages are.")] = Path("docs"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when a page differs.")
    ] = False,
) -> None:
    """Write the pages of docs/ that come from the code: settings, errors, scopes.

    Example: rangkul docs --check
    """
    from api.reference import pages

    written = {folder / name: text for name, text in pages().items()}
    if check:
        _check(written, "make docs")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
        say(f"wrote {path}")


def _check(expected: dict[Path, str], remedy: str) -> None:
    stale = [
        str(path)
        for path, text in expected.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if stale:
        raise Failure(f"{', '.join(stale)} no longer says what the code does. Run `{remedy}`.")
