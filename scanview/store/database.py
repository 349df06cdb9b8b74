"""The one writing connection to the catalogue, and the thread it lives on.

SQLite in WAL mode with synchronous=FULL: a commit that returned survives a power cut. A transaction that may write
begins IMMEDIATE, so that what it reads cannot change under it, not even by a second program such as `scanview users`.
"""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.store import schema_machines, schema_proofs, schema_rules, schema_statistics
from scanview.store.folders import CATALOGUE
from scanview.store.migration import migrate
from scanview.store.rollups import ADD_FIGURES, add_figures
from scanview.store.schema import SCHEMA_VERSION, metadata

Transaction: TypeAlias = Connection
"""What a function that reads or writes the catalogue is given; it commits when the function returns."""

SCHEMAS = (schema_machines, schema_proofs, schema_rules, schema_statistics)
"""What stands beside `schema`: the tables of a capability are on its metadata once their module is imported."""

BUSY_TIMEOUT_S = 10
_READS = "scanview_reads"
"""The execution option of a connection that only reads."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Database:
    """The catalogue in the file `path`, made when it is not there.

    `checkpoints` is for the hub alone: a second program leaves the write-ahead log for the hub to fold back, because
    two connections that do so at once can corrupt the file (SQLite before 3.51.3).

    Raises:
        Unavailable: the file cannot be opened or written.
        BadInput: it is no catalogue, or a newer ScanView made it.
    """

    def __init__(self, path: Path, *, checkpoints: bool = True) -> None:
        self.path = path
        try:
            if not path.exists():  # closing any descriptor of a file ends the locks of a whole process on it
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise Unavailable(f"{path} cannot be opened: {error.strerror}", code="database-unavailable") from error
        self._engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_S},
            poolclass=StaticPool,
        )
        event.listen(self._engine, "connect", _prepare(checkpoints=checkpoints))
        event.listen(self._engine, "begin", _begin)
        try:
            self.transact(_make_schema)
        except ScanViewError:
            self.close()
            raise

    def transact(self, function: Callable[Concatenate[Transaction, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of `function(transaction, ...)`, committed; where it raises, nothing was changed."""
        with _told_plainly(self.path), self._engine.begin() as transaction:
            return function(transaction, *args, **kwargs)

    def read(self, function: Callable[[Transaction], _T]) -> _T:
        """The result of `function(transaction)` on the catalogue as it is now; keeps nobody from writing meanwhile."""
        with _told_plainly(self.path), self._engine.connect() as connection:
            reading = connection.execution_options(**{_READS: True})
            with reading.begin():
                return function(reading)

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()


@contextmanager
def open_catalogue(data: Path) -> Iterator[Database]:
    """The catalogue in a hub's data folder, for a program beside the hub; BadInput where there is none."""
    path = data / CATALOGUE
    if not path.exists():
        raise BadInput(f"{data} is not a hub's data folder", code="no-hub", remedy="Start a hub on it once")
    database = Database(path, checkpoints=False)
    try:
        yield database
    finally:
        database.close()


class DatabaseThread:
    """A `Database` on a thread of its own: transactions run one after the other, in the order of `submit`."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    def submit(
        self, function: Callable[Concatenate[Transaction, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> "Future[_T]":
        """Run `function(transaction, ...)`; the future completes, on the database thread, after the commit."""
        return self._thread.submit(lambda: self._database.transact(function, *args, **kwargs))

    def close(self) -> None:
        """Finish what was submitted, then close the connection."""
        self._thread.shutdown(wait=True)
        self._database.close()


class ReadingThread:
    """A second connection, on a thread of its own, for questions that may take their time.

    They keep nobody from writing, and see all that was committed before they began.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, checkpoints=False)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")

    def submit(self, function: Callable[[Transaction], _T]) -> "Future[_T]":
        """Run `function(transaction)`, which changes nothing, after what was submitted before."""
        return self._thread.submit(lambda: self._database.read(function))

    def close(self) -> None:
        """Finish what was submitted, then close the connection."""
        self._thread.shutdown(wait=True)
        self._database.close()


def _prepare(*, checkpoints: bool) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _record: Any) -> None:
        connection.create_function(ADD_FIGURES, 2, add_figures, deterministic=True)
        connection.isolation_level = None  # SQLAlchemy's begin event opens transactions, not the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not checkpoints:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.close()

    return prepare


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise Unavailable(
            f"the catalogue {path} cannot be read or written: {error.orig}",
            code="database-unavailable",
            remedy="Look at the free space and the permissions of its folder",
        ) from error
    except (DatabaseError, UnicodeDecodeError) as error:
        if type(error) not in (DatabaseError, UnicodeDecodeError):  # a subclass: a mistake of ours, not the file's
            raise
        raise BadInput(
            f"{path} is not a catalogue, or is damaged", code="not-a-catalogue", remedy="Restore it from a copy"
        ) from error


def _make_schema(tx: Transaction) -> None:
    version = tx.execute(text("PRAGMA user_version")).scalar_one()
    if version > SCHEMA_VERSION:
        raise BadInput(
            f"the catalogue has schema {version}, this program knows {SCHEMA_VERSION}",
            code="newer-database",
            remedy="Use the newer ScanView that made it",
        )
    if version == 0:
        if inspect(tx).get_table_names():
            raise BadInput("the database is some other program's", code="not-a-catalogue")
        metadata.create_all(tx)
        tx.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
        _log.info("catalogue made")
    elif version < SCHEMA_VERSION:
        migrate(tx, version)
        tx.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
        _log.info("catalogue brought from schema %d to %d", version, SCHEMA_VERSION)
