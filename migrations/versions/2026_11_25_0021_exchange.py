"""Import and export: what is known elsewhere under another name."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0021"
down_revision = "0020"
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
