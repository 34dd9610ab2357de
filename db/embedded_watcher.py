"""Runs PostgreSQL, and stops it when the program that wanted it goes away, however it goes.

A program of its own (started by path, standard library only): it holds one end of a pipe whose
other end dies with the parent, which works on every system, and whichever thread started it. Being
single-threaded itself, it may also ask Linux to stop PostgreSQL should the watcher be killed.

Arguments: user id and group id to run as (-1: stay as we are), then the command.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
# Fast (disconnect everyone, write a checkpoint), then immediate (recovers at the next start).
INSISTENCE = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, None))


def main(uid: int, gid: int, command: list[str]) -> int:
    child_ended, wakeup = os.pipe()
    os.set_blocking(child_ended, False)
    os.set_blocking(wakeup, False)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    # Handlers that do nothing, not SIG_IGN, which PostgreSQL's children would inherit. What stops
    # the database is the pipe: a signal sent to the whole group is for the program to act on first.
    for signum in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: None)

    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    watcher = os.getpid()
    server = os.fork()
    if server == 0:
        try:
            become(uid, gid)
            if libc is not None:  # after setuid, which would clear it
                libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
            if os.getppid() == watcher:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.execv(command[0], command)  # noqa: S606  (no shell wanted)
        except OSError as error:
            print(f"cannot run {command[0]} as user {uid}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        finally:
            os._exit(127)

    def ended(patience: float | None, *pipe: int) -> int | None:
        """The exit code, if PostgreSQL ends within ``patience`` and before the pipe closes."""
        while True:
            ready, _, _ = select.select([child_ended, *pipe], [], [], patience)
            with contextlib.suppress(BlockingIOError):
                os.read(child_ended, 512)
            pid, status = os.waitpid(server, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if ready != [child_ended]:
                return None

    code = ended(None, 0)
    for signum, patience in INSISTENCE:
        if code is None:
            os.kill(server, signum)
            code = ended(patience)
    return 1 if code is None or code < 0 else code


def become(uid: int, gid: int) -> None:
    """Give up root for good, its groups first."""
    os.umask(0o077)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
