"""Compare step by step: what waits to be compared, what each post reports, and how incidents joined and parted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _sorted() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stale_posts",
        sa.Column("post_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_stale_posts_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_stale_posts")),
    )
    op.create_table(
        "reports",
        sa.Column("id", _sorted(), nullable=False),
        sa.Column("post_id", _KEY, nullable=False),
        sa.Column("occurrence", _sorted(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_reports_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_occurrence"), ["occurrence"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_post_id"), ["post_id"], unique=False)
    op.create_table(
        "report_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", _sorted(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_keys_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "report_id", name=op.f("pk_report_keys")),
    )
    with op.batch_alter_table("report_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_keys_report_id"), ["report_id"], unique=False)
    op.create_table(
        "incident_changes",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("incident", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("other", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_changes")),
        sa.UniqueConstraint(
            "incident", "change", "other", "at", name=op.f("uq_incident_changes_incident_change_other_at")
        ),
    )
    # What was compared as a whole is compared anew: incidents have other names now.
    op.execute(sa.text("DELETE FROM findings"))
    op.execute(
        sa.text(
            "INSERT INTO stale_posts (post_id, ticket) SELECT DISTINCT texts.post_id, 1 FROM texts "
            "JOIN readings ON readings.text_id = texts.id WHERE readings.claim_count > 0"
        )
    )
    op.drop_table("incidents")
    op.create_table(
        "incidents",
        sa.Column("id", _sorted(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("occurrence", _sorted(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incidents_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_incidents_from_day"), ["from_day"], unique=False)
    op.add_column("channels", sa.Column("compared_as", sa.Text(), nullable=True))
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_last_seen_at"), ["last_seen_at"], unique=False)
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_last_at"), ["last_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_last_at"))
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_last_seen_at"))
    op.drop_column("channels", "compared_as")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_due_at"))
    op.drop_column("incidents", "due_at")
    op.drop_column("incidents", "occurrence")
    op.drop_table("incident_changes")
    op.drop_table("report_keys")
    op.drop_table("reports")
    op.drop_table("stale_posts")
