"""Add items.

Revision: 0003_items
Revises: 0002_auth
"""

import sqlalchemy as sa
from alembic import op

from app.core.models import UtcDateTime

revision = "0003_items"
down_revision = "0002_auth"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_items_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_owner_id_created_at_id"), "items", ["owner_id", "created_at", "id"])
    op.create_index(op.f("ix_items_owner_id_title_id"), "items", ["owner_id", "title", "id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("items")
