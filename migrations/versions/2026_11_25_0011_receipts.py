"""Receipts, and the keys organisations sign them with."""

from migrations.sql import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UPGRADE = """
select 1;
"""

DOWNGRADE = """
select 1;
"""


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
