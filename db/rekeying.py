"""From one key-encryption key to the next: keys of cases are sealed anew, content stays."""

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.case import CaseFile, VaultKey
from db.vault import KEY, ROOT, Vault, Wrapped, of_case

_SET = text("""
    update case_file c set kek_id = :kek_id, wrapped = n.wrapped
    from unnest(cast(:ids as uuid[]), cast(:wrapped as bytea[])) n(id, wrapped) where c.id = n.id
""")


async def current(vault: Vault) -> str:
    """The name of the key under which everything new is sealed."""
    return (await vault.provider.wrap(bytes(KEY), "nothing")).kek_id


async def hanging(tx: AsyncSession) -> dict[str, int]:
    """How many keys are sealed under each key-encryption key."""
    cases = select(CaseFile.kek_id, func.count()).where(CaseFile.wrapped.is_not(None))
    found: dict[str, int] = {}
    for kek_id, count in await tx.execute(cases.group_by(CaseFile.kek_id)):
        found[kek_id] = count
    for kek_id in await tx.scalars(select(VaultKey.kek_id)):
        found[kek_id] = found.get(kek_id, 0) + 1
    return found


async def seal_anew(tx: AsyncSession, vault: Vault, most: int) -> int:
    """Seal some of what hangs on other keys under the current one; how many there were."""
    kek_id = await current(vault)
    root = select(VaultKey).where(VaultKey.name == ROOT, VaultKey.kek_id != kek_id)
    row = (await tx.scalars(root.with_for_update())).one_or_none()
    if row is not None:
        new = await vault.rewrap(Wrapped(row.kek_id, row.wrapped), ROOT)
        change = update(VaultKey).where(VaultKey.name == ROOT)
        await tx.execute(change.values(kek_id=new.kek_id, wrapped=new.sealed))
    cases = (
        select(CaseFile.id, CaseFile.kek_id, CaseFile.wrapped)
        .where(CaseFile.kek_id != kek_id, CaseFile.wrapped.is_not(None))
        .limit(most)
        .with_for_update()
    )
    ids, wrapped = [], []
    for id, former, sealed in await tx.execute(cases):
        if sealed is not None:
            ids.append(id)
            wrapped.append((await vault.rewrap(Wrapped(former, sealed), of_case(id))).sealed)
    if ids:
        await tx.execute(_SET, {"kek_id": kek_id, "ids": ids, "wrapped": wrapped})
    return len(ids) + (row is not None)
