"""Working together: comments, decisions, documents and calendar feeds."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0014"
down_revision = "0013"
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
