"""Materials (materi): kept by an organisation, in versions; published, everybody may use them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.material import Audience, Material, MaterialVersion, Topic
from db.reference import Reference
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    optional_text,
    text_of,
)
from domain.paging import Order
from domain.reference import references_of
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("id",), descending=True)
BY_NUMBER = Order(("number",), descending=True)
MOST_LANGUAGES = 20
MOST_VERSIONS = 200
_TAG = 35


@dataclass(frozen=True)
class MaterialVersionDraft:
    """A material as it is written now."""

    languages: list[str]
    files: list[Reference]
    note: str | None = None


@dataclass(frozen=True)
class NewMaterial:
    """A leaflet, film, module or poster, with its first version."""

    title: str
    topics: list[Topic]
    audiences: list[Audience]
    version: MaterialVersionDraft


@dataclass(frozen=True)
class MaterialFilter:
    """Which materials to list; every condition given must hold."""

    topics: list[Topic] | None = None
    audiences: list[Audience] | None = None
    language: str | None = None
    organisation_id: Ref | None = None
    title: str | None = None


def listed(filter: MaterialFilter | None) -> Select[Material]:
    """Your own materials, published ones, and those that a session you see uses."""
    chosen = filter or MaterialFilter()
    statement = select(Material)
    if chosen.topics is not None:
        topics = distinct(chosen.topics, "filter.topics", most=len(Topic))
        statement = statement.where(Material.topics.overlap(topics))
    if chosen.audiences is not None:
        audiences = distinct(chosen.audiences, "filter.audiences", most=len(Audience))
        statement = statement.where(Material.audiences.overlap(audiences))
    if chosen.language is not None:
        [language] = languages_of([chosen.language], "filter.language")
        written = select(MaterialVersion.material_id)
        written = written.where(MaterialVersion.languages.contains([language]))
        statement = statement.where(Material.id.in_(written))
    if chosen.organisation_id is not None:
        owner = id_of(chosen.organisation_id, "organisation", "filter.organisationId")
        statement = statement.where(Material.organisation_id == owner)
    if chosen.title is not None:
        words = text_of(chosen.title, "filter.title", LINE)
        statement = statement.where(Material.title.icontains(words, autoescape=True))
    return statement


def languages_of(given: Sequence[str], field: str) -> list[str]:
    """Tags of BCP 47 (RFC 5646) in their usual spelling, when every part of each is registered."""
    require(len(given) <= MOST_LANGUAGES, RefusalCode.TOO_MANY, field, most=MOST_LANGUAGES)
    import langcodes  # has tables of its own, which most processes never need

    for index, tag in enumerate(given):
        sound = len(tag) <= _TAG and "_" not in tag and langcodes.tag_is_valid(tag)
        require(sound, RefusalCode.UNKNOWN_CODE, f"{field}[{index}]")
    spelt = [langcodes.standardize_tag(tag) for tag in given]
    return distinct(spelt, field, most=MOST_LANGUAGES, least=1)


async def add(tx: AsyncSession, caller: Caller, given: NewMaterial) -> Material:
    material = Material(
        id=new_id(),
        organisation_id=caller.organisation_id,
        title=text_of(given.title, "input.title", LINE),
        topics=distinct(given.topics, "input.topics", most=len(Topic), least=1),
        audiences=distinct(given.audiences, "input.audiences", most=len(Audience), least=1),
    )
    version = _version(material, given.version, 1, "input.version")
    tx.add(material)
    await tx.flush()
    tx.add(version)
    await tx.flush()
    return material


async def add_version(
    tx: AsyncSession, caller: Caller, ref: Ref, given: MaterialVersionDraft
) -> Material:
    """Write a material anew; the versions before it stay."""
    material = await found(tx, Material, id_of(ref, "material", "id"), "id")
    require(material.organisation_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    last = select(func.max(MaterialVersion.number))
    last = last.where(MaterialVersion.material_id == material.id)
    number = (await tx.scalar(last) or 0) + 1
    require(number <= MOST_VERSIONS, RefusalCode.TOO_MANY, "id", most=MOST_VERSIONS)
    tx.add(_version(material, given, number, "input"))
    await tx.flush()
    return material


async def publish(tx: AsyncSession, caller: Caller, ref: Ref) -> MaterialVersion:
    """Let everybody see and use a version; it cannot be taken back."""
    id = id_of(ref, "materialversion", "id")
    version = await locked(tx, MaterialVersion, id, barred=RefusalCode.WRONG_SIDE)
    require(version.published_at is None, RefusalCode.WRONG_STATE, "id")
    version.published_at = func.now()
    await tx.flush()
    await tx.refresh(version)
    return version


def _version(
    material: Material, given: MaterialVersionDraft, number: int, at: str
) -> MaterialVersion:
    files = references_of(given.files, f"{at}.files")
    require(files, RefusalCode.BAD_INPUT, f"{at}.files")
    return MaterialVersion(
        id=new_id(),
        material_id=material.id,
        organisation_id=material.organisation_id,
        number=number,
        languages=languages_of(given.languages, f"{at}.languages"),
        files=files,
        note=optional_text(given.note, f"{at}.note", PARAGRAPH),
    )
