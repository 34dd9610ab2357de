"""Roles of people (peran): each is a ceiling of scopes.

A person's token carries what the client asked, of what the client may ask, of what a role of the
person covers, of what KPAI granted the organisation. The database keeps the same list
(`staff_role`), because it is asked again at every request; a test holds the two together.
"""

from collections.abc import Iterable
from enum import StrEnum

from auth.scopes import Scope


class Role(StrEnum):
    """What somebody is at their organisation. Several may be held at once."""

    ADMINISTRATOR = "ADMINISTRATOR"
    AGREEMENT_OFFICER = "AGREEMENT_OFFICER"
    CASE_WORKER = "CASE_WORKER"
    SUPERVISOR = "SUPERVISOR"
    AUDITOR = "AUDITOR"

    @property
    def english(self) -> str:
        return _NAMES[self][0]

    @property
    def indonesian(self) -> str:
        return _NAMES[self][1]

    @property
    def scopes(self) -> frozenset[Scope]:
        """The most that a token of such a person can carry."""
        return _SCOPES[self]


_NAMES = {
    Role.ADMINISTRATOR: ("Administrator", "Administrator"),
    Role.AGREEMENT_OFFICER: ("Agreement officer", "Petugas kerja sama"),
    Role.CASE_WORKER: ("Case worker", "Petugas kasus"),
    Role.SUPERVISOR: ("Supervisor", "Penyelia"),
    Role.AUDITOR: ("Auditor", "Auditor"),
}

_HANDOFFS = {Scope.HANDOFF_READ, Scope.HANDOFF_WRITE, Scope.HANDOFF_IDENTITY}
_ACTIVITIES = {Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE}
_DIRECTORY = {
    Scope.ORGANISATION_READ,
    Scope.MOU_READ,
    Scope.ACTIVITY_READ,
    Scope.STATISTICS_READ,
}
_OVERSIGHT = {Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE}
_RESULTS = {Scope.RESULT_READ, Scope.RESULT_WRITE}
_FOLLOWS = {Scope.OVERSIGHT_READ, Scope.RESULT_READ}
_ACCESS_READ = {Scope.CLIENT_READ, Scope.USER_READ, Scope.SECURITY_READ}

_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.ADMINISTRATOR: frozenset(
        _DIRECTORY
        | _ACCESS_READ
        | _FOLLOWS
        | {Scope.ORGANISATION_WRITE, Scope.MOU_ADMIN, Scope.CLIENT_WRITE, Scope.USER_WRITE}
        | {Scope.LEDGER_READ}
    ),
    Role.AGREEMENT_OFFICER: frozenset(
        _DIRECTORY
        | _ACTIVITIES
        | _OVERSIGHT
        | _RESULTS
        | {Scope.MOU_WRITE, Scope.MOU_SIGN, Scope.MOU_ADMIN, Scope.LEDGER_READ}
    ),
    Role.CASE_WORKER: frozenset(
        _DIRECTORY
        | _ACTIVITIES
        | _OVERSIGHT
        | _HANDOFFS
        | {Scope.RESULT_READ, Scope.HANDOFF_EMERGENCY}
    ),
    Role.SUPERVISOR: frozenset(
        _DIRECTORY
        | _ACTIVITIES
        | _OVERSIGHT
        | _RESULTS
        | _HANDOFFS
        | {Scope.MOU_WRITE, Scope.USER_READ, Scope.HANDOFF_EMERGENCY, Scope.LEDGER_READ}
    ),
    Role.AUDITOR: frozenset(
        _DIRECTORY | _ACCESS_READ | _FOLLOWS | {Scope.HANDOFF_READ, Scope.LEDGER_READ}
    ),
}


def ceiling(roles: Iterable[str]) -> frozenset[Scope]:
    """What these roles cover together."""
    return frozenset().union(*(Role(role).scopes for role in roles))
