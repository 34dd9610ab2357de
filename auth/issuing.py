"""From a permission to a token: what is left of it at this moment, and whom the token speaks for.

A grant is asked again at every issue: the client, the person, their roles and what KPAI granted the
organisation may all have changed since it was given. The same is asked when the token is used
(`access.enter`); here it decides what stands in the token and what the client is told.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events, grants
from auth.authentication import KnownClient, known_scopes
from auth.caller import Caller
from auth.events import EventKind
from auth.roles import ceiling
from auth.scopes import Scope
from auth.tokens import Tokens
from db.grant import Grant
from db.organisation import Organisation
from db.user import User

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a client acts for: itself, or a person."""

    organisation_id: UUID
    reach: frozenset[Scope]
    """The most that any token for it can carry now."""
    dpop: str
    user_id: UUID | None = None

    def allowed(self, scopes: frozenset[Scope], jkt: str | None) -> frozenset[Scope]:
        """What of these a token may carry; who a child is only in one that is of no use to a thief,
        where the organisation wants that."""
        allowed = scopes & self.reach
        if self.dpop == "IDENTITY" and jkt is None:
            allowed -= {Scope.HANDOFF_IDENTITY}
        return allowed


def itself(client: KnownClient) -> Subject:
    """A client that acts for its own organisation."""
    reach = client.scopes & client.organisation_scopes
    return Subject(client.organisation_id, reach, client.organisation_dpop)


async def person(tx: AsyncSession, client: KnownClient, user_id: UUID) -> Subject | None:
    """A person this client serves; None when they or their organisation were shut out since."""
    query = (
        select(User.organisation_id, User.roles, Organisation.scopes, Organisation.dpop)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            User.id == user_id,
            User.disabled_at.is_(None),
            User.joined_at.is_not(None),
            Organisation.dissolved_at.is_(None),
        )
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None or not (client.open_to_all or row.organisation_id == client.organisation_id):
        return None
    reach = client.scopes & known_scopes(row.scopes) & ceiling(row.roles)
    return Subject(row.organisation_id, reach, row.dpop.value, user_id)


class Answer(dict[str, Any]):
    """A token response. Authlib writes it into its debug log by its ``repr``."""

    def __repr__(self) -> str:
        return "<token response>"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a token is about to be made from."""

    client: KnownClient
    subject: Subject
    grant: Grant
    renewable: bool = True

    async def token(
        self,
        tx: AsyncSession,
        tokens: Tokens,
        scopes: frozenset[Scope],
        *,
        jkt: str | None,
        address: str | None,
    ) -> Answer:
        """An access token of the grant, bound to the key if one was proved, and what RFC 6749
        section 5.1 wants said of it."""
        client, subject = self.client, self.subject
        if jkt is not None:
            self.grant.jkt = jkt
        caller = Caller(
            subject.organisation_id, client.id, client.key, scopes,
            user_id=subject.user_id, grant_id=self.grant.id, jkt=jkt,
        )  # fmt: skip
        issued = await tokens.issue(caller)
        await events.record(
            tx,
            EventKind.TOKEN_ISSUED,
            organisation_id=subject.organisation_id,
            client_id=client.id,
            user_id=subject.user_id,
            address=address,
            grant=self.grant.kind,
            scopes=sorted(scopes),
            bound=jkt is not None,
        )
        log.info("token issued: client=%s jti=%s", client.key, issued.jti)
        return Answer(
            access_token=issued.token,
            token_type="Bearer" if jkt is None else "DPoP",
            expires_in=issued.expires_in,
            scope=" ".join(sorted(scopes)),
        )

    async def refresh_token(self, tx: AsyncSession) -> str:
        """The next refresh token; none outlives the grant."""
        left = self.grant.expires_at - datetime.now(UTC)
        return await grants.new_refresh_token(
            tx, self.grant.id, seconds=max(1, int(left.total_seconds()))
        )
