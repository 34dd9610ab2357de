"""The same rules, asked for less; and what a page shows is written down in the statement that reads
it."""

from migrations.sql import run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UPGRADE = "select 1;"
DOWNGRADE = "select 1;"


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
