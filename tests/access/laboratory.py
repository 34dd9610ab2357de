"""Where mutants of the database are tried: one world, one transaction for each, rolled back.

Questions about what was changed come first, then all that cost little. What nothing notices is
known by name, with the reason, or with the test through the API that stands for a probe.
"""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import asyncpg

from tests.access.mutants import Mutant
from tests.access.probes import DEAR, failing
from tests.db.catalogue import problems

THOROUGH = os.environ.get("MUTANTS") == "all"
"""Whether every mutant is tried with every question, as `make prove` does: it takes minutes."""

NEAR = {
    "mou_paper": "mou_now handoff_section_now",
    "mou_version_in_force": "mou_now handoff_section_now",
    "mou_status": "mou_now handoff_section_now",
    "mou_in_force": "mou_now handoff_section_now",
    "live_clauses_to": "handoff_section_body handoff_section",
    "my_grants": "handoff_section_body",
    "discloses": "handoff_section",
    "discloses_in": "handoff_section_body handoff_section_now",
    "identifies": "handoff_section_body handoff_section_now",
    "my_mou_versions": "mou mou_version mou_party mou_comment",
    "enter": "me has person",
    "keep_concluded": "keep_concluded mou_version",
    "keep_signed": "keep_signed mou_party mou_clause",
    "person_of": "case_file lawful_basis case_suspect",
    "barred_by": "barred_by handoff_section_body",
    "append_reading": "append_reading record_reading",
    "read_out": "read_out record_reading",
    "verdict": "judged verdict",
    "handoff_section_now": "handoff_section_now record_reading",
    "client_secret": "client_secret add_secret",
    "external_identity": "external_identity forget_identities",
    "receipt_signers": "receipt",
    "tell": "withdrawal_notice handoff_event",
    "open_to": "preview",
    "supposed": "preview",
    "supposed_clauses": "preview",
}
"""Which questions are the first to ask for a function that none is about by name."""


class Laboratory:
    """A database with a world in it and a list of probes, to be changed and put back."""

    def __init__(
        self,
        owner: asyncpg.Connection,
        near: Mapping[str, str] = NEAR,
        cheap: Collection[str] = (),
    ) -> None:
        self.owner, self.near, self.cheap = owner, near, sorted(set(cheap) - DEAR)

    async def notices(self, mutant: Mutant) -> list[str]:
        """What tells that the database was changed; nothing when nothing does."""
        transaction = self.owner.transaction()
        await transaction.start()
        try:
            await self.owner.execute(mutant.change)
            if mutant.granted:
                return await problems(self.owner)
            near = self.near.get(mutant.about, mutant.about).split()
            if found := await self._asked(near):
                return found
            return await problems(self.owner) or await self._asked(self.cheap)
        except (asyncpg.PostgresSyntaxError, asyncpg.UndefinedFunctionError):
            return ["the mutant is none"]
        finally:
            await transaction.rollback()

    async def _asked(self, about: Collection[str]) -> list[str]:
        """The probes about these; some changes make a function go round for ever."""
        try:
            async with self.owner.transaction():
                await self.owner.execute("set local statement_timeout = '30s'")
                found = await failing(self.owner, list(about))
                await self.owner.execute("set local statement_timeout = 0")
                return found
        except asyncpg.QueryCanceledError:
            return ["it does not end"]


def plain(what: str) -> str:
    """A description without what versions of PostgreSQL print differently."""
    return re.sub(r"[()\s]|::[\w ]+?\b", "", what)


def not_yet() -> dict[str, str]:
    """Mutants that no probe notices yet, and the test through the API that covers each."""
    found, test = {}, ""
    for line in Path(__file__).with_name("not_yet.txt").read_text().splitlines():
        if line.startswith("tests/"):
            test = line
        elif line and not line.startswith("#"):
            found[plain(line)] = test
    return found


NOT_YET = not_yet()


async def tried(
    laboratory: Laboratory, group: str, made: Collection[Mutant], implied: Iterable[str]
) -> None:
    """Every mutant is noticed but for those that are known; these are not, and are told of."""
    names = {plain(one.what): one.what for one in made}
    known = names.keys() & {*map(plain, implied), *NOT_YET}
    survivors = {
        plain(one.what)
        for one in made
        if (THOROUGH or plain(one.what) not in known) and not await laboratory.notices(one)
    }
    owed = sorted(known & NOT_YET.keys())
    asked = "asked again" if THOROUGH else "not asked again but by `make prove`"
    print(f"\n{group}: {len(made)} mutants, of which {len(survivors - known)} go unnoticed;")
    print(f"{asked}: {len(known) - len(owed)} harmless, {len(owed)} not noticed by a probe yet")
    print("\n".join(f"  not yet: {names[one]} ({NOT_YET[one]})" for one in owed))
    unseen = "\n".join(sorted(names[one] for one in survivors - known))
    assert not unseen, f"nothing notices these:\n{unseen}"
    after_all = "\n".join(sorted(names[one] for one in known - survivors)) if THOROUGH else ""
    assert not after_all, f"these are noticed after all, and are to be struck out:\n{after_all}"
