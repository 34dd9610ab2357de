"""People who have joined, each with a browser of their own; and what they do at our pages."""

import base64
import itertools
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from sqlalchemy import text

from auth import passwords, tickets, totp
from auth.roles import Role
from auth.settings import AuthSettings
from auth.tickets import TicketKind
from db.ids import new_id
from db.user import User
from tests.clients.person import PASSWORD, Page, Person
from tests.clients.served import KEY_ENCRYPTION_KEY, Registered, Served
from tests.world import KPAI_ID

EVERY_ROLE = tuple(Role)
_count = itertools.count(1)


@dataclass
class Member(Person):
    """Somebody who can sign in, and knows what to answer."""

    id: UUID = field(default_factory=new_id)

    async def sign_in(self, page: Page | None = None) -> Page | str:
        """By password and then by app; where that led."""
        page = page or await self.page("/sign-in")
        form = page.form(having="current-password")
        known = {form.named("username"): self.email, form.named("current-password"): PASSWORD}
        second = await self.send(form, **known)
        assert isinstance(second, Page), second
        form = second.form(having="one-time-code")
        return await self.send(form, **{form.named("one-time-code"): self.code()})

    async def decide(self, address: str, answer: str) -> str:
        """Go where a client sends us, sign in if asked, say yes or no; where we end up."""
        page = await self.open(address)
        if isinstance(page, Page) and _has(page, "current-password"):
            page = await self.sign_in(page)
        if isinstance(page, Page) and not _has(page, "decision") and _has(page, "code"):
            page = await self.send(page.form(having="code"))  # of a device, filled in already
        if isinstance(page, Page) and _has(page, "decision"):
            press = {"yes": "allow", "no": "refuse"}[answer]
            page = await self.send(page.form(having="decision"), press=press)
        return page if isinstance(page, str) else page.address


@dataclass
class Crowd:
    """Makes people, a new one for each test: a code of an app is good once, and so are they."""

    served: Served
    members: list[Member] = field(default_factory=list)

    async def somebody(
        self, *, organisation: UUID = KPAI_ID, roles: tuple[Role, ...] = EVERY_ROLE
    ) -> Member:
        """A person who joined some time ago, in a browser that has never been here."""
        number = next(_count)
        settings = self.settings
        member = Member(self.served.address, f"orang-{number}@kpai.example")
        sealed = totp.new_secret(settings, member.id)
        hashed = await passwords.Passwords(settings).make_hash(PASSWORD)
        shown = totp.shown(settings, member.id, sealed, member.email)
        assert shown is not None
        member.secret = shown.text.replace(" ", "")
        async with self.served.operator() as tx:
            row = User(
                id=member.id,
                organisation_id=organisation,
                email=member.email,
                name=f"Orang Contoh {number}",
                roles=[role.value for role in roles],
                language="en",
            )
            tx.add(row)
            await tx.flush()
            joined = "update user_account set joined_at = now() where id = :id"
            await tx.execute(text(joined), {"id": member.id})
            await passwords.put(tx, member.id, hashed)
            await totp.put(tx, member.id, sealed, 0)
        self.members.append(member)
        return member

    async def invited(self, organisation: UUID = KPAI_ID) -> tuple[str, str]:
        """Somebody who has an address, and a link that was given them."""
        id, number = new_id(), next(_count)
        email = f"undangan-{number}@kpai.example"
        async with self.served.operator() as tx:
            row = User(id=id, organisation_id=organisation, email=email, name="Calon Pengguna",
                       roles=[Role.CASE_WORKER.value])  # fmt: skip
            tx.add(row)
            await tx.flush()
            secret = await tickets.issue(tx, TicketKind.INVITATION, seconds=3600, user_id=id)
        return email, f"{self.served.address}/invitation/{secret}"

    async def ask_for_a_device(self, client: Registered) -> dict[str, str]:
        """What a device is told to show."""
        assert client.secret is not None
        async with httpx.AsyncClient(auth=(client.key, client.secret)) as http:
            endpoint = f"{self.served.address}/oauth/device_authorization"
            shown: dict[str, str] = (await http.post(endpoint, data={"scope": "mou:read"})).json()
        return shown

    @property
    def settings(self) -> AuthSettings:
        return AuthSettings(
            issuer=self.served.address,
            audience=self.served.graphql,
            key_encryption_key=base64.b64decode(KEY_ENCRYPTION_KEY),
        )


def _has(page: Page, what: str) -> bool:
    try:
        page.form(having=what)
    except AssertionError:
        return False
    return True
