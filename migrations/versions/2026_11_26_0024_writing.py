"""A handoff is written by one statement, and less is asked for it."""

from migrations.sql import run
from migrations.writing import UNDO_WRITING, WRITING

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(WRITING)


def downgrade() -> None:
    run(UNDO_WRITING)
