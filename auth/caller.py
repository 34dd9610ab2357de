"""Who is asking: the only thing that authentication hands to the rest of the program."""

from dataclasses import dataclass
from uuid import UUID

from auth.scopes import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """A client acting for exactly one organisation, with the scopes its token carries."""

    organisation_id: UUID
    client_id: UUID
    client_key: str
    """The public OAuth ``client_id``, as printed in tokens and logs."""
    scopes: frozenset[Scope]
    user_id: UUID | None = None
    """The person it acts for; None when it acts for itself."""
    grant_id: UUID | None = None
    """What the token was made under; whether that still stands is asked at each transaction."""
    jkt: str | None = None
    """The thumbprint of the key the token is bound to, which the request proved to have (DPoP)."""

    @property
    def bound(self) -> bool:
        """Whether a stolen token would be of no use."""
        return self.jkt is not None
