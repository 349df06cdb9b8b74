"""What programs take from the standard library and from libzmq, made virtual while a world runs.

Their own code is as it is. A call from no machine of the world goes to the real thing.
"""

import concurrent.futures
import contextlib
import os
import random
import secrets
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from io import FileIO
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine

from scanview.formats import archive_writer, hash_thread
from scanview.ingest import intake, writer_threads
from scanview.ingest.orders import OrderDesk
from scanview.store import database, passwords
from scanview.wire import connections, reactor, reactor_thread
from tests.simulation.network import Network, VirtualConnections
from tests.simulation.reactor import (
    VirtualEvent,
    VirtualHasher,
    VirtualOsThread,
    VirtualReactor,
    VirtualThread,
    VirtualWriters,
)
from tests.simulation.world import Machine, World

_FREE_BYTES = 1 << 40


class _Now:
    """The world that runs in this process; there is one at a time."""

    world: World | None = None


def _machine() -> Machine | None:
    return _Now.world.current if _Now.world is not None else None


@contextmanager
def virtual(world: World, network: Network) -> Iterator[None]:
    """While this lasts, programs that run on a machine of `world` live in it."""
    with ExitStack() as replaced:
        for owner, name, stand_in in _stand_ins():
            replaced.enter_context(patch.object(owner, name, stand_in))
        for original, stand_in in (
            (concurrent.futures.ThreadPoolExecutor, VirtualThread),
            (writer_threads.WriterThreads, VirtualWriters),
            (hash_thread.HashThread, VirtualHasher),
            (reactor.Reactor, VirtualReactor),
            (connections.Connections, VirtualConnections),
        ):
            for module, name in _uses(original):
                replaced.enter_context(patch.object(module, name, stand_in))
        replaced.enter_context(patch.dict(OrderDesk.__init__.__kwdefaults__, own_now=_wall))
        for kind in (VirtualThread, VirtualWriters, VirtualReactor):
            kind.world = world
        VirtualReactor.make_context = staticmethod(network.context)
        _Now.world = world
        try:
            yield
        finally:
            _Now.world = None


@cache
def _uses(original: Any) -> list[tuple[ModuleType, str]]:
    """Where modules of ScanView have it under a name."""
    return [
        (module, name)
        for module_name, module in sorted(sys.modules.items())
        if module_name.startswith("scanview.")
        for name, value in vars(module).items()
        if value is original
    ]


def _stand_ins() -> Iterator[tuple[Any, str, Any]]:
    yield time, "time", _wall
    yield time, "time_ns", lambda: int(_wall() * 1e9)
    yield time, "monotonic", _steady
    yield time, "clock_gettime", lambda clock: _steady() if _machine() else _real_clock(clock)
    yield secrets, "token_hex", lambda count=32: _random(count).hex()
    yield secrets, "token_bytes", lambda count=32: _random(count)
    yield secrets, "randbelow", _below
    yield os, "urandom", _random
    yield random, "_urandom", _random
    yield os, "utime", _utime
    yield os, "fsync", _fsync
    yield os, "open", _open
    yield os, "close", _close
    yield os, "fdopen", _fdopen
    yield os, "replace", _naming(os.replace)
    yield os, "rename", _naming(os.rename)
    yield os, "unlink", _naming(os.unlink)
    yield shutil, "disk_usage", _disk_usage
    yield sqlite3, "connect", _connect
    yield sqlite3.dbapi2, "connect", _connect
    yield archive_writer, "FileIO", VirtualFile
    yield database, "create_engine", _create_engine
    yield intake, "threading", SimpleNamespace(Event=VirtualEvent)
    yield reactor_thread, "threading", SimpleNamespace(Thread=VirtualOsThread)
    yield passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


_real_time, _real_monotonic, _real_clock = time.time, time.monotonic, time.clock_gettime
_real_urandom, _real_fsync, _real_open, _real_close, _real_fdopen = os.urandom, os.fsync, os.open, os.close, os.fdopen
_real_utime, _real_disk_usage, _real_connect, _real_below = (
    os.utime,
    shutil.disk_usage,
    sqlite3.connect,
    secrets.randbelow,
)


def _wall() -> float:
    machine = _machine()
    return machine.wall_s() if machine else _real_time()


def _steady() -> float:
    machine = _machine()
    return machine.steady_s() if machine else _real_monotonic()


def _random(count: int = 32) -> bytes:
    machine = _machine()
    return machine.ids.randbytes(count) if machine else _real_urandom(count)


