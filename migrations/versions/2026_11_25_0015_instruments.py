"""Oversight: plans, instruments with their versions, visits and what was answered."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0015"
down_revision = "0014"
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
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
