"""Statutory clocks: what is due, by which law, counted."""

from migrations.sql import run

revision = "0012"
down_revision = "0011"
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
