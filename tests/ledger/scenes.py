"""Entries of the ledger without the requests they come from: many, quickly, as the operator."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from auth.settings import AuthSettings
from db import ledger
from db.ids import new_id
from db.session import Database
from domain.ledger.heads import Reader
from domain.ledger.keys import LedgerKeys
from domain.ledger.sealing import Sealer
from tests.conftest import Operator
from tests.world import SETTINGS

AUTH: AuthSettings = SETTINGS.auth


@dataclass
class Book:
    """A ledger under test: who writes into it, and who seals it."""

    database: Database
    operator: Operator
    orgs: list[UUID] = field(default_factory=list)

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.database, AUTH)

    async def open(self) -> "Book":
        """Begin anew, with three organisations and a program of the first, which reads."""
        self.orgs = [new_id() for _ in range(3)]
        async with self.operator() as tx:
            await tx.execute(text(
                "truncate ledger_entry, ledger_part, ledger_pending, ledger_leaf, ledger_number,"
                " ledger_node, ledger_head, ledger_key"
            ))  # fmt: skip
            for id in self.orgs:
                await tx.execute(
                    text(
                        "insert into organisation (id, type_code, name)"
                        " values (:id, 'UPTD_PPA', :name)"
                    ),
                    {"id": id, "name": f"L {id}"},
                )
        return self

    async def write(self, *owners: int, count: int = 1) -> list[UUID]:
        """So many entries of the first organisation, each with a part for these."""
        made = []
        async with self.operator() as tx:
            await tx.execute(
                text(
                    "select set_config('app.organisation_id', :me, true),"
                    " set_config('app.client_id', :client, true)"
                ),
                {"me": str(self.orgs[0]), "client": str(UUID(int=7))},
            )
            tx.info["request_id"] = "permintaan-1"
            for _ in range(count):
                items = [self.item(owner) for owner in owners or (1,)]
                made.append(await ledger.append(tx, items))
        return made

    def item(self, owner: int) -> dict[str, Any]:
        return {
            "owner": str(self.orgs[owner]), "kind": "DISCLOSED", "handoff": str(UUID(int=owner)),
            "section": str(new_id()), "category": "INCIDENT", "clause": 1,
        }  # fmt: skip

    async def seal(self) -> int:
        """All that waits, batch by batch; how many entries that were."""
        sealed, more = 0, 1
        while more:
            more = await self.sealer.once()
            sealed += more
        return sealed

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Look, or tamper."""
        async with self.operator() as tx:
            result = await tx.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    async def reader(self) -> Reader:
        async with self.database.sealer() as tx:
            return Reader((await LedgerKeys(AUTH).ring(tx)).keys)
