"""`rangkul documents`: the documents that clients may name by their hash, checked."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import out, say


def documents(
    source: Annotated[
        Path,
        typer.Argument(help="A file or folder: *.graphql, or manifests in *.json.", exists=True),
    ],
    output: Annotated[
        Path | None, typer.Option(help="Write all of them into this manifest.")
    ] = None,
) -> None:
    """Check the documents of a portal as the server would, and list their hashes and costs.

    Example: rangkul documents portal/src --output trusted.json
    """
    from rich.table import Table

    from api.app import make_schema
    from api.cli.configuration import load as settings
    from api.documents import Documents
    from api.trusted import PREFIX, load

    texts = load(source)
    known = Documents(make_schema()._schema, settings().limits, texts)
    table = Table("operation", "documentId", "cost")
    for known_as, text in texts.items():
        for name, operation in known.read(text).operations.items():
            cost = operation.size.cost.total(operation.defaults)
            table.add_row(name or "(no name)", PREFIX + known_as, str(cost))
    out.print(table)
    if output is not None:
        output.write_text(json.dumps(texts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        say(f"wrote {output}")
