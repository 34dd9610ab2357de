"""Receipts (berita acara): made with what they attest, signed by every side, read by those sides.

Whoever accepts a handoff, or puts the last signature under an agreement, makes the receipt in the
same transaction: there is no accepted handoff without one, and none of what was rolled back.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.caller import Caller
from auth.client_keys import verifying_key
from auth.events import EventKind
from db.handoff import Handoff
from db.ids import encode, new_id
from db.mou import MouVersion
from db.receipt import OrganisationKey, Receipt, ReceiptSignature
from domain.checks import Json, Ref, found, id_of
from domain.mou_content import parties_of
from domain.paging import Order
from domain.receipt_document import FORMAT, Document, canonical, hash_of, of_handoff, of_version
from domain.receipt_jws import (
    NotSigned,
    algorithms_of,
    compact_of,
    encoded,
    header_of,
    signed_with,
    verifies,
)
from domain.receipt_keys import Custody, signing_keys
from domain.refusal import Refusal, RefusalCode, require

ORDER = Order(("id",))
MOST_SIGNERS = 100
"""More than any agreement has parties."""
LONGEST_JWS = 200_000


def custody_of(tx: AsyncSession) -> Custody:
    """The keeper of keys, whom the installation gave every transaction."""
    custody: Custody = tx.info["custody"]
    return custody


async def accepted(tx: AsyncSession, handoff: Handoff) -> None:
    """The receipt of a handoff that is being accepted (berita acara serah terima)."""
    document = await of_handoff(tx, handoff)
    signers = [handoff.sender_id, handoff.receiver_id]
    assert handoff.accepted_at is not None
    await _make(tx, document, handoff.accepted_at, signers, handoff_id=handoff.id)


async def concluded(tx: AsyncSession, version: MouVersion) -> None:
    """The receipt of an agreement that its last party is signing."""
    await tx.refresh(version, ["signed_at"])
    document = await of_version(tx, version)
    signers = [party.organisation_id for party in await parties_of(tx, version.id)]
    assert version.signed_at is not None
    await _make(tx, document, version.signed_at, signers, version_id=version.id)


async def _make(
    tx: AsyncSession,
    facts: Document,
    at: datetime,
    signers: Sequence[UUID],
    *,
    handoff_id: UUID | None = None,
    version_id: UUID | None = None,
) -> None:
    custody = custody_of(tx)
    keys = await signing_keys(tx, custody, signers, handoff_id, version_id)
    id = new_id()
    document = canonical(
        facts
        | {
            "format": FORMAT,
            "id": encode("receipt", id),
            "issuer": custody.issuer,
            "signers": [
                {
                    "organisation": encode("organisation", signer),
                    "kid": keys[signer].kid,
                    "jwk": keys[signer].jwk,
                }
                for signer in signers
            ],
        }
    )
    values = {"kind": facts["kind"], "number": facts["number"], "signers": signers,
              "handoff_id": handoff_id, "version_id": version_id}  # fmt: skip
    await tx.execute(
        insert(Receipt).values(id=id, document=document, hash=hash_of(document), **values)
    )
    signatures = []
    for signer in signers:
        key = keys[signer]
        if key.private is not None:
            protected, signature = signed_with(key.private, document, key.kid, at)
            signatures.append(_signature(id, signer, key.kid, protected, signature))
    if signatures:
        await tx.execute(insert(ReceiptSignature).values(signatures))


def _signature(
    receipt: UUID, organisation: UUID, kid: str, protected: str, signature: str
) -> dict[str, Any]:
    return {"id": new_id(), "receipt_id": receipt, "organisation_id": organisation, "kid": kid,
            "protected": protected, "signature": signature}  # fmt: skip


async def sign(tx: AsyncSession, caller: Caller, ref: Ref, jws: str) -> Receipt:
    """Add the signature of an organisation that keeps its own key."""
    receipt = await found(tx, Receipt, id_of(ref, "receipt", "id"), "id")
    me = caller.organisation_id
    require(me in receipt.signers, RefusalCode.WRONG_SIDE, "id")
    require(len(jws) <= LONGEST_JWS, RefusalCode.TOO_LONG, "jws", most=LONGEST_JWS)
    done = select(ReceiptSignature.id).where(
        ReceiptSignature.receipt_id == receipt.id, ReceiptSignature.organisation_id == me
    )
    require(await tx.scalar(done) is None, RefusalCode.ALREADY_SIGNED, "id")
    key = await _named_key(tx, receipt, me)
    try:
        protected, signature = compact_of(jws, receipt.document)
        named = header_of(protected).kid == key.kid
        sound = named and verifies(key.jwk, protected, receipt.document, signature)
    except NotSigned:
        sound = False
    require(sound, RefusalCode.SIGNATURE_REFUSED, "jws")
    values = _signature(receipt.id, me, key.kid, protected, signature)
    await tx.execute(insert(ReceiptSignature).values(values))
    return receipt


async def _named_key(tx: AsyncSession, receipt: Receipt, organisation_id: UUID) -> OrganisationKey:
    """The key that the document names for an organisation, if it is still good for signing."""
    signers = json.loads(receipt.document)["signers"]
    name = encode("organisation", organisation_id)
    kid = next(signer["kid"] for signer in signers if signer["organisation"] == name)
    named = select(OrganisationKey).where(
        OrganisationKey.kid == kid,
        OrganisationKey.organisation_id == organisation_id,
        OrganisationKey.retired_at.is_(None),
    )
    key: OrganisationKey | None = await tx.scalar(named)
    if key is None or not custody_of(tx).vouches(organisation_id, kid, key.attested):
        raise Refusal(RefusalCode.SIGNATURE_REFUSED, "jws")
    return key


async def register_key(tx: AsyncSession, caller: Caller, jwk: Json) -> OrganisationKey:
    """Sign with a key of one's own from now on; the one before is retired."""
    key = verifying_key(jwk)
    if key is None or not isinstance(jwk, dict) or not algorithms_of(jwk):
        raise Refusal(RefusalCode.KEY_REFUSED, "jwk")
    me, kid = caller.organisation_id, key.thumbprint()
    known = await tx.scalar(select(OrganisationKey.id).where(OrganisationKey.kid == kid))
    require(known is None, RefusalCode.DUPLICATE, "jwk")
    await tx.execute(
        update(OrganisationKey)
        .where(OrganisationKey.organisation_id == me, OrganisationKey.retired_at.is_(None))
        .values(retired_at=func.now())
    )
    row = OrganisationKey(
        id=new_id(),
        organisation_id=me,
        kid=kid,
        jwk=key.as_dict(private=False),
        attested=custody_of(tx).attested(me, kid),
    )
    await tx.execute(
        insert(OrganisationKey).values(
            {name: getattr(row, name) for name in ("id", "organisation_id", "kid", "jwk",
                                                   "attested")}
        )
    )  # fmt: skip
    await events.record(
        tx, EventKind.KEYS_ROTATED, organisation_id=me, by_client_id=caller.client_id,
        by_user_id=caller.user_id, kid=kid, receipts=True,
    )  # fmt: skip
    return await found(tx, OrganisationKey, row.id, "jwk")


async def signatures_of(tx: AsyncSession, receipt: Receipt) -> list[ReceiptSignature]:
    """Who has signed, in the order of signing."""
    these = select(ReceiptSignature).where(ReceiptSignature.receipt_id == receipt.id)
    return list(await tx.scalars(these.order_by(ReceiptSignature.id)))


def jws_of(receipt: Receipt, signatures: Sequence[ReceiptSignature]) -> dict[str, Any]:
    """The whole receipt in one JSON object (RFC 7515 section 7.2.1): document and signatures."""
    return {
        "payload": encoded(receipt.document.encode()),
        "signatures": [
            {"protected": row.protected, "signature": row.signature} for row in signatures
        ],
    }


def complete(receipt: Receipt, signatures: Sequence[ReceiptSignature]) -> bool:
    """Whether everyone has signed who has to."""
    return {row.organisation_id for row in signatures} >= set(receipt.signers)
