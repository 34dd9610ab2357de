"""What opens and closes content beside the clause: basis, emergency, restriction, retention, passing on."""

from migrations.sql import run

revision = "0009"
down_revision = "0008"
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
