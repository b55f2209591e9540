"""Send files with an edition, and keep how each account stands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("edition_parts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_kind", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("file_name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("file_content", sa.LargeBinary(), nullable=True))

    op.create_table(
        "accounts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )


def downgrade() -> None:
    op.drop_table("accounts")
    # A part without a text was a file: without the file it says nothing.
    op.execute("DELETE FROM edition_parts WHERE file_kind IS NOT NULL AND text = ''")
    with op.batch_alter_table("edition_parts", schema=None) as batch_op:
        batch_op.drop_column("file_content")
        batch_op.drop_column("file_name")
        batch_op.drop_column("file_kind")
