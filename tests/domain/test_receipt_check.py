"""A receipt that was tampered with is found out, and what is wrong is said precisely."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from domain.receipt_check import Fault, Verdict, checked, keys_of
from domain.receipt_document import canonical
from domain.receipt_file import ATTACHED, NotAReceipt, opened
from domain.receipt_jws import TYPE, encoded, signed_with, verifies
from domain.receipt_pdf import rendered
from tests.domain.receipts import AT, HASH, ONE, OTHER, Made, facts, of_agreement

Jws = dict[str, Any]


def judged(jws: Jws | bytes, jwks: Any = None) -> Verdict:
    data = jws if isinstance(jws, bytes) else json.dumps(jws).encode()
    return checked(opened(data), None if jwks is None else keys_of(jwks))


def faults(jws: Jws | bytes, jwks: Any = None) -> list[Fault]:
    return [finding.fault for finding in judged(jws, jwks).findings]


@pytest.mark.parametrize("said", [facts(), of_agreement()], ids=lambda said: said["kind"])
def test_a_genuine_receipt(said: dict[str, Any]) -> None:
    made = Made(said)
    verdict = judged(made.file(), made.jwks())
    assert verdict.whole
    assert verdict.attributed
    assert [(one.name, one.at) for one in verdict.signed] == [
        (ONE["name"], AT), (OTHER["name"], AT)
    ]  # fmt: skip


def test_without_keys_from_outside_it_is_whole_and_nobodys() -> None:
    made, forged = Made(), Made()
    assert judged(forged.file()).whole
    assert not judged(forged.file()).attributed
    assert faults(forged.file(), made.jwks()) == [Fault.KEY_MISSING] * 2


def test_by_hand_with_nothing_of_ours() -> None:
    """What docs/receipts.md says, with the arithmetic of another library."""
    made = Made()
    jws = made.jws()
    for signature, jwk in zip(jws["signatures"], made.jwks()["keys"], strict=True):
        x, y = (int.from_bytes(decoded(jwk[name])) for name in "xy")
        raw = decoded(signature["signature"])
        r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key().verify(
            encode_dss_signature(r, s),
            f"{signature['protected']}.{jws['payload']}".encode(),
            ECDSA(SHA256()),
        )
        header = json.loads(decoded(signature["protected"]))
        assert header["typ"] == TYPE
        assert header["kid"] in {one["kid"] for one in json.loads(made.text)["signers"]}


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _altered(jws: Jws, made: Made) -> None:
    jws["payload"] = encoded(made.text.replace("INCIDENT", "IDENTITY").encode())


def _spaced(jws: Jws, made: Made) -> None:
    jws["payload"] = encoded(json.dumps(made.document).encode())


def _over_other_bytes(jws: Jws, made: Made) -> None:
    key = made.keys[1]
    protected, signature = signed_with(key, made.text + " ", key.thumbprint(), AT)
    jws["signatures"][1] = {"protected": protected, "signature": signature}


def _of_each_other(jws: Jws, made: Made) -> None:
    one, other = jws["signatures"]
    one["signature"], other["signature"] = other["signature"], one["signature"]


def _taken_out(jws: Jws, made: Made) -> None:
    del jws["signatures"][1]


def _twice(jws: Jws, made: Made) -> None:
    jws["signatures"].append(jws["signatures"][0])


def _one_for_the_other(jws: Jws, made: Made) -> None:
    jws["signatures"][1] = jws["signatures"][0]


def _by_a_third(jws: Jws, made: Made) -> None:
    key = ECKey.generate_key("P-256")
    protected, signature = signed_with(key, made.text, key.thumbprint(), AT)
    jws["signatures"].append({"protected": protected, "signature": signature})


def _by_a_third_in_a_name(jws: Jws, made: Made) -> None:
    protected, signature = signed_with(
        ECKey.generate_key("P-256"), made.text, made.keys[1].thumbprint(), AT
    )
    jws["signatures"][1] = {"protected": protected, "signature": signature}


def _of_another_kind(jws: Jws, made: Made) -> None:
    jws["signatures"][1]["protected"] = _header(made, typ="JWT")


def _with_extensions(jws: Jws, made: Made) -> None:
    jws["signatures"][1]["protected"] = _header(made, crit=["b64"], b64=False)


def _by_no_algorithm(jws: Jws, made: Made) -> None:
    jws["signatures"][1] = {"protected": _header(made, alg="none"), "signature": ""}


def _by_a_shared_secret(jws: Jws, made: Made) -> None:
    jws["signatures"][1]["protected"] = _header(made, alg="HS256")


def _header(made: Made, **change: Any) -> str:
    header = {"alg": "ES256", "kid": made.keys[1].thumbprint(), "typ": TYPE} | change
    return encoded(json.dumps(header).encode())


SPOILED: dict[Callable[[Jws, Made], None], list[Fault]] = {
    _altered: [Fault.BAD_SIGNATURE] * 2,
    _spaced: [Fault.NOT_CANONICAL, Fault.BAD_SIGNATURE, Fault.BAD_SIGNATURE],
    _over_other_bytes: [Fault.BAD_SIGNATURE],
    _of_each_other: [Fault.BAD_SIGNATURE] * 2,
    _taken_out: [Fault.MISSING_SIGNATURE],
    _twice: [Fault.DUPLICATE_SIGNATURE],
    _one_for_the_other: [Fault.DUPLICATE_SIGNATURE, Fault.MISSING_SIGNATURE],
    _by_a_third: [Fault.WRONG_KEY],
    _by_a_third_in_a_name: [Fault.BAD_SIGNATURE],
    _of_another_kind: [Fault.MALFORMED_SIGNATURE, Fault.MISSING_SIGNATURE],
    _with_extensions: [Fault.MALFORMED_SIGNATURE, Fault.MISSING_SIGNATURE],
    _by_no_algorithm: [Fault.BAD_SIGNATURE],
    _by_a_shared_secret: [Fault.BAD_SIGNATURE],
}


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("with_keys", [True, False])
def test_what_is_wrong_is_said(spoil: Callable[[Jws, Made], None], with_keys: bool) -> None:
    made = Made()
    jws = made.jws()
    spoil(jws, made)
    verdict = judged(jws, made.jwks() if with_keys else None)
    assert [finding.fault for finding in verdict.findings] == SPOILED[spoil]
    assert not verdict.whole
    assert all(finding.indonesian and finding.english for finding in verdict.findings)


def test_every_single_bit_of_document_and_signatures_counts() -> None:
    made = Made()
    sound = made.jws()
    payload = decoded(sound["payload"])
    for at in range(0, len(payload), 7):
        bent = bytearray(payload)
        bent[at] ^= 1
        assert faults(sound | {"payload": encoded(bytes(bent))}, made.jwks()), at
    for number in (0, 1):
        for name in ("protected", "signature"):
            raw = decoded(sound["signatures"][number][name])
            for at in range(0, len(raw), 5):
                jws = json.loads(json.dumps(sound))
                bent = bytearray(raw)
                bent[at] ^= 1
                jws["signatures"][number][name] = encoded(bytes(bent))
                assert faults(jws, made.jwks()), (number, name, at)


def test_keys_that_are_anothers_or_were_retired() -> None:
    made = Made()
    one, other = made.jwks()["keys"]
    swapped = {"keys": [one | {"organisation": OTHER["organisation"]}, other]}
    assert faults(made.file(), swapped) == [Fault.KEY_OF_ANOTHER]
    unsaid = {"keys": [{k: v for k, v in one.items() if k != "organisation"}, other]}
    assert faults(made.file(), unsaid) == [Fault.KEY_OF_ANOTHER]
    before, after = "2026-11-25T08:00:00Z", "2026-11-25T09:00:00Z"
    assert faults(made.file(), {"keys": [one | {"retired_at": before}, other]}) == [
        Fault.KEY_RETIRED
    ]
    assert faults(made.file(), {"keys": [one | {"retired_at": after}, other]}) == []
    # A set may say of a key whatever it likes: its thumbprint is what it is.
    stranger = ECKey.generate_key("P-256").as_dict(private=False) | {
        "kid": made.keys[0].thumbprint(),
        "organisation": ONE["organisation"],
    }
    assert faults(made.file(), {"keys": [stranger, other]}) == [Fault.KEY_MISSING]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"format": 2}, Fault.UNKNOWN_FORMAT),
        ({"kind": "SOMETHING"}, Fault.UNKNOWN_FORMAT),
        ({"signers": []}, Fault.UNKNOWN_FORMAT),
        ({"signers": [1, 2]}, Fault.UNKNOWN_FORMAT),
        ({"from": OTHER}, Fault.OTHER_SIGNERS),
        ({"to": OTHER | {"organisation": "organisation_x"}}, Fault.OTHER_SIGNERS),
        ({"to": None}, Fault.OTHER_SIGNERS),
    ],
)
def test_a_document_that_is_none_of_ours(change: dict[str, Any], found: Fault) -> None:
    """Even when every signature in it is sound."""
    made = Made(facts(**change))
    assert found in faults(made.file(), made.jwks())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "NOT_JSON"),
        (b"\xff\xfe", "NOT_JSON"),
        (b"[" * 100_000, "NOT_JSON"),
        (b'{"payload": "e30", "payload": "e30", "signatures": []}', "NOT_JSON"),
        (b"{}", "NOT_JWS"),
        (b'{"payload": "e30=", "signatures": []}', "NOT_JWS"),
        (b'{"payload": "e30", "signatures": [{"protected": 1}]}', "NOT_JWS"),
        (b"%PDF-1.7 and nothing more", "DAMAGED_PDF"),
        (b" " * 20_000_001, "TOO_LARGE"),
    ],
)
def test_files_that_hold_no_receipt(data: bytes, code: str) -> None:
    with pytest.raises(NotAReceipt, match=code):
        opened(data)


def test_the_pdf_carries_all_it_takes() -> None:
    made = Made()
    page = rendered(made.text, HASH, made.jws())
    assert judged(page, made.jwks()).whole
    assert ATTACHED.encode() in page
    with pytest.raises(NotAReceipt, match=r"DAMAGED_PDF|NOTHING_ATTACHED"):
        opened(page[: len(page) // 2])
    with pytest.raises(NotAReceipt, match="NOTHING_ATTACHED"):
        opened(page.replace(ATTACHED.encode(), b"x" * len(ATTACHED)))


@pytest.mark.parametrize(
    ("key", "algorithms"),
    [
        (ECKey.generate_key("P-256"), ["ES256"]),
        (ECKey.generate_key("P-384"), ["ES384"]),
        (OKPKey.generate_key("Ed25519"), ["Ed25519", "EdDSA"]),
        (RSAKey.generate_key(2048), ["PS256"]),
    ],
    ids=["P-256", "P-384", "Ed25519", "RSA"],
)
def test_keys_of_ones_own_sign_by_their_algorithm_alone(key: Any, algorithms: list[str]) -> None:
    text = canonical(facts())
    jwk = key.as_dict(private=False)
    for name in ("ES256", "ES384", "Ed25519", "EdDSA", "PS256", "RS256"):
        header = encoded(json.dumps({"alg": name, "kid": "k", "typ": TYPE}).encode())
        message = f"{header}.{encoded(text.encode())}".encode()
        try:
            signature = encoded(JWSRegistry.algorithms[name].sign(message, key))
        except Exception:
            continue  # no such signature can be made with this key
        assert verifies(jwk, header, text, signature) == (name in algorithms), name
