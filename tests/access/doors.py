"""The ways in, and the ways to be shut out: each *door* is a token with one thing about it.

What must come of it is written by hand, from the words of the rules: the oracle is held against
this, and the database against both.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.access.facts import Grant, Person, Token
from tests.world import EVERY_SCOPE, PARTNER

if TYPE_CHECKING:
    from tests.access.gallery import Gallery

FULL = frozenset(str(scope) for scope in PARTNER)
ADMIN = frozenset(str(scope) for scope in EVERY_SCOPE)
_READ = "organisation:read mou:read activity:read oversight:read result:read statistics:read"
_WORK = f"{_READ} activity:write oversight:write"
CASES = f"{_WORK} handoff:read handoff:write handoff:identity handoff:emergency"
KEEPING = f"{_READ} client:read client:write user:read user:write security:read ledger:read"
AUDIT = f"{_READ} handoff:read client:read user:read security:read ledger:read"
AGREEING = f"{_WORK} result:write mou:write mou:sign ledger:read"


def without(*scopes: str) -> frozenset[str]:
    return FULL - set(scopes)


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHUT = None
EXPECTED: dict[str, frozenset[str] | None] = {
    "program": FULL,
    "program that asked for all": FULL,
    "program that asked for little": words("mou:read"),
    "program that lost scopes": without("handoff:identity", "mou:sign"),
    "program, disabled": SHUT,
    "program of the dissolved": SHUT,
    "program without a grant": FULL,
    "program, grant ended": SHUT,
    "program, grant over": SHUT,
    "program, grant of another program": SHUT,
    "program, grant of a person": SHUT,
    "program, grant unknown": SHUT,
    "program of the narrowed": without("handoff:identity", "mou:sign"),
    "program of the widened": ADMIN,
    "program of the careful": without("handoff:identity"),
    "program of the careful, bound": FULL,
    "program of the strict": SHUT,
    "program of the strict, bound": FULL,
    "portal for itself": ADMIN,
    "case worker": words(CASES),
    "case worker who asked for all": words(CASES),
    "case worker at a program of little": words("handoff:read"),
    "administrator": words(KEEPING),
    "auditor": words(AUDIT),
    "supervisor": words(f"{CASES} result:write mou:write user:read ledger:read"),
    "agreement officer": words(AGREEING),
    "agreement officer and auditor": words(f"{AGREEING} {AUDIT}"),
    "administrator elsewhere": words(KEEPING),
    "KPAI's administrator": words(f"{KEEPING} organisation:write mou:admin"),
    "KPAI's agreement officer": words(f"{AGREEING} mou:admin"),
    "case worker, disabled": SHUT,
    "case worker at a program, disabled": SHUT,
    "case worker without a grant": SHUT,
    "case worker, grant ended": SHUT,
    "case worker, grant over": SHUT,
    "case worker, grant of another program": SHUT,
    "case worker, grant of a program alone": SHUT,
    "case worker, grant of a colleague": SHUT,
    "case worker, grant unknown": SHUT,
    "case worker of the narrowed": words(CASES) - {"handoff:identity"},
    "case worker of the dissolved": SHUT,
    "case worker at the portal": words(CASES),
    "case worker at another's program": SHUT,
    "case worker at a portal of the dissolved": SHUT,
    "case worker of the dissolved at the portal": SHUT,
    "case worker of the narrowed at the portal": words(CASES) - {"handoff:identity"},
    "case worker of the careful at the portal": words(CASES) - {"handoff:identity"},
    "case worker of the careful at the portal, bound": words(CASES),
    "case worker of the strict at the portal": SHUT,
    "case worker of the strict at the portal, bound": words(CASES),
    "somebody unknown": SHUT,
    "somebody unknown at the portal": SHUT,
}
"""What a token may, effectively; SHUT: it opens nothing."""


@dataclass
class Doors:
    """Makes the tokens behind those names, with the people and grants they need."""

    gallery: "Gallery"
    people: dict[UUID, Person] = field(default_factory=dict)
    grants: dict[UUID, Grant] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    both: UUID = field(init=False)
    """Who administers another organisation, and works on its cases too."""

    def __post_init__(self) -> None:
        self._programs()
        self._people()
        self._portal()

    def person(self, organisation: UUID, *roles: str, disabled: bool = False) -> UUID:
        person = Person(self.gallery.builder.new_id(), organisation, frozenset(roles), disabled)
        self.people[person.id] = person
        return person.id

    def grant(self, client: UUID, person: UUID | None = None, **state: bool) -> UUID:
        grant = Grant(self.gallery.builder.new_id(), client, person, **state)
        self.grants[grant.id] = grant
        return grant.id

    def door(self, name: str, organisation: UUID, **change: Any) -> Token:
        """A token with a client and a grant of its own, but for what is said otherwise."""
        token = Token(self.gallery.builder.new_id(), organisation, FULL, FULL)
        token = replace(token, **change)
        if "grant" not in change:
            token = replace(token, grant=self.grant(token.client, token.person))
        self.tokens[name] = token
        return token

    def spoilt(self, name: str, token: Token, stranger: UUID) -> None:
        """The ways in which a grant is no good for a token."""
        other = self.tokens["program that lost scopes"].client
        for how, grant in {
            "grant ended": self.grant(token.client, token.person, ended=True),
            "grant over": self.grant(token.client, token.person, over=True),
            "grant of another program": self.grant(other, token.person),
            "grant unknown": self.gallery.builder.new_id(),
        }.items():
            self.tokens[f"{name}, {how}"] = replace(token, grant=grant)
        kind = "a colleague" if token.person else "a person"
        of_another = self.grant(token.client, stranger)
        self.tokens[f"{name}, grant of {kind}"] = replace(token, grant=of_another)
        if token.person:
            alone = self.grant(token.client)
            self.tokens[f"{name}, grant of a program alone"] = replace(token, grant=alone)
        self.tokens[f"{name} without a grant"] = replace(token, grant=None)

    def _programs(self) -> None:
        g = self.gallery
        program = self.door("program", g.polsek)
        self.tokens["program that asked for all"] = replace(program, asked=ADMIN)
        self.tokens["program that asked for little"] = replace(program, asked=words("mou:read"))
        fewer = without("handoff:identity", "mou:sign")
        self.door("program that lost scopes", g.polsek, granted=fewer)
        self.door("program, disabled", g.polsek, disabled=True)
        self.door("program of the dissolved", g.closed)
        self.spoilt("program", program, self.person(g.polsek, "CASE_WORKER"))
        self.door("program of the narrowed", g.narrowed)
        self.door("program of the widened", g.stranger, asked=ADMIN, granted=ADMIN)
        for name, organisation in (("careful", g.careful), ("strict", g.strict)):
            token = self.door(f"program of the {name}", organisation)
            self.tokens[f"program of the {name}, bound"] = replace(token, bound=True)

    def _people(self) -> None:
        g = self.gallery
        for name, roles in {
            "case worker": "CASE_WORKER",
            "administrator": "ADMINISTRATOR",
            "auditor": "AUDITOR",
            "supervisor": "SUPERVISOR",
            "agreement officer": "AGREEMENT_OFFICER",
            "agreement officer and auditor": "AGREEMENT_OFFICER AUDITOR",
        }.items():
            self.door(name, g.polsek, person=self.person(g.polsek, *roles.split()))
        elsewhere = self.person(g.uptd, "ADMINISTRATOR")
        self.both = self.person(g.uptd, "ADMINISTRATOR", "CASE_WORKER")
        self.door("administrator elsewhere", g.uptd, person=elsewhere)
        for role in ("ADMINISTRATOR", "AGREEMENT_OFFICER"):
            name = f"KPAI's {role.lower().replace('_', ' ')}"
            person = self.person(g.kpai, role)
            self.door(name, g.kpai, person=person, asked=ADMIN, granted=ADMIN)
        worker = self.tokens["case worker"]
        self.tokens["case worker who asked for all"] = replace(worker, asked=ADMIN)
        little = words("handoff:read")
        self.door(
            "case worker at a program of little", g.polsek, person=worker.person, granted=little
        )
        gone = self.person(g.polsek, "CASE_WORKER", disabled=True)
        self.door("case worker, disabled", g.polsek, person=gone)
        self.door(
            "case worker at a program, disabled", g.polsek, person=worker.person, disabled=True
        )
        colleague = self.tokens["auditor"].person
        assert colleague
        self.spoilt("case worker", worker, colleague)
        for name, organisation in (("narrowed", g.narrowed), ("dissolved", g.closed)):
            person = self.person(organisation, "CASE_WORKER")
            self.door(f"case worker of the {name}", organisation, person=person)
        nobody = self.gallery.builder.new_id()
        self.door("somebody unknown", g.polsek, person=nobody, grant=None)

    def _portal(self) -> None:
        """KPAI's portal, at which people of every organisation sign in."""
        g = self.gallery
        at: dict[str, Any] = {"owner": g.kpai, "open_to_all": True}
        at |= {"asked": ADMIN, "granted": ADMIN}
        client = self.door("portal for itself", g.kpai, **at).client
        for name, organisation in (("", g.polsek), (" of the dissolved", g.closed),
                                   (" of the narrowed", g.narrowed), (" of the careful", g.careful),
                                   (" of the strict", g.strict)):  # fmt: skip
            person = self.person(organisation, "CASE_WORKER")
            who = f"case worker{name} at the portal"
            grant = self.grant(client, person)
            token = self.door(who, organisation, client=client, person=person, grant=grant, **at)
            self.tokens[f"{who}, bound"] = replace(token, bound=True)
        worker = self.tokens["case worker"].person
        self.door("case worker at another's program", g.polsek, owner=g.uptd, person=worker)
        self.door(
            "case worker at a portal of the dissolved",
            g.polsek, **at | {"owner": g.closed}, person=worker,
        )  # fmt: skip
        unknown = self.gallery.builder.new_id()
        self.door("somebody unknown at the portal", g.polsek, client=client, person=unknown,
                  grant=self.grant(client), **at)  # fmt: skip
        for name in list(self.tokens):
            if name not in EXPECTED:
                del self.tokens[name]
