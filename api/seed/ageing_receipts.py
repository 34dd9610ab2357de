"""Giving receipts their past: written anew from what is now dated back, and signed again.

Only a world that is being made up may do this; the API has no way to change a receipt.
"""

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.handoff import Handoff, HandoffSection
from db.ids import encode
from db.mou import MouVersion
from db.receipt import OrganisationKey, Receipt, ReceiptSignature
from domain.receipt_document import Document, canonical, hash_of, of_handoff, of_version, stamp
from domain.receipt_jws import signed_with
from domain.receipt_keys import Custody


async def age_receipts(tx: AsyncSession, custody: Custody) -> None:
    """Every receipt says when it really was, in this world."""
    rows = await tx.execute(
        select(OrganisationKey.organisation_id, OrganisationKey.kid, OrganisationKey.sealed)
    )
    keys = {id: (kid, custody.opened(id, kid, sealed)) for id, kid, sealed in rows if sealed}
    written = {
        encode("section", id): stamp(at)
        for id, at in await tx.execute(select(HandoffSection.id, HandoffSection.created_at))
    }
    for receipt in (await tx.scalars(select(Receipt))).all():
        facts, at = await _facts(tx, receipt)
        document = json.loads(receipt.document)
        for section in document.get("sections", ()):
            section["written_at"] = written[section["id"]]
        facts |= {name: document[name] for name in ("sections", "law") if name in document}
        text = canonical(document | facts)
        receipt.document, receipt.hash, receipt.created_at = text, hash_of(text), at
        for signer in receipt.signers:
            kid, key = keys[signer]
            protected, signature = signed_with(key, text, kid, at)
            await tx.execute(
                update(ReceiptSignature)
                .where(
                    ReceiptSignature.receipt_id == receipt.id,
                    ReceiptSignature.organisation_id == signer,
                )
                .values(protected=protected, signature=signature, signed_at=at)
            )
    await tx.flush()


async def _facts(tx: AsyncSession, receipt: Receipt) -> tuple[Document, datetime]:
    """What the document says of its subject, and when that came about."""
    if receipt.handoff_id is not None:
        handoff = await tx.get_one(Handoff, receipt.handoff_id)
        assert handoff.accepted_at is not None
        return await of_handoff(tx, handoff), handoff.accepted_at
    version = await tx.get_one(MouVersion, receipt.version_id)
    assert version.signed_at is not None
    return await of_version(tx, version), version.signed_at
