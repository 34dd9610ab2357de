"""The keys organisations sign receipts with.

Unless an organisation registers a key of its own, one is kept for it here, its private half sealed
under the key-encryption key and bound to whose key it is. Public halves are published from rows;
each row carries a keyed hash of kid and organisation, so that whoever can write to the database,
but does not know the key-encryption key, cannot pass a key of theirs off as somebody's.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey
from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.sealing import Sealed, derived, keyed_hash
from auth.settings import AuthSettings
from db.ids import encode, new_id
from db.receipt import OrganisationKey
from domain.receipt_document import stamp
from domain.receipt_jws import ALGORITHM, algorithms_of

_PURPOSE = "receipt key"
_KEYS = text("select * from access.receipt_keys(:handoff, :version)").bindparams(
    bindparam("handoff", type_=Uuid()), bindparam("version", type_=Uuid())
)
_ADD = text(
    "select access.add_receipt_key(:handoff, :version, :id, :organisation_id, :kid,"
    " cast(:jwk as jsonb), :sealed, :attested)"
).bindparams(bindparam("handoff", type_=Uuid()), bindparam("version", type_=Uuid()))


class KeyUnusable(Exception):
    """A key that is there does not open, or is vouched for by nobody; nothing is signed with it."""

    def __init__(self, kid: str) -> None:
        super().__init__(
            f"Receipt key {kid} was not written under this key-encryption key. Put back the former "
            "key-encryption key; or, if it is lost, retire the key with `rangkul receipt "
            "rotate-keys`."
        )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A living key of an organisation; its private half only where it is kept here."""

    organisation_id: UUID
    kid: str
    jwk: dict[str, Any]
    private: ECKey | None


class Custody:
    """Seals private halves, and says which key is whose. One object an installation."""

    def __init__(self, settings: AuthSettings) -> None:
        self.issuer = settings.issuer
        """Where the public keys are published."""
        self._sealed = Sealed(settings.key_encryption_key, _PURPOSE)
        self._attesting = derived(settings.key_encryption_key, f"{_PURPOSE} attested")

    def attested(self, organisation_id: UUID, kid: str) -> str:
        """Our word that the key is the organisation's."""
        return keyed_hash(self._attesting, _row(organisation_id, kid)).hex()

    def vouches(self, organisation_id: UUID, kid: str, attested: str) -> bool:
        return hmac.compare_digest(self.attested(organisation_id, kid), attested)

    def made(self, organisation_id: UUID) -> dict[str, Any]:
        """A new key, as the row it becomes."""
        key = ECKey.generate_key("P-256")
        kid = key.thumbprint()
        private = json.dumps(key.as_dict(private=True))
        return {
            "id": new_id(),
            "organisation_id": organisation_id,
            "kid": kid,
            "jwk": json.dumps(key.as_dict(private=False)),
            "sealed": self._sealed.seal(private, _row(organisation_id, kid)),
            "attested": self.attested(organisation_id, kid),
        }

    def opened(self, organisation_id: UUID, kid: str, sealed: str) -> ECKey:
        """The private key in a row; KeyUnusable when it is another's, or sealed elsewhere."""
        private = self._sealed.open(sealed, _row(organisation_id, kid))
        key = ECKey.import_key(json.loads(private)) if private else None
        if key is None or key.thumbprint() != kid:
            raise KeyUnusable(kid)
        return key


async def signing_keys(
    tx: AsyncSession,
    custody: Custody,
    signers: Sequence[UUID],
    handoff: UUID | None,
    version: UUID | None,
) -> dict[UUID, SigningKey]:
    """The living key of everyone who signs; whoever has none is given one, which all then use."""
    subject = {"handoff": handoff, "version": version}
    found = await _living(tx, custody, subject)
    # In one order, whoever comes: two that make keys for the same parties do not wait in a circle.
    for organisation_id in sorted(set(signers) - found.keys()):
        await tx.execute(_ADD, subject | custody.made(organisation_id))
    return found if found.keys() >= set(signers) else await _living(tx, custody, subject)


async def _living(
    tx: AsyncSession, custody: Custody, subject: Mapping[str, UUID | None]
) -> dict[UUID, SigningKey]:
    keys = {}
    for row in await tx.execute(_KEYS, dict(subject)):
        if not custody.vouches(row.organisation_id, row.kid, row.attested):
            raise KeyUnusable(row.kid)
        private = row.sealed and custody.opened(row.organisation_id, row.kid, row.sealed)
        keys[row.organisation_id] = SigningKey(
            row.organisation_id, row.kid, row.jwk, private or None
        )
    return keys


async def published(
    tx: AsyncSession, custody: Custody, organisation_id: UUID | None = None
) -> list[dict[str, Any]]:
    """The public keys (of one organisation), as a JWK Set holds them: living and retired ones."""
    statement = select(OrganisationKey).order_by(OrganisationKey.id)
    if organisation_id is not None:
        statement = statement.where(OrganisationKey.organisation_id == organisation_id)
    return [
        public_jwk(row)
        for row in await tx.scalars(statement)
        if custody.vouches(row.organisation_id, row.kid, row.attested)
    ]


def public_jwk(row: OrganisationKey) -> dict[str, Any]:
    """A key as it is published; ``organisation`` and ``retired_at`` are members of ours."""
    known = algorithms_of(row.jwk)
    jwk = row.jwk | {
        "kid": row.kid,
        "use": "sig",
        "alg": known[0] if known else ALGORITHM,
        "organisation": encode("organisation", row.organisation_id),
        "created_at": stamp(row.created_at),
    }
    return jwk | ({"retired_at": stamp(row.retired_at)} if row.retired_at else {})


def _row(organisation_id: UUID, kid: str) -> str:
    return f"{organisation_id}/{kid}"
