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
