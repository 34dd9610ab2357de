"""Clients and people put straight into the database, for tests that are about neither."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, Key

from auth import assertions, clients, grants, tickets
from auth.authority import Authority
from auth.client_spec import AuthMethod, ClientSpec, GrantType
from auth.grants import GrantKind
from auth.roles import Role
from auth.scopes import Scope
from auth.tickets import TicketKind
from db.ids import new_id
from db.organisation import Organisation
from db.user import User

KPAI = UUID("019abc00-0000-7000-8000-000000000001")
REDIRECT = "https://portal.test/callback"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
SCOPES = (Scope.MOU_READ, Scope.HANDOFF_READ, Scope.HANDOFF_IDENTITY)
PERSONAL = (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE)


@dataclass(frozen=True)
class Party:
    """A registered client, with all it needs to prove who it is."""

    id: UUID
    key: str
    secret: str | None = None
    signer: Key | None = None

    def credentials(self, **claims: Any) -> dict[str, str]:
        """What goes into a form: a new assertion, the secret, or only the name."""
        if self.signer is not None:
            return {
                "client_assertion_type": assertions.TYPE,
                "client_assertion": self.assertion(**claims),
            }
        secret = {"client_secret": self.secret} if self.secret else {}
        return {"client_id": self.key, **secret}

    def assertion(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A sound one, but for what is given; None leaves a claim out."""
        now = int(time.time())
        given = {
            "iss": self.key, "sub": self.key, "aud": "https://api.test", "iat": now,
            "exp": now + 60, "jti": secrets.token_urlsafe(12),
        } | claims  # fmt: skip
        said = {name: value for name, value in given.items() if value is not None}
        head = {"alg": "ES256"} | (header or {})
        assert self.signer is not None
        return jwt.encode(head, said, self.signer, algorithms=[head["alg"]])


async def party(
    operator: Any,
    method: AuthMethod = AuthMethod.NONE,
    *,
    organisation_id: UUID = KPAI,
    scopes: Iterable[Scope] = SCOPES,
    signer: Key | None = None,
    **spec: Any,
) -> Party:
    """A client of this kind; one with a key is held to FAPI 2.0 unless the spec says otherwise."""
    if method is AuthMethod.PRIVATE_KEY_JWT:
        signer = signer or ECKey.generate_key("P-256")
        spec.setdefault("jwks", {"keys": [signer.as_dict(private=False)]})
    types = PERSONAL if method is AuthMethod.NONE else (*PERSONAL, GrantType.CLIENT_CREDENTIALS)
    spec = {"grant_types": types, "redirect_uris": [REDIRECT]} | spec
    async with operator() as tx:
        made = await clients.register(
            tx, ClientSpec(organisation_id, "Portal", tuple(scopes), method, **spec)
        )
    return Party(made.id, made.key, made.secret, signer)


async def organisation(operator: Any, **values: Any) -> UUID:
    """A partner of KPAI."""
    row = Organisation(id=new_id(), name=f"Unit {secrets.token_hex(4)}", type="UPTD_PPA", **values)
    async with operator() as tx:
        tx.add(row)
    return row.id


async def person(
    operator: Any, *roles: Role, organisation_id: UUID = KPAI, joined: bool = True
) -> UUID:
    """Somebody who has taken up their invitation."""
    id = new_id()
    async with operator() as tx:
        row = User(
            id=id,
            organisation_id=organisation_id,
            email=f"{secrets.token_hex(6)}@example.go.id",
            name="Sari",
            roles=[role.value for role in roles or (Role.CASE_WORKER,)],
        )
        tx.add(row)
        await tx.flush()
        if joined:
            row.joined_at = row.created_at
    return id


async def consent(
    authority: Authority,
    client: Party,
    user_id: UUID,
    *,
    scopes: Iterable[Scope] = SCOPES,
    seconds: int = 3600,
    jkt: str | None = None,
    **data: Any,
) -> tuple[str, UUID]:
    """A code, as the consent page would give it to the client, and the grant behind it."""
    granted = sorted(scopes)
    async with authority.database.authority() as tx:
        grant_id = await grants.begin(
            tx, GrantKind.AUTHORIZATION_CODE, client_id=client.id, user_id=user_id,
            scopes=granted, seconds=seconds, jkt=jkt,
        )  # fmt: skip
        given = {
            "redirect_uri": REDIRECT, "code_challenge": CHALLENGE, "scope": " ".join(granted),
            "refresh": True, "dpop_jkt": jkt,
        } | data  # fmt: skip
        code = await tickets.issue(
            tx, TicketKind.CODE, seconds=60, client_id=client.id, user_id=user_id,
            grant_id=grant_id, **given,
        )  # fmt: skip
    return code, grant_id
