"""Add the outbox of jobs.

Revision: 0005_job_outbox
Revises: 0004_job_receipts
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from app.core.models import UtcDateTime

revision = "0005_job_outbox"
down_revision = "0004_job_receipts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "job_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb"), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_outbox")),
    )
    op.create_index(op.f("ix_job_outbox_claimed_until"), "job_outbox", ["claimed_until"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("job_outbox")
