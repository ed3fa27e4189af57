"""${message}."""

from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None

SQL = """
"""


def upgrade() -> None:
    op.execute(SQL)
