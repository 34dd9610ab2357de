"""Receipts as a client of the API has them, and keys that organisations keep themselves."""

import json
from typing import Any

from joserfc import jws as jose
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from domain.receipt_check import Verdict, checked, keys_of
from domain.receipt_file import opened
from domain.receipt_jws import TYPE
from tests.world import Api, World

RECEIPT = """id number kind document hash jws complete pdfUrl createdAt
  signatures { kid signedAt organisation { id name } }"""
READ = f"query($id: ID!) {{ receipt(id: $id) {{ {RECEIPT} }} }}"
OF_HANDOFF = f"query($id: ID!) {{ handoff(id: $id) {{ acceptedAt receipt {{ {RECEIPT} }} }} }}"
OF_MOU = f"""query($id: ID!) {{ mou(id: $id) {{
  version {{ contentHash signedAt receipt {{ {RECEIPT} }} }} }} }}"""
KEY = "... on ReceiptKey { kid custodial retiredAt organisation { id } }"
SIGNED = f"... on Receipt {{ {RECEIPT} }}"


async def receipt_of(api: Api, handoff: str) -> Any:
    return (await api.data(OF_HANDOFF, id=handoff))["handoff"]["receipt"]


async def published(world: World, path: str = "/receipts/keys") -> Any:
    response = await world.http.get(path)
    assert response.status_code == 200
    return response.json()


async def verified(world: World, receipt: dict[str, Any]) -> Verdict:
    """What whoever holds the receipt finds, with the keys that are published."""
    envelope = opened(json.dumps(receipt["jws"]).encode())
    return checked(envelope, keys_of(await published(world)))


def register(api: Api, key: Any) -> Any:
    jwk = key if isinstance(key, dict) else key.as_dict(private=False)
    return api.mutate("registerReceiptKey", "$jwk: JSON!", KEY, jwk=jwk)


def sign(api: Api, id: str, jws: str) -> Any:
    return api.mutate("signReceipt", "$id: ID!, $jws: String!", SIGNED, id=id, jws=jws)


def compact(key: Any, document: str, **change: Any) -> str:
    """A signature as an organisation's own program makes it."""
    algorithm = "Ed25519" if isinstance(key, OKPKey) else "ES256"
    header = {"alg": algorithm, "kid": key.thumbprint(), "typ": TYPE} | change
    registry = JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jose.serialize_compact(header, document, key, registry=registry)
