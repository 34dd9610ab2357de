"""Whether a receipt is what its signers signed: all that can be told without us, and what is wrong.

Two questions are kept apart. *Is it whole?* is answered by the file alone, since the document names
every signer's public key. *Are these the organisations' keys?* needs keys that came by another way:
whoever makes up a whole receipt makes up its keys as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from auth.client_keys import verifying_key
from db.enums import ReceiptKind
from domain.receipt_document import FORMAT, canonical, hash_of
from domain.receipt_file import Envelope, NotAReceipt
from domain.receipt_jws import Header, NotSigned, header_of, strict, verifies

_LEEWAY = timedelta(minutes=5)


class Fault(StrEnum):
    """What is wrong, in Indonesian and in English."""

    NOT_CANONICAL = "NOT_CANONICAL"
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT"
    OTHER_SIGNERS = "OTHER_SIGNERS"
    MALFORMED_SIGNATURE = "MALFORMED_SIGNATURE"
    WRONG_KEY = "WRONG_KEY"
    DUPLICATE_SIGNATURE = "DUPLICATE_SIGNATURE"
    KEY_MISSING = "KEY_MISSING"
    KEY_OF_ANOTHER = "KEY_OF_ANOTHER"
    KEY_RETIRED = "KEY_RETIRED"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    MISSING_SIGNATURE = "MISSING_SIGNATURE"

    def sentences(self, **facts: str) -> tuple[str, str]:
        indonesian, english = _SENTENCES[self]
        return indonesian.format_map(facts), english.format_map(facts)


_SENTENCES: dict[Fault, tuple[str, str]] = {
    Fault.NOT_CANONICAL: (
        "Dokumen tidak dalam bentuk kanonik (RFC 8785): isinya pernah ditulis ulang.",
        "The document is not in canonical form (RFC 8785): it was written anew by somebody.",
    ),
    Fault.UNKNOWN_FORMAT: (
        "Ini bukan berita acara, atau bentuknya tidak dikenal program ini.",
        "This is no receipt, or one of a form that this program does not know.",
    ),
    Fault.OTHER_SIGNERS: (
        "Penanda tangan yang disebut dokumen bukan para pihaknya.",
        "The signers that the document names are not its parties.",
    ),
    Fault.MALFORMED_SIGNATURE: (
        "Tanda tangan ke-{number} tidak terbaca.",
        "Signature {number} is not well formed.",
    ),
    Fault.WRONG_KEY: (
        "Tanda tangan ke-{number} memakai kunci {kid}, yang tidak disebut dalam dokumen.",
        "Signature {number} is by key {kid}, which the document does not name.",
    ),
    Fault.DUPLICATE_SIGNATURE: (
        "Tanda tangan {who} tercantum lebih dari sekali.",
        "The signature of {who} stands there more than once.",
    ),
    Fault.KEY_MISSING: (
        "Kunci {kid} milik {who} tidak ada di antara kunci yang diberikan.",
        "Key {kid} of {who} is not among the keys given.",
    ),
    Fault.KEY_OF_ANOTHER: (
        "Kunci {kid} bukan milik {who} menurut kunci yang diberikan.",
        "Key {kid} is not that of {who}, by the keys given.",
    ),
    Fault.KEY_RETIRED: (
        "{who} menandatangani dengan kunci {kid} sesudah kunci itu dihentikan.",
        "{who} signed with key {kid} after it was retired.",
    ),
    Fault.BAD_SIGNATURE: (
        "Tanda tangan {who} tidak cocok: dokumen atau tanda tangannya telah diubah.",
        "The signature of {who} does not fit: the document or the signature was altered.",
    ),
    Fault.MISSING_SIGNATURE: (
        "{who} belum menandatangani, atau tanda tangannya dihapus.",
        "{who} has not signed, or the signature was taken out.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    fault: Fault
    indonesian: str
    english: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds."""

    organisation: str
    name: str
    kid: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was found. ``attributed``: the keys were held against keys given from outside."""

    document: Mapping[str, Any]
    hash: str
    """Of what was signed; it stands at the foot of every page."""
    signed: tuple[Signed, ...]
    findings: tuple[Finding, ...]
    attributed: bool

    @property
    def whole(self) -> bool:
        """Nothing is wrong, and everyone who has to sign did."""
        return not self.findings


Keys = Mapping[str, Mapping[str, Any]]
"""Public keys by their thumbprint."""


def keys_of(jwks: object) -> Keys:
    """The keys of a JWK Set, each under the thumbprint it really has, whatever it says."""
    match jwks:
        case {"keys": [*listed]}:
            pass
        case {"kty": str()}:
            listed = [jwks]
        case _:
            raise NotAReceipt("NOT_KEYS")
    sound = ((one, verifying_key(one)) for one in listed)
    return {key.thumbprint(): one for one, key in sound if key is not None}


def checked(envelope: Envelope, keys: Keys | None = None) -> Verdict:
    """Hold the signatures against the document, and the keys against those given."""
    document = _document(envelope.payload)
    if document is None:
        return Verdict({}, "", (), (_found(Fault.UNKNOWN_FORMAT),), keys is not None)
    text = envelope.payload.decode()
    findings = [] if canonical(document) == text else [_found(Fault.NOT_CANONICAL)]
    names = dict(_names(document))
    if {one["organisation"] for one in document["signers"]} != _sides(document):
        findings.append(_found(Fault.OTHER_SIGNERS))
    signers = {one["kid"]: one for one in document["signers"]}
    seen: dict[str, Signed | None] = {}
    for number, (protected, signature) in enumerate(envelope.signatures, 1):
        header = _header(protected)
        if header is None:
            findings.append(_found(Fault.MALFORMED_SIGNATURE, number=str(number)))
        elif header.kid not in signers:
            findings.append(_found(Fault.WRONG_KEY, number=str(number), kid=header.kid))
        else:
            signer = signers[header.kid]
            who = names.get(signer["organisation"], signer["organisation"])
            fault = (
                Fault.DUPLICATE_SIGNATURE
                if header.kid in seen
                else _fault(text, protected, signature, header, signer, keys)
            )
            if fault is None:
                seen[header.kid] = Signed(signer["organisation"], who, header.kid, header.at)
            else:
                seen.setdefault(header.kid, None)
                findings.append(_found(fault, who=who, kid=header.kid))
    for kid, signer in signers.items():
        if kid not in seen:
            who = names.get(signer["organisation"], signer["organisation"])
            findings.append(_found(Fault.MISSING_SIGNATURE, who=who))
    good = tuple(signed for signed in seen.values() if signed is not None)
    return Verdict(document, hash_of(text), good, tuple(findings), keys is not None)


def _fault(
    document: str,
    protected: str,
    signature: str,
    header: Header,
    signer: Mapping[str, Any],
    keys: Keys | None,
) -> Fault | None:
    """What is wrong with a signature that claims to be this signer's."""
    own = keys_of(signer["jwk"])
    if header.kid not in own or not verifies(own[header.kid], protected, document, signature):
        return Fault.BAD_SIGNATURE
    if keys is None:
        return None
    known = keys.get(header.kid)
    if known is None:
        return Fault.KEY_MISSING
    if known.get("organisation") != signer["organisation"]:
        return Fault.KEY_OF_ANOTHER
    retired = known.get("retired_at")
    if retired is not None and (header.at is None or header.at > _read(retired) + _LEEWAY):
        return Fault.KEY_RETIRED
    return None


