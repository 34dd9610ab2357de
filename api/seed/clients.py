"""The clients people try the world with; their secrets are shown once, by whoever asked for it."""

from dataclasses import dataclass

from auth.scopes import Scope

_PARTNER = (
    Scope.ORGANISATION_READ,
    Scope.MOU_READ,
    Scope.MOU_WRITE,
    Scope.MOU_SIGN,
    Scope.ACTIVITY_READ,
    Scope.ACTIVITY_WRITE,
    Scope.OVERSIGHT_READ,
    Scope.OVERSIGHT_WRITE,
    Scope.RESULT_READ,
    Scope.RESULT_WRITE,
    Scope.STATISTICS_READ,
)
_CASES = (
    Scope.HANDOFF_READ,
    Scope.HANDOFF_WRITE,
    Scope.HANDOFF_IDENTITY,
    Scope.HANDOFF_EMERGENCY,
    Scope.LEDGER_READ,
)


@dataclass(frozen=True)
class Role:
    """A client to try the world with: of whom, what for, and what it may ask for."""

    org: str
    name: str
    scopes: tuple[Scope, ...]


ROLES = [
    Role("kpai", "Demo KPAI administrator", tuple(Scope)),
    Role("uptd-bandung", "Demo UPTD PPA Kota Bandung", (*_PARTNER, *_CASES)),
    Role("polres-bandung", "Demo Polrestabes Bandung", (*_PARTNER, *_CASES)),
    Role(
        "polres-jaktim",
        "Demo Polres Jaktim tanpa identitas",
        (Scope.ORGANISATION_READ, Scope.MOU_READ, Scope.ACTIVITY_READ, Scope.HANDOFF_READ,
         Scope.HANDOFF_WRITE),
    ),
    Role("rsud-bandung", "Demo RSUD Kota Bandung", (*_PARTNER, *_CASES)),
    Role(
        "disdik-bandung",
        "Demo Dinas Pendidikan Kota Bandung",
        (*_PARTNER, Scope.HANDOFF_READ, Scope.HANDOFF_WRITE),
    ),
    Role(
        "smp-3",
        "Demo SMP Negeri Contoh 3",
        (Scope.ORGANISATION_READ, Scope.ACTIVITY_READ, Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE,
         Scope.HANDOFF_READ, Scope.HANDOFF_WRITE),
    ),
    Role("lpsk", "Demo LPSK", (*_PARTNER, *_CASES)),
    Role("pelita", "Demo Yayasan Pelita Contoh", (*_PARTNER, *_CASES)),
    Role("rumah-tumbuh", "Demo Rumah Tumbuh Contoh", (*_PARTNER, *_CASES)),
]  # fmt: skip
