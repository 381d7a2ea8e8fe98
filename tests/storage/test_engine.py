from __future__ import annotations

import threading

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from domain.errors import StoreError
from storage import models
from storage.engine import _MIGRATIONS, Access, hide_password, migrate, open_engine
from storage.store import open_store
from tests.storage.factories import article


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/x", "only sqlite and postgresql"),
        ("postgresql://me:secret@127.0.0.1:1/none?connect_timeout=2", "127.0.0.1"),
        ("postgresql://me:secret@/none?host=/no/such/folder", "no/such/folder"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("This is prose, long enough to look like the header of something else entirely. " * 5)
    with pytest.raises(StoreError, match=r"notes\.txt.*not a database"):
        open_store(f"sqlite:///{file}")


def test_a_folder_in_place_of_the_file_is_named(tmp_path) -> None:
    with pytest.raises(StoreError, match=tmp_path.name):
        open_store(f"sqlite:///{tmp_path}")


def test_a_file_in_place_of_the_folder_is_named(tmp_path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="its folder cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'data' / 'store.sqlite'}")


def test_a_missing_file_is_only_made_where_asked_for(tmp_path) -> None:
    file = tmp_path / "deep" / "store.sqlite"
    with pytest.raises(StoreError, match="there is no such database"):
        open_store(f"sqlite:///{file}", create=False)
    with open_store(f"sqlite:///{file}"):
        assert file.exists()
    open_store(f"sqlite:///{file}", create=False).close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db.example/news", "postgresql://me:***@db.example/news"),
        ("sqlite:///data/x.sqlite", "sqlite:///data/x.sqlite"),
        ("what://[::secret", "what://…"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert hide_password(url) == shown


def test_the_migrations_make_the_schema_that_the_models_describe(store) -> None:
    engine = store._access.engine
    found = inspect(engine)
    assert models.EventRow.metadata is SQLModel.metadata
    for name, table in SQLModel.metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
        assert columns == {c.name: bool(c.nullable) for c in table.columns}, name
        indexes = {tuple(index["column_names"]) for index in found.get_indexes(name) if not index["unique"]}
        assert indexes >= {tuple(c.name for c in index.columns) for index in table.indexes}, name
        keys = {tuple(key["constrained_columns"]) for key in found.get_foreign_keys(name)}
        assert keys == {tuple(key.column_keys) for key in table.foreign_key_constraints}, name


def test_the_migrations_leave_nothing_for_alembic_to_add(store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._access.reading() as connection:
        # the search index is no table of the models: each database has one of its own kind
        ours = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("search_index")}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_opening_again_changes_nothing(url: str) -> None:
    with open_store(url) as store:
        store.articles.add(article())
    with open_store(url) as store:
        assert store.articles.count() == 1


def test_several_processes_may_open_a_fresh_database_at_once(url: str) -> None:
    engines = [open_engine(url, create=True) for _ in range(4)]
    failures: list[BaseException] = []

    def run(engine) -> None:
        try:
            migrate(Access(engine))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()
    assert failures == []


def test_a_statement_that_fails_is_told_with_the_store(store) -> None:
    with pytest.raises(StoreError, match="no_such_table"), store._access.reading() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_a_transaction_is_written_whole_or_not_at_all(store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as tx:
        tx.articles.add(article())
        raise RuntimeError("power cut")
    assert store.articles.count() == 0
    with store.transaction() as tx:
        tx.articles.add(article())
    assert store.articles.count() == 1


def test_a_reader_is_not_held_up_by_a_writer(store) -> None:
    with store.transaction() as tx:
        tx.articles.add(article())
        assert store.articles.count() == 0
    assert store.articles.count() == 1


def test_articles_that_were_kept_before_topics_were_get_theirs(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    with open_store(url) as store:
        store.articles.add(article(title="Robots fold laundry"))
        store.articles.add(article(title="Nothing of note", text="Truly."))
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with store._access.writing() as connection:
            connection.execute(text("UPDATE article SET topic = NULL"))
            config.attributes["connection"] = connection
            command.downgrade(config, "0006")
    with open_store(url) as store:
        assert [kept.topic for _, kept in store.articles.iter_pending("none")] == ["robots", None]
