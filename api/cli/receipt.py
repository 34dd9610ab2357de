"""`rangkul receipt`: whether a receipt is genuine, and the keys receipts are signed with."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import Failure, out, say
from api.cli.organisations import find

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.receipt_check import Verdict

app = typer.Typer(help="Verify receipts (berita acara), keep their keys.", no_args_is_help=True)

_UNREADABLE = {
    "TOO_LARGE": "Berkas terlalu besar. / The file is too large.",
    "NOT_JSON": "Berkas ini bukan JSON dan bukan PDF. / The file is neither JSON nor a PDF.",
    "NOT_JWS": "Berkas ini bukan berita acara. / The file is no receipt.",
    "DAMAGED_PDF": "PDF ini rusak. / The PDF is damaged.",
    "NOTHING_ATTACHED": "Tidak ada berita acara terlampir di PDF ini. / No receipt is attached.",
    "SEVERAL_ATTACHED": "Lebih dari satu berita acara terlampir. / More than one is attached.",
    "NOT_KEYS": "Berkas kunci bukan JWK Set. / The file of keys is no JWK Set.",
}


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt: PDF or JSON.")],
    keys: Annotated[
        Path | None,
        typer.Option(help="Public keys as a JWK Set, got by a way you trust: /receipts/keys."),
    ] = None,
) -> None:
    """Say who signed a receipt and when, or precisely what is wrong. Needs no server.

    Exit code 0: genuine. 1: something is wrong. 2: whole, but without --keys nothing shows that the
    keys are the organisations' own.

    Example: rangkul receipt verify berita-acara.pdf --keys keys.json
    """
    from domain.receipt_check import checked, keys_of
    from domain.receipt_file import NotAReceipt, opened

    try:
        known = None if keys is None else keys_of(_json(keys))
        verdict = checked(opened(_bytes(file)), known)
    except NotAReceipt as error:
        raise Failure(_UNREADABLE[str(error)]) from None
    _tell(verdict)
    if not verdict.whole:
        raise typer.Exit(1)
    if not verdict.attributed:
        raise typer.Exit(2)


def _tell(verdict: "Verdict") -> None:
    document = verdict.document
    if document:
        named = [document.get(name, "?") for name in ("number", "kind", "issued_at")]
        say(_plain("  ".join(map(str, named))))
        say(verdict.hash)
    for signed in verdict.signed:
        at = f"{signed.at:%F %T} UTC" if signed.at else "waktu tidak disebut / time not said"
        say(f"  + {_plain(signed.name)}\n      {at}   kunci/key {_plain(signed.kid)}")
    for finding in verdict.findings:
        say(f"  ! {_plain(finding.indonesian)}\n    {_plain(finding.english)}")
    if not verdict.whole:
        say("TIDAK SAH / NOT GENUINE")
    elif verdict.attributed:
        say("SAH / GENUINE: semua pihak menandatangani dokumen ini. / Every party signed this.")
    else:
        say(
            "UTUH, TETAPI PEMILIK KUNCI BELUM DIPERIKSA / WHOLE, BUT WHOSE KEYS THEY ARE IS NOT"
            " SHOWN: ulangi dengan --keys. / Repeat with --keys."
        )


@app.command("keys")
def keys_(
    organisation: Annotated[str | None, typer.Option(help="Only those of this one.")] = None,
) -> None:
    """Print the public keys as a JWK Set, for `rangkul receipt verify --keys`.

    Example: rangkul receipt keys > keys.json
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator, keyed
    from domain.receipt_keys import Custody, published

    settings = load()
    custody = Custody(keyed(settings).auth)

    async def work(tx: "AsyncSession") -> list[dict[str, Any]]:
        owner = await find(tx, organisation) if organisation else None
        return await published(tx, custody, owner.id if owner else None)

    say(json.dumps({"keys": as_operator(settings, work)}, indent=2))


@app.command("rotate-keys")
def rotate_keys(
    organisation: Annotated[
        str | None, typer.Option(help="Only that of this one; also one it keeps itself.")
    ] = None,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt",
            help="After the key-encryption key was changed: vouch anew for every key that is"
            " there. Compare them with a copy of /receipts/keys first.",
        ),
    ] = False,
) -> None:
    """Retire the keys kept here; each organisation gets a new one with its next receipt.

    Retired keys go on verifying what they signed.

    Example: rangkul receipt rotate-keys --organisation KPAI
    """
    from sqlalchemy import func, select, update

    from api.cli.configuration import load
    from api.cli.operator import as_operator, keyed
    from db.receipt import OrganisationKey
    from domain.receipt_keys import Custody

    settings = load()

    async def work(tx: "AsyncSession") -> int:
        living = update(OrganisationKey).where(OrganisationKey.retired_at.is_(None))
        if organisation:
            owner = await find(tx, organisation)
            living = living.where(OrganisationKey.organisation_id == owner.id)
        else:
            living = living.where(OrganisationKey.custodial)
        ended = living.values(retired_at=func.now()).returning(OrganisationKey.id)
        retired = len((await tx.scalars(ended)).all())
        if adopt:
            custody = Custody(keyed(settings).auth)
            for key in (await tx.scalars(select(OrganisationKey))).all():
                key.attested = custody.attested(key.organisation_id, key.kid)
        return retired

    retired = as_operator(settings, work)
    out.print(f"Keys retired: {retired}.")


def _plain(text: str) -> str:
    """Without what a terminal would obey: the file may be anybody's."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _json(path: Path) -> object:
    from domain.receipt_file import NotAReceipt
    from domain.receipt_jws import strict

    try:
        return strict(_bytes(path))
    except (ValueError, RecursionError):
        raise NotAReceipt("NOT_KEYS") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Failure(f"{path} tidak dapat dibaca. / {path} cannot be read.") from None