def _below(limit: int) -> int:
    machine = _machine()
    return machine.ids.randrange(limit) if machine else _real_below(limit)


def _fsync(descriptor: int) -> None:
    if machine := _machine():
        machine.disk.fsync(descriptor)
    else:
        _real_fsync(descriptor)


def _open(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
    machine = _machine()
    if machine is None:
        return _real_open(path, flags, mode, **more)
    if flags & os.O_CREAT and machine.disk.has(os.fspath(path)) and not os.path.exists(path):
        machine.disk.check_room()
    if flags & getattr(os, "O_DIRECT", 0):
        raise OSError(22, "a memory file system takes no direct writes")
    descriptor = _real_open(path, flags, mode, **more)
    machine.disk.open_files.add(descriptor)
    return descriptor


def _close(descriptor: int) -> None:
    if machine := _machine():
        machine.disk.open_files.discard(descriptor)
    _real_close(descriptor)


def _fdopen(descriptor: int, *rest: Any, **more: Any) -> Any:
    if machine := _machine():
        machine.disk.open_files.discard(descriptor)
    return _real_fdopen(descriptor, *rest, **more)


def close_left_open(machine: Machine) -> None:
    """A process that ended has no file open, and so no lock on one."""
    for descriptor in sorted(machine.disk.open_files):
        try:
            if machine.disk.has(os.readlink(f"/proc/self/fd/{descriptor}").removesuffix(" (deleted)")):
                _real_close(descriptor)
        except OSError:
            continue
    machine.disk.open_files.clear()
    for file in machine.disk.files:
        file.close()
    machine.disk.files.clear()
    for connection in machine.disk.connections:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed by its owner
            connection.rollback()
            connection.close()
    machine.disk.connections.clear()


def _utime(path: Any, *rest: Any, **more: Any) -> None:
    machine = _machine()
    if machine is None or rest or more:
        _real_utime(path, *rest, **more)
    else:
        _real_utime(path, (machine.wall_s(), machine.wall_s()))


def _naming(real: Any) -> Any:
    def change(*paths: Any, **more: Any) -> None:
        if machine := _machine():
            machine.crash_here()
        real(*paths, **more)

    return change


def _disk_usage(path: Any) -> Any:
    machine = _machine()
    if machine is None:
        return _real_disk_usage(path)
    machine.disk.was_full |= machine.disk.is_full
    return SimpleNamespace(total=2 * _FREE_BYTES, used=_FREE_BYTES, free=0 if machine.disk.is_full else _FREE_BYTES)


_first_engines: list[Engine] = []


def _create_engine(*rest: Any, **more: Any) -> Engine:
    """An engine that knows the statements which the first one compiled: that is a tenth of the time of a world."""
    engine = create_engine(*rest, **more)
    if _first_engines:
        first = _first_engines[0]
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    else:
        _first_engines.append(engine)
    return engine


class VirtualFile(FileIO):
    """A file whose disk may be full."""

    def __init__(self, *rest: Any, **more: Any) -> None:
        super().__init__(*rest, **more)
        if machine := _machine():
            machine.disk.files.append(self)

    def write(self, content: Any) -> int:
        """Write, or a part of it."""
        if machine := _machine():
            machine.disk.check_room()
        return super().write(content)


class VirtualConnection(sqlite3.Connection):
    """A connection to a database whose disk may refuse a commit, and whose program may crash before or after one."""

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        """Execute; PortLog commits so."""
        if sql != "COMMIT":
            return super().execute(sql, *rest)
        self._before_commit()
        cursor = super().execute(sql, *rest)
        self._after_commit()
        return cursor

    def commit(self) -> None:
        """Commit; SQLAlchemy commits so."""
        if not self.in_transaction:
            return
        self._before_commit()
        super().commit()
        self._after_commit()

    def _before_commit(self) -> None:
        if machine := _machine():
            machine.crash_here()
            if machine.disk.is_full and machine.chance.random() < 0.5:
                machine.disk.refusals += 1
                raise sqlite3.OperationalError("database or disk is full")
            if machine.disk.fsync_fails and machine.chance.random() < 0.3:
                machine.disk.refusals += 1
                raise sqlite3.OperationalError("disk I/O error")

    def _after_commit(self) -> None:
        if machine := _machine():
            machine.crash_here()


def _connect(*rest: Any, **more: Any) -> sqlite3.Connection:
    connection = _real_connect(*rest, factory=VirtualConnection, **more)
    if machine := _machine():
        machine.disk.connections.append(connection)
    return connection
