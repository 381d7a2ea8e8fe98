"""Runs the migrations on the connection that storage.engine.migrate hands over."""

from alembic import context
from sqlmodel import SQLModel

from storage import models

assert models.ArticleRow.metadata is SQLModel.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    # SQLite changes columns by copying the table
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
