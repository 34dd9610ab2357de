"""An organisation's own accounts: people sign in at a real OpenID provider and arrive here."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import pytest_asyncio

from auth import upstream
from auth.roles import Role
from db.ids import new_id
from db.user import IdentityProvider, User
from tests.clients.node import HERE
from tests.clients.people import Crowd, Member
from tests.clients.person import Page
from tests.clients.served import Served, free_port

pytestmark = pytest.mark.node
SECRET = "a secret that only the two of them know"


@dataclass(frozen=True)
class Ministry:
    """An organisation that keeps accounts of its own."""

    id: UUID
    provider_id: UUID
    issuer: str

    def way_in(self, next: str = "/account") -> str:
        return upstream.address_with(self.provider_id, next)


@pytest_asyncio.fixture(scope="module")
async def ministry(served: Served, crowd: Crowd) -> AsyncIterator[Ministry]:
    organisation = await served.organisation("Kepolisian Contoh")
    port, provider_id = free_port(), new_id()
    ministry = Ministry(organisation, provider_id, f"http://localhost:{port}")
    settings = crowd.settings
    redirect_uri = upstream.redirect_uri(settings, organisation)
    command = ("node", "provider.mjs", str(port), "rangkul", SECRET, redirect_uri)
    process = await asyncio.create_subprocess_exec(*command, cwd=HERE, stdout=PIPE, stderr=DEVNULL)
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 20) == b"listening\n"
    row = IdentityProvider(
        id=provider_id,
        organisation_id=organisation,
        name="Akun Kepolisian",
        issuer=ministry.issuer,
        client_id="rangkul",
        secret_jwe=upstream.sealed(settings).seal(SECRET, str(provider_id)),
    )
    async with served.operator() as tx:
        tx.add(row)
    yield ministry
    process.kill()
    await process.wait()


async def invited(served: Served, ministry: Ministry, name: str) -> Member:
    """Somebody their administrator has invited, and who has not come yet."""
    member = Member(served.address, f"{name}@polri.example", also=(ministry.issuer,))
    row = User(
        id=member.id,
        organisation_id=ministry.id,
        email=member.email,
        name=name.title(),
        roles=[Role.CASE_WORKER.value],
    )
    async with served.operator() as tx:
        tx.add(row)
    return member


async def arrive(member: Member, address: str, name: str) -> Page | str:
    """Sign in over there under a name, let Rangkul know who we are, and come back."""
    page = await member.page(address)
    page = await member.page_after(page.form(having="login"), login=name, password="x")
    return await member.send(page.forms[0])


async def test_an_invited_person_joins_by_signing_in_there(
    served: Served, ministry: Ministry
) -> None:
    member = await invited(served, ministry, "siti")
    page = await arrive(member, ministry.way_in(), "siti")
    assert isinstance(page, Page)
    assert urlsplit(page.address).path == "/account"
    assert "Siti" in page.words
    joined = "select joined_at is not null from user_account where id = :id"
    assert list(await served.sql(joined, id=member.id)) == [(True,)]
    methods = "select methods from session where user_id = :id"
    assert list(await served.sql(methods, id=member.id)) == [(["fed"],)]

    again = Member(served.address, member.email, also=(ministry.issuer,))
    page = await arrive(again, ministry.way_in("/device"), "siti")
    assert isinstance(page, Page)
    assert urlsplit(page.address).path == "/device"


async def test_on_the_way_to_a_portal(served: Served, ministry: Ministry) -> None:
    """What a client asked for is still asked when the person comes back from their own issuer."""
    client = await served.portal(open_to_all=True)
    member = await invited(served, ministry, "budi")
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    asked = (
        f"/oauth/authorize?response_type=code&client_id={client.key}&state=s&scope=mou:read"
        f"&redirect_uri={client.redirect_uri}&code_challenge={challenge}&code_challenge_method=S256"
    )
    page = await member.page(asked)
    [next] = parse_qs(urlsplit(page.address).query)["next"]
    arrived = await arrive(member, ministry.way_in(next), "budi")
    assert isinstance(arrived, Page)
    back = await member.send(arrived.form(having="decision"), press="allow")
    assert isinstance(back, str)
    assert back.startswith(f"{client.redirect_uri}?")
    assert "code=" in back


@pytest.mark.parametrize("name", ["nobody", "unverified-wati"])
async def test_an_account_there_is_not_enough(
    served: Served, ministry: Ministry, name: str
) -> None:
    await invited(served, ministry, f"wati-{name}")
    stranger = Member(served.address, "", also=(ministry.issuer,))
    page = await arrive(stranger, ministry.way_in(), name)
    assert isinstance(page, Page)
    assert page.response.status_code == 403
    assert urlsplit((await stranger.page("/account")).address).path == "/sign-in"


async def test_an_issuer_speaks_for_its_own_people_only(served: Served, ministry: Ministry) -> None:
    other = Ministry(await served.organisation("Rumah Sakit Contoh"), new_id(), ministry.issuer)
    await invited(served, other, "dewi")
    stranger = Member(served.address, "", also=(ministry.issuer,))
    page = await arrive(stranger, ministry.way_in(), "dewi")
    assert isinstance(page, Page)
    assert page.response.status_code == 403


async def test_the_answer_of_one_browser_is_of_no_use_in_another(
    served: Served, ministry: Ministry
) -> None:
    member = await invited(served, ministry, "rina")
    page = await member.page(ministry.way_in())
    page = await member.page_after(page.form(having="login"), login="rina", password="x")
    member.stop_at = "/sign-in/callback/"
    stolen = await member.send(page.forms[0])
    assert isinstance(stolen, str)
    thief = Member(served.address, "", also=(ministry.issuer,))
    page = await thief.page(stolen)
    assert page.response.status_code == 400
    member.stop_at = None
    page = await member.page(stolen)  # used up, because somebody has seen it
    assert page.response.status_code == 400
