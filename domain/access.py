"""What the calling token may do, as the database has it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.scopes import Scope


async def permitted(tx: AsyncSession) -> list[Scope]:
    """Carried by the token, and still given to its client, its organisation and its person."""
    now = await tx.scalar(select(func.access.scopes())) or []
    return sorted(scope for scope in Scope if scope in now)
