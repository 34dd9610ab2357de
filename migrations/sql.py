"""Running a script of several statements, which a prepared statement cannot hold."""

from alembic import op
from sqlalchemy import text


def run(script: str) -> None:
    """Run the whole script inside the migration's own transaction."""
    bind = op.get_bind()
    bind.execute(text("select 1"))  # the driver begins its transaction at the first statement
    bind.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))  # type: ignore[union-attr]
