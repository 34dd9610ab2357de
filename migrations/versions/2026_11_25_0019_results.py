"""Monitoring and evaluation: results frameworks, indicators, measurements, evaluations."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0019"
down_revision = "0018"
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
