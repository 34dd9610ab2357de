"""The notebook of one request: what it showed and what it was denied, until that is written down.

Resolvers note as they answer; at the end of the request, before anything of the answer leaves,
`write` puts it into the ledger in one statement. If that fails, nothing is served.
"""

from typing import Protocol
from uuid import UUID

from auth.caller import Caller
from db import ledger
from db.session import Database


class Section(Protocol):
    """What must be known of a section."""

    @property
    def id(self) -> UUID: ...
    @property
    def author_id(self) -> UUID: ...


class Reading:
    """What one request came to know. Own words are nobody's business but their author's."""

    def __init__(self) -> None:
        self._disclosed: dict[UUID, UUID] = {}
        self._withheld: dict[UUID, tuple[UUID, str]] = {}
        self._denied: dict[tuple[str, str], None] = {}
        self._failure: Exception | None = None

    def disclosed(self, section: Section) -> None:
        """The words of a section are in the answer."""
        self._disclosed[section.id] = section.author_id

    def withheld(self, section: Section, code: str) -> None:
        """The words of a section were asked for, and withheld."""
        self._withheld[section.id] = (section.author_id, str(code))

    def denied(self, field: str, code: str) -> None:
        """A field was refused for want of a right, or as if there were nothing."""
        self._denied[field, str(code)] = None

    async def before_change(self, database: Database, caller: Caller, request_id: str) -> None:
        """What an operation has shown so far is written before it changes something: by that it
        may shut what was open when it was shown."""
        if any(author != caller.organisation_id for author in self._disclosed.values()):
            await self.write(database, caller, request_id)

    async def write(self, database: Database, caller: Caller, request_id: str) -> None:
        """Put it into the ledger; costs nothing when there is nothing to tell. Once this failed, it
        fails for the rest of the request: nothing of the answer may be served."""
        if self._failure is not None:
            raise self._failure
        try:
            await self._write(database, caller, request_id)
        except Exception as error:
            self._failure = error
            raise
        for noted in (self._disclosed, self._withheld, self._denied):
            noted.clear()

    async def _write(self, database: Database, caller: Caller, request_id: str) -> None:
        me = caller.organisation_id
        disclosed = [id for id, author in self._disclosed.items() if author != me]
        withheld = {id: code for id, (author, code) in self._withheld.items() if author != me}
        denied = [{"field": field, "code": code} for field, code in self._denied]
        if disclosed or withheld or denied:
            await ledger.record(
                database,
                caller,
                request_id=request_id,
                disclosed=disclosed,
                withheld=withheld,
                denied=denied,
            )
