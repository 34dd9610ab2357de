"""The ways to a token, on Authlib's classes: what they ask of our tables. That of devices is in
`auth/device_token.py`.

Everything that a grant says is checked before anything is used up: a request that is wrong in one
point leaves a code or a refresh token as it was. What is used up comes last, in one statement or
under a lock, so that of two requests at the same time one is the first.
"""

from typing import NoReturn
from uuid import UUID

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    InvalidGrantError,
    InvalidScopeError,
)
from authlib.oauth2.rfc6749.grants import (  # type: ignore[import-untyped]
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from sqlalchemy import func, select
from sqlalchemy.util.concurrency import await_

from auth import events, grants, issuing, tickets
from auth.authentication import known_scopes
from auth.authorization import scopes_of
from auth.events import EventKind
from auth.grants import EndReason, GrantKind
from auth.issuing import Answer, Permission
from auth.protocol import Asking, ProofNeeded, TokenRequest
from auth.scopes import Scope
from auth.tickets import Redeemed, TicketKind
from db.grant import Grant, RefreshToken
from db.user import User


class Issuing:
    """What the ways have in common: a token at the end, of what is left of the permission."""

    request: TokenRequest

    def generate_token(
        self,
        user: Permission,
        scope: str | None = None,
        include_refresh_token: bool = False,
        **_: object,
    ) -> Answer:
        return await_(
            self._issued(user, known_scopes((scope or "").split()), include_refresh_token)
        )

    async def _issued(
        self, permission: Permission, asked: frozenset[Scope], include_refresh_token: bool
    ) -> Answer:
        request = self.request
        scopes = permission.subject.allowed(asked, request.jkt)
        if not scopes:
            raise InvalidScopeError("Nothing of what was asked may be had now.")
        answer = await permission.token(
            request.tx,
            request.authority.tokens,
            scopes,
            jkt=request.jkt,
            address=request.address,
        )
        if include_refresh_token and permission.renewable:
            answer["refresh_token"] = await permission.refresh_token(request.tx)
        return answer

    async def permission(self, grant: Grant, *, renewable: bool = True) -> Permission:
        """For the person of a grant, if they may still be acted for."""
        request = self.request
        subject = grant.user_id and await issuing.person(request.tx, request.known, grant.user_id)
        if not subject:
            raise InvalidGrantError("Whom this was granted for is not served here any more.")
        request.subject = subject
        if subject.dpop == "REQUIRED" and request.jkt is None:
            raise ProofNeeded
        return Permission(request.known, subject, grant, renewable)

    async def standing(self, grant_id: UUID | None) -> Grant:
        grant = await grants.standing(self.request.tx, grant_id) if grant_id else None
        if grant is None:
            raise InvalidGrantError("What was granted has ended.")
        return grant

    async def came_twice(self, grant_id: UUID | None) -> NoReturn:
        """Of two who had it one is a thief, and there is no telling which: all of it ends
        (RFC 9700 section 4.14.2, RFC 6749 section 4.1.2)."""
        tx, known = self.request.tx, self.request.known
        grant = await tx.get(Grant, grant_id) if grant_id else None
        if grant is not None and await grants.end(tx, EndReason.REUSED, Grant.id == grant.id):
            whose = select(User.organisation_id).where(User.id == grant.user_id)
            organisation_id = await tx.scalar(whose)
            await events.record(
                tx,
                EventKind.TOKEN_REUSED,
                organisation_id=organisation_id or known.organisation_id,
                client_id=grant.client_id,
                user_id=grant.user_id,
                by_client_id=known.id,
                address=self.request.address,
                grant=grant.kind,
            )
        raise InvalidGrantError("It was used before.")


class ClientCredentials(Issuing, ClientCredentialsGrant):  # type: ignore[misc]
    """RFC 6749 section 4.4: a client for itself."""

    def validate_requested_scope(self) -> None:
        scopes_of(self.request.form, self.request.known)

    def generate_token(self, *_: object, **__: object) -> Answer:
        return await_(self._for_itself())

    async def _for_itself(self) -> Answer:
        request = self.request
        known = request.known
        subject = issuing.itself(known)
        scopes = subject.allowed(scopes_of(request.form, known), request.jkt)
        grant_id = await grants.begin(
            request.tx,
            GrantKind.CLIENT_CREDENTIALS,
            client_id=known.id,
            scopes=scopes,
            seconds=request.authority.settings.token_seconds,
            jkt=request.jkt,
        )
        grant = Grant(id=grant_id, kind=GrantKind.CLIENT_CREDENTIALS.value)
        permission = Permission(known, subject, grant)
        return await self._issued(permission, scopes, include_refresh_token=False)


class _Code:
    """A code that is good, as Authlib asks after it."""

    code_challenge_method = "S256"

    def __init__(self, text: str, redeemed: Redeemed, grant: Grant) -> None:
        self.text = text
        self.grant = grant
        self.data = redeemed.data
        self.code_challenge: str = redeemed.data["code_challenge"]

    def get_redirect_uri(self) -> str:
        return str(self.data["redirect_uri"])

    def get_scope(self) -> str:
        return " ".join(self.grant.scopes)


class AuthorizationCode(Issuing, AuthorizationCodeGrant):  # type: ignore[misc]
    """RFC 6749 section 4.1.3, with PKCE and the key that the request was bound to."""

    def query_authorization_code(self, code: str, client: Asking) -> _Code:
        return await_(self._looked_up(code))

    async def _looked_up(self, code: str) -> _Code:
        tx, request = self.request.tx, self.request
        found = await tickets.look(tx, TicketKind.CODE, code)
        if found is None:
            used = await tickets.used(tx, TicketKind.CODE, code)
            if used is not None:
                await self.came_twice(used.grant_id)
            raise InvalidGrantError("Invalid 'code' in request.")
        if found.client_id != request.known.id:
            raise InvalidGrantError("Invalid 'code' in request.")
        wanted = found.data.get("dpop_jkt")
        if wanted is not None and request.jkt is None:
            raise ProofNeeded
        if wanted not in (None, request.jkt):
            raise InvalidGrantError("The code was asked for with another key.")
        return _Code(code, found, await self.standing(found.grant_id))

    def authenticate_user(self, authorization_code: _Code) -> Permission:
        return await_(self._redeemed(authorization_code))

    async def _redeemed(self, code: _Code) -> Permission:
        permission = await self.permission(code.grant, renewable=bool(code.data.get("refresh")))
        if await tickets.redeem(self.request.tx, TicketKind.CODE, code.text) is None:
            await self.came_twice(code.grant.id)
        return permission

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        """It is kept as used, so that its second coming is noticed."""


class _Refresh:
    """A refresh token that is good, as Authlib asks after it."""

    def __init__(self, row: RefreshToken, grant: Grant) -> None:
        self.row = row
        self.grant = grant

    def check_client(self, client: Asking) -> bool:
        return self.grant.client_id == client.known.id

    def get_scope(self) -> str:
        return " ".join(self.grant.scopes)


class Refresh(Issuing, RefreshTokenGrant):  # type: ignore[misc]
    """RFC 6749 section 6, with rotation (RFC 9700 section 4.14.2)."""

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:
        """A client held to FAPI 2.0 keeps its token (section 5.3.2.1): it is of no use without the
        client's key, and one that was lost on the way would cost a person's consent."""
        return not self.request.known.fapi

    def authenticate_refresh_token(self, refresh_token: str) -> _Refresh:
        return await_(self._looked_up(refresh_token))

    async def _looked_up(self, secret: str) -> _Refresh:
        tx, request = self.request.tx, self.request
        row = await grants.find_refresh_token(tx, secret)
        if row is None:
            raise InvalidGrantError("Invalid 'refresh_token' in request.")
        if row.used_at is not None:
            await self.came_twice(row.grant_id)
        grant = await self.standing(row.grant_id)
        # A client that proves who it is may change its key; for a public one the key is all there
        # is to tell it from a thief (RFC 9449 section 5).
        if request.known.public and grant.jkt is not None:
            if request.jkt is None:
                raise ProofNeeded
            if request.jkt != grant.jkt:
                raise InvalidGrantError("The token is bound to another key.")
        return _Refresh(row, grant)

    def authenticate_user(self, refresh_token: _Refresh) -> Permission:
        return await_(self.permission(refresh_token.grant))

    def revoke_old_credential(self, refresh_token: _Refresh) -> None:
        if self.INCLUDE_NEW_REFRESH_TOKEN:
            refresh_token.row.used_at = func.now()
