"""What a token stands on, and which programs and people exist for whom: the oracle's rules.

Token scopes are what was asked, of what the client may, of what a role of the person covers, of
what KPAI granted the organisation. Whatever of it ends closes the token at the next request.
"""

from uuid import UUID

from tests.access.facts import Grant, Organisation, Person, Token

KPAI_ALONE = frozenset({"organisation:write", "mou:admin"})
"""What no other organisation is granted at first."""
_DIRECTORY = "organisation:read mou:read activity:read statistics:read"
_FOLLOWS = "oversight:read result:read"
_WORKS = f"{_FOLLOWS} activity:write oversight:write"
ROLES = {
    "ADMINISTRATOR": f"{_DIRECTORY} {_FOLLOWS} organisation:write mou:admin client:read"
    " client:write user:read user:write security:read ledger:read",
    "AGREEMENT_OFFICER": f"{_DIRECTORY} {_WORKS} result:write mou:write mou:sign mou:admin"
    " ledger:read",
    "CASE_WORKER": f"{_DIRECTORY} {_WORKS} handoff:read handoff:write handoff:identity"
    " handoff:emergency",
    "SUPERVISOR": f"{_DIRECTORY} {_WORKS} result:write handoff:read handoff:write"
    " handoff:identity handoff:emergency mou:write user:read ledger:read",
    "AUDITOR": f"{_DIRECTORY} {_FOLLOWS} client:read user:read security:read handoff:read"
    " ledger:read",
}
"""The most that each role lets a person do, whatever the client may."""


class Standing:
    """The part of a world that is about tokens."""

    organisations: dict[UUID, Organisation]
    people: dict[UUID, Person]
    grants: dict[UUID, Grant]
    tokens: tuple[Token, ...]

    def opens_anything(self, token: Token) -> bool:
        """All that a token rests on must stand: client, organisations, person and grant."""
        owner = self.organisations[token.owner or token.organisation]
        me = self.organisations[token.organisation]
        if token.disabled or owner.dissolved or me.dissolved:
            return False
        if me.dpop == "REQUIRED" and not token.bound:
            return False
        return self._person_stands(token) and self._grant_stands(token)

    def _person_stands(self, token: Token) -> bool:
        """A client serves people of its own organisation, unless it is a portal for all."""
        if token.person is None:
            return True
        person = self.people.get(token.person)
        if person is None or person.disabled or person.organisation != token.organisation:
            return False
        return token.open_to_all or token.owner in (None, person.organisation)

    def _grant_stands(self, token: Token) -> bool:
        """A grant is good for the client and the person it was made for; people need one."""
        if token.grant is None:
            return token.person is None
        grant = self.grants.get(token.grant)
        if grant is None or grant.ended or grant.over:
            return False
        return (grant.client, grant.person) == (token.client, token.person)

    def may(self, token: Token, scope: str) -> bool:
        """Token scopes = asked, of what the client, the organisation and the role may."""
        me = self.organisations[token.organisation]
        if scope not in token.asked or scope not in token.granted:
            return False
        at_first = me.is_kpai or scope not in KPAI_ALONE
        if not (at_first if me.granted is None else scope in me.granted):
            return False
        if scope == "handoff:identity" and me.dpop == "IDENTITY" and not token.bound:
            return False
        if token.person is None:
            return True
        person = self.people.get(token.person)
        return person is not None and any(scope in ROLES[role].split() for role in person.roles)

    def client_exists_for(self, token: Token, other: Token) -> bool:
        """Itself; an organisation's administrators see its programs, and KPAI's all of them."""
        if not self.opens_anything(token):
            return False
        keeps = self.may(token, "client:read") or self.may(token, "client:write")
        mine = (other.owner or other.organisation) == token.organisation
        return other.client == token.client or (keeps and (mine or self.is_kpai(token)))

    def person_exists_for(self, token: Token, person: Person) -> bool:
        """Oneself; an organisation's administrators see its people, and KPAI's administrators
        those who are that elsewhere."""
        if not self.opens_anything(token):
            return False
        if token.person == person.id:
            return True
        elsewhere = self.is_kpai(token) and "ADMINISTRATOR" in person.roles
        return self._keeps_people(token) and (
            person.organisation == token.organisation or elsewhere
        )

    def sessions_exist_for(self, token: Token, person: Person) -> bool:
        """Where somebody is signed in is their organisation's business alone."""
        mine = person.organisation == token.organisation
        return mine and self.person_exists_for(token, person)

    def grant_exists_for(self, token: Token, grant: Grant) -> bool:
        if not self.opens_anything(token):
            return False
        if grant.person is not None:
            return self.sessions_exist_for(token, self.people[grant.person])
        keeps = self.may(token, "client:read") or self.may(token, "client:write")
        of = next(other for other in self.tokens if other.client == grant.client)
        return keeps and self.client_exists_for(token, of)

    def provider_exists_for(self, token: Token, organisation: UUID) -> bool:
        mine = organisation == token.organisation
        return self.opens_anything(token) and mine and self._keeps_people(token)

    def event_exists_for(self, token: Token, organisation: UUID) -> bool:
        """The security log is for the organisation concerned, and for nobody else."""
        mine = organisation == token.organisation
        return self.opens_anything(token) and mine and self.may(token, "security:read")

    def _keeps_people(self, token: Token) -> bool:
        return self.may(token, "user:read") or self.may(token, "user:write")

    def is_kpai(self, token: Token) -> bool:
        return self.organisations[token.organisation].is_kpai
