"""The people who can sign in to the seeded world, and the portal at which they do."""

import secrets
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed.cast import Cast
from api.seed.organisations import KPAI
from auth import clients
from auth.client_spec import AuthMethod, ClientSpec
from auth.hashing import make_hash
from auth.roles import Role
from auth.scopes import Scope
from db.credential import Password
from db.ids import new_id
from db.organisation import Organisation
from db.user import User

PORTAL = "Demo portal"
HERE = ("http://127.0.0.1/", "http://localhost:8000/")
"""Where the portal's answers go; by the number of the machine itself, at any port (RFC 8252)."""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as. The password is known only here, and is everybody's."""

    organisation: str
    name: str
    email: str
    roles: list[str]
    password: str = field(repr=False)


_PEOPLE = (
    ("kpai", "Ratna Prameswari", "ratna@kpai.example", (Role.ADMINISTRATOR,)),
    ("kpai", "Bagus Wirawan", "bagus@kpai.example", (Role.AGREEMENT_OFFICER,)),
    ("uptd-bandung", "Siti Komariah", "siti@uptd-bandung.example", (Role.ADMINISTRATOR,)),
    ("uptd-bandung", "Dewi Lestari", "dewi@uptd-bandung.example", (Role.CASE_WORKER,)),
    ("uptd-bandung", "Agus Hidayat", "agus@uptd-bandung.example", (Role.SUPERVISOR,)),
    ("polres-bandung", "Yuni Astuti", "yuni@polres-bandung.example", (Role.CASE_WORKER,)),
    ("polres-bandung", "Hendra Saputra", "hendra@polres-bandung.example", (Role.ADMINISTRATOR,)),
    ("rsud-bandung", "Maya Anggraini", "maya@rsud-bandung.example", (Role.CASE_WORKER,)),
    ("lpsk", "Rudi Hartono", "rudi@lpsk.example", (Role.CASE_WORKER, Role.AGREEMENT_OFFICER)),
    ("pelita", "Nia Kurniasih", "nia@pelita.example", (Role.AUDITOR,)),
)


async def settle(tx: AsyncSession, cast: Cast) -> tuple[list[DemoPerson], str]:
    """Make the people and the portal; answers the portal's client_id as well."""
    password = secrets.token_urlsafe(12)
    hash = await make_hash(password)  # made anew, the costly way, at the first sign-in
    made = []
    for key, name, email, roles in _PEOPLE:
        organisation = await tx.get_one(Organisation, cast.ids[key])
        person = User(
            id=new_id(), organisation_id=organisation.id, email=email, name=name,
            roles=[role.value for role in roles], joined_at=func.now(),
        )  # fmt: skip
        tx.add(person)
        await tx.flush()
        tx.add(Password(user_id=person.id, hash=hash))
        made.append(DemoPerson(organisation.name, name, email, person.roles, password))
    portal = ClientSpec(
        organisation_id=cast.ids[KPAI],
        name=PORTAL,
        scopes=tuple(Scope),
        auth_method=AuthMethod.NONE,
        redirect_uris=HERE,
        open_to_all=True,
    )
    return made, (await clients.register(tx, portal)).key
