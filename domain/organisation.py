"""Organisations: the directory, and KPAI's keeping of it."""

import re
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.caller import Caller
from auth.events import EventKind
from auth.scopes import KPAI_ONLY
from db.enums import DpopPolicy, TermKind
from db.ids import new_id
from db.organisation import Organisation
from domain.checks import (
    LINE,
    Ref,
    found,
    id_of,
    known_codes,
    locked,
    optional_text,
    scopes_of,
    text_of,
)
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

ORDER = Order(("name", "id"))
SHORT = 60
_REGION = re.compile(r"[0-9]{2}([.][0-9]{2})?")


@dataclass(frozen=True)
class NewOrganisation:
    """A partner to be registered."""

    type: str
    name: str
    short_name: str | None = None
    region_code: str | None = None
    parent_id: Ref | None = None


@dataclass(frozen=True)
class OrganisationChange:
    """What to change of an organisation; what is left out stays."""

    name: str | None = None
    short_name: str | None = None
    region_code: str | None = None
    parent_id: Ref | None = None


@dataclass(frozen=True)
class OrganisationFilter:
    """Which organisations to list; every condition given must hold."""

    types: list[str] | None = None
    region_code: str | None = None
    name: str | None = None
    under: Ref | None = None
    include_dissolved: bool = False


def region_of(value: str | None, field: str = "regionCode") -> str | None:
    """A Kemendagri code of a province (``31``) or a regency (``31.71``)."""
    require(value is None or _REGION.fullmatch(value), RefusalCode.BAD_INPUT, field)
    return value


def listed(filter: OrganisationFilter | None) -> Select[Organisation]:
    """The directory, filtered."""
    chosen = filter or OrganisationFilter()
    statement = select(Organisation)
    if chosen.types is not None:
        require(len(chosen.types) <= 50, RefusalCode.TOO_MANY, "filter.types", most=50)
        types = [text_of(code, "filter.types", LINE) for code in chosen.types]
        statement = statement.where(Organisation.type.in_(types))
    if chosen.region_code is not None:
        region = region_of(chosen.region_code, "filter.regionCode")
        statement = statement.where(Organisation.region_code.startswith(region, autoescape=True))
    if chosen.name is not None:
        words = text_of(chosen.name, "filter.name", LINE)
        statement = statement.where(
            Organisation.name.icontains(words, autoescape=True)
            | Organisation.short_name.icontains(words, autoescape=True)
        )
    if chosen.under is not None:
        root = id_of(chosen.under, "organisation", "filter.under")
        statement = statement.where(Organisation.path.contains([root]), Organisation.id != root)
    if not chosen.include_dissolved:
        statement = statement.where(Organisation.dissolved_at.is_(None))
    return statement


async def living(tx: AsyncSession, ref: str, field: str) -> Organisation:
    """An organisation that exists and has not been dissolved."""
    organisation = await found(tx, Organisation, id_of(ref, "organisation", field), field)
    require(organisation.dissolved_at is None, RefusalCode.ORGANISATION_DISSOLVED, field)
    return organisation


async def require_kpai(tx: AsyncSession) -> None:
    require(await tx.scalar(select(func.access.is_kpai())), RefusalCode.KPAI_ONLY)


async def register(tx: AsyncSession, caller: Caller, given: NewOrganisation) -> Organisation:
    await require_kpai(tx)
    return await add(tx, given)


async def add(tx: AsyncSession, given: NewOrganisation) -> Organisation:
    """Register a partner, for whoever may: KPAI through the API, or the operator."""
    [type_code] = await known_codes(tx, TermKind.ORGANISATION_TYPE, [given.type], "input.type")
    require(type_code != "KPAI", RefusalCode.DUPLICATE, "input.type")
    parent = await living(tx, given.parent_id, "input.parentId") if given.parent_id else None
    organisation = Organisation(
        id=new_id(),
        type=type_code,
        name=text_of(given.name, "input.name", LINE),
        short_name=optional_text(given.short_name, "input.shortName", SHORT),
        region_code=region_of(given.region_code, "input.regionCode"),
        parent_id=parent.id if parent else None,
    )
    tx.add(organisation)
    await tx.flush()
    await tx.refresh(organisation)
    return organisation


async def change(
    tx: AsyncSession, caller: Caller, ref: str, given: OrganisationChange
) -> Organisation:
    await require_kpai(tx)
    organisation = await _for_change(tx, ref)
    if given.name is not None:
        organisation.name = text_of(given.name, "input.name", LINE)
    if given.short_name is not None:
        organisation.short_name = optional_text(given.short_name, "input.shortName", SHORT)
    if given.region_code is not None:
        organisation.region_code = region_of(given.region_code, "input.regionCode")
    if given.parent_id is not None:
        organisation.parent_id = (await living(tx, given.parent_id, "input.parentId")).id
    try:
        await tx.flush()
    except IntegrityError:  # the database found a circle
        raise Refusal(RefusalCode.BAD_INPUT, "input.parentId") from None
    await tx.refresh(organisation)
    return organisation


async def dissolve(tx: AsyncSession, caller: Caller, ref: str) -> Organisation:
    """Close an organisation: its tokens stop at once; what it shared stays with the others."""
    await require_kpai(tx)
    organisation = await _for_change(tx, ref)
    require(organisation.id != caller.organisation_id, RefusalCode.WRONG_STATE, "id")
    require(organisation.dissolved_at is None, RefusalCode.WRONG_STATE, "id")
    organisation.dissolved_at = (await tx.execute(select(func.now()))).scalar_one()
    await tx.flush()
    return organisation


def access(own: Organisation | None, asked: Organisation) -> Organisation | None:
    """What an organisation was granted is shown to itself and to KPAI."""
    sees_all = own is not None and own.type == "KPAI"
    return asked if own is not None and (sees_all or own.id == asked.id) else None


async def set_access(
    tx: AsyncSession,
    caller: Caller,
    ref: str,
    scopes: list[str] | None,
    dpop: DpopPolicy | None,
) -> Organisation:
    """Grant an organisation more or less. What is taken away closes at the next request.

    KPAI does not shut itself out: it keeps what only it has, and asks of itself only what the token
    at hand can do.
    """
    await require_kpai(tx)
    organisation = await _for_change(tx, ref)
    require(organisation.dissolved_at is None, RefusalCode.WRONG_STATE, "id")
    own = organisation.id == caller.organisation_id
    if scopes is not None:
        wanted = scopes_of(scopes, "scopes")
        require(not own or KPAI_ONLY.issubset(wanted), RefusalCode.WRONG_STATE, "scopes")
        require(own or not KPAI_ONLY.intersection(wanted), RefusalCode.KPAI_ONLY, "scopes")
        organisation.scopes = sorted(scope.value for scope in wanted)
    if dpop is not None:
        shut_out = own and dpop is DpopPolicy.REQUIRED and not caller.bound
        require(not shut_out, RefusalCode.WRONG_STATE, "dpop")
        organisation.dpop = dpop
    await tx.flush()
    await events.record(
        tx, EventKind.ACCESS_GRANTED, organisation_id=organisation.id,
        by_client_id=caller.client_id, by_user_id=caller.user_id, scopes=organisation.scopes,
        dpop=organisation.dpop.value,
    )  # fmt: skip
    return organisation


async def _for_change(tx: AsyncSession, ref: str) -> Organisation:
    id = id_of(ref, "organisation", "id")
    return await locked(tx, Organisation, id, barred=RefusalCode.KPAI_ONLY)