def _read(stamp: object) -> datetime:
    try:
        return datetime.fromisoformat(str(stamp))
    except ValueError:
        raise NotAReceipt("NOT_KEYS") from None


def _header(protected: str) -> Header | None:
    try:
        return header_of(protected)
    except NotSigned:
        return None


def _document(payload: bytes) -> dict[str, Any] | None:
    """The document, when it is a receipt of a form we know; with at least two who sign it."""
    try:
        read = strict(payload)
    except (ValueError, RecursionError):
        return None
    match read:
        case {"format": int(form), "kind": str(kind), "signers": [_, _, *_]} if (
            form == FORMAT and kind in set(ReceiptKind) and _are_signers(read["signers"])
        ):
            document: dict[str, Any] = read
            return document
    return None


def _are_signers(listed: Sequence[Any]) -> bool:
    sound = all(
        isinstance(one, dict)
        and isinstance(one.get("organisation"), str)
        and isinstance(one.get("kid"), str)
        and isinstance(one.get("jwk"), dict)
        and isinstance(one["jwk"].get("kty"), str)
        for one in listed
    )
    return sound and len({one["kid"] for one in listed}) == len(listed)


def _sides(document: Mapping[str, Any]) -> set[str]:
    """Those between whom it is: the two sides of a handoff, the parties of an agreement."""
    handoff = document["kind"] == ReceiptKind.HANDOFF_ACCEPTED
    between = [document.get("from"), document.get("to")] if handoff else _parties(document)
    return {str(one.get("organisation")) for one in between if isinstance(one, dict)}


def _parties(document: Mapping[str, Any]) -> Sequence[Any]:
    match document.get("agreement"):
        case {"parties": [*parties]}:
            return parties
    return ()


def _names(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What the document calls the organisations in it."""
    for one in [*_parties(document), document.get("from"), document.get("to")]:
        match one:
            case {"organisation": str(id), "name": str(name)}:
                yield id, name


def _found(fault: Fault, **facts: str) -> Finding:
    return Finding(fault, *fault.sentences(**facts))
