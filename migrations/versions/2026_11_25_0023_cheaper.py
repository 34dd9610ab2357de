"""The same rules, asked for less; and what a page shows is told to the ledger by the statement that
reads it."""

from migrations.bodies import BODIES, UNDO_BODIES
from migrations.inboxes import INBOXES, UNDO_INBOXES
from migrations.papers import PAPERS, UNDO_PAPERS
from migrations.sql import run
from migrations.telling import TELLING, UNDO_TELLING

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(INBOXES)
    run(PAPERS)
    run(BODIES)
    run(TELLING)


def downgrade() -> None:
    run(UNDO_TELLING)
    run(UNDO_BODIES)
    run(UNDO_PAPERS)
    run(UNDO_INBOXES)
