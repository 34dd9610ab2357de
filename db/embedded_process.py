"""Making a PostgreSQL cluster and running its server: the two programs, and what they are told."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from db.embedded_home import EmbeddedError, Home

OWNER = "rangkul_owner"
HOST = "127.0.0.1"
LOG = "postgres.log"
OLD_LOG = "postgres.log.old"

_LOG_LIMIT = 1_000_000
_START_PATIENCE = 120.0  # recovery after a crash comes before the first connection
_WATCHER = Path(__file__).with_name("embedded_watcher.py")

NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Statements and their values are about children: none of them may reach the log, so errors are
# left to the program that caused them, and what remains is written without its details.
_QUIET = {
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "log",  # LOG, FATAL and PANIC; in this ordering ERROR ranks below LOG
    "log_error_verbosity": "terse",  # no DETAIL, which quotes rows, keys and a crashed query
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


def initialise(home: Home, password: str, lock: int, *, durable: bool) -> None:
    """Make the cluster, aside first: an interrupted attempt leaves nothing half-made."""
    fresh = home.cluster.with_name(home.cluster.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    account = home.account
    read, write = os.pipe()
    try:
        os.write(write, password.encode())
        os.close(write)
        if account is not None:
            os.chown(fresh, account.uid, account.gid)
            os.fchown(read, account.uid, account.gid)  # opening /dev/fd checks who owns the pipe
        command = [str(home.binaries / "initdb"), f"--pgdata={fresh}", f"--username={OWNER}"]
        command += [f"--pwfile=/dev/fd/{read}", "--auth=scram-sha-256", "--data-checksums"]
        # Sorted by code point, lower() for all of Unicode, and the same on every system.
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(  # noqa: S603
            command + ([] if durable else ["--no-sync"]),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[read, lock],
            env=_environment(),
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        whom = f" as user {account.uid}" if account else ""
        raise EmbeddedError(f"Cannot make a database in {home.cluster}{whom}: {error}") from error
    finally:
        os.close(read)
    if done.returncode != 0:
        told = done.stdout.decode(errors="replace").strip()
        raise EmbeddedError(f"Cannot make a database in {home.cluster}:\n{told}")
    fresh.rename(home.cluster)


def launch(
    home: Home, settings: Mapping[str, str], port: int, log_path: Path, lock: int
) -> subprocess.Popen[bytes]:
    """Start the server under its watcher; it inherits ``lock``. Then comes `await_ready`."""
    settings = {
        **settings,
        **_QUIET,
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
    }
    account = home.account
    command = [sys.executable, "-I", "-S", str(_WATCHER)]
    command += [str(account.uid), str(account.gid)] if account else ["-1", "-1"]
    command += [str(home.binaries / "postgres"), "-D", str(home.cluster)]
    log = _open_log(log_path)
    try:
        return subprocess.Popen(  # noqa: S603
            command + [f"--{name}={value}" for name, value in settings.items()],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C is for the program, which still needs its database
            env=_environment(),
            cwd="/",
        )
    finally:
        os.close(log)


def await_ready(watcher: subprocess.Popen[bytes], cluster: Path, log_path: Path) -> None:
    """Return once connections are accepted; if that is not to be, say what the log says."""
    deadline = time.monotonic() + _START_PATIENCE
    while not _is_ready(cluster):
        if watcher.poll() is not None or time.monotonic() > deadline:
            told = log_path.read_text(encoding="utf-8", errors="replace").splitlines()
            raise EmbeddedError("\n".join(["PostgreSQL did not start. Its log ends:", *told[-15:]]))
        time.sleep(0.005)


def clear_stale_pid(cluster: Path) -> None:
    """Remove what a crash left: its process id may by now be another program's.

    The caller holds the lock, so no server of ours is left; somebody may have started one by hand.
    """
    pid_file = cluster / "postmaster.pid"
    with suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
        if Path(f"/proc/{pid}/cwd").readlink() == cluster:
            raise EmbeddedError(f"A PostgreSQL started by hand (process {pid}) uses {cluster}.")
    pid_file.unlink(missing_ok=True)


def _is_ready(cluster: Path) -> bool:
    """The server writes its state on the eighth line of its pid file."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _open_log(path: Path) -> int:
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_name(OLD_LOG))
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _environment() -> dict[str, str]:
    """None of the program's own environment, which may hold its secrets."""
    ours = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    loader = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # some Pythons do not start without
    return ours | {name: os.environ[name] for name in loader if name in os.environ}
