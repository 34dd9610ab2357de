"""Who holds key-encryption keys: a file, and a hardware module (SoftHSM stands in for one)."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from db.key_pkcs11 import Pkcs11Keys
from db.key_ring import KeyRing, KeyRingUnreadable
from db.vault import Damaged, KeysAway, KeyUnknown, Succession, VaultShut, Wrapped

KEY = bytes(range(32))


def test_a_file_is_made_for_its_owner_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = KeyRing.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyRing.create(path).names == made.names  # what is there is kept
    assert list(tmp_path.iterdir()) == [path]


async def test_two_who_make_a_file_at_once_have_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    rings = await asyncio.gather(*(asyncio.to_thread(KeyRing.create, path) for _ in range(16)))
    sealed = await rings[0].wrap(KEY, "x")
    for ring in rings:
        assert await ring.unwrap(sealed, "x") == KEY


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "is not there"),
        ("", "does not hold keys"),
        ("[]", "does not hold keys"),
        ('{"current": "a", "keys": {}}', "32 bytes"),
        ('{"current": "a", "keys": {"a": "!"}}', "does not hold keys"),
        ('{"current": "a", "keys": {"a": "AAAA"}}', "32 bytes"),
    ],
)
def test_a_file_that_is_no_good_is_refused(tmp_path: Path, content: str | None, why: str) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
        path.chmod(0o600)
    with pytest.raises(KeyRingUnreadable, match=why):
        KeyRing.read(path)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    KeyRing.create(path)
    path.chmod(0o640)
    with pytest.raises(KeyRingUnreadable, match="chmod 600"):
        KeyRing.read(path)


async def test_a_ring_meets_a_new_key_by_itself_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    ring = KeyRing.create(path)
    old = await ring.wrap(KEY, "x")
    turned = ring.with_new_key().turned()
    turned.write(path)
    new = await turned.wrap(KEY, "x")
    assert await ring.unwrap(new, "x") == KEY
    assert (await ring.wrap(KEY, "x")).kek_id == new.kek_id != old.kek_id
    path.write_text("{")
    assert await ring.unwrap(old, "x") == KEY
    assert (await ring.wrap(KEY, "x")).kek_id == new.kek_id
    with pytest.raises(KeyUnknown):
        await ring.unwrap(Wrapped("nobody", old.sealed), "x")
    path.unlink()
    assert await ring.unwrap(await ring.wrap(KEY, "x"), "x") == KEY
    assert json.dumps(ring.names)


MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a token in a software module, which a process reads about only once."""
    if not MODULE.exists() or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (Debian: softhsm2)")
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed: rangkul[hsm]")
    place = tmp_path_factory.mktemp("module")
    (place / "tokens").mkdir()
    (place / "conf").write_text(f"directories.tokendir = {place}/tokens\nlog.level = ERROR\n")
    (place / "pin").write_text("4321\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(place / "conf"))
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "rangkul", "--pin", "4321",
             "--so-pin", "8765"], check=True, capture_output=True,
        )  # fmt: skip
        yield place


@pytest.fixture
def module(place: Path) -> str:
    """The URI of the module, in which the key has yet to be named."""
    return f"pkcs11:token=rangkul;object={{}}?module-path={MODULE}&pin-source=file:{place}/pin"


async def test_a_module_that_does_not_let_us_in(module: str, place: Path) -> None:
    keys = Pkcs11Keys(module.format("three"))
    assert await keys.make_key()
    sealed = await keys.wrap(KEY, "case 1")
    keys._forget()
    (place / "pin").write_text("0000")
    with pytest.raises(KeysAway):
        await keys.unwrap(sealed, "case 1")
    (place / "pin").write_text("4321")
    assert await keys.unwrap(sealed, "case 1") == KEY
    keys._forget()
    away = Pkcs11Keys(module.replace("softhsm2", "nothing"))
    with pytest.raises(KeysAway):
        await away.wrap(KEY, "case 1")
    for wrong in ("pkcs11:token=a", "pkcs11:", module.replace("pin-source", "x")):
        with pytest.raises(VaultShut, match="names no"):
            Pkcs11Keys(wrong)


async def test_keys_in_a_module_seal_and_open(module: str) -> None:
    keys = Pkcs11Keys(module.format("one"))
    with pytest.raises(KeyUnknown):
        await keys.wrap(KEY, "case 1")
    assert await keys.make_key()
    assert not await keys.make_key()
    sealed = await keys.wrap(KEY, "case 1")
    assert sealed.kek_id == "pkcs11:one" and len(sealed.sealed) == 60
    assert KEY not in sealed.sealed
    opened = await asyncio.gather(*(keys.unwrap(sealed, "case 1") for _ in range(50)))
    assert set(opened) == {KEY}
    bent = sealed.sealed[:-1] + bytes([sealed.sealed[-1] ^ 1])
    for wrong, place in ((sealed, "case 2"), (Wrapped(sealed.kek_id, bent), "case 1"),
                         (Wrapped(sealed.kek_id, bent[:20]), "case 1")):  # fmt: skip
        with pytest.raises(Damaged):
            await keys.unwrap(wrong, place)
    with pytest.raises(KeyUnknown):
        await keys.unwrap(Wrapped("pkcs11:none", sealed.sealed), "case 1")
    with pytest.raises(KeyUnknown):
        await keys.unwrap(Wrapped("2026-11-25", sealed.sealed), "case 1")

    second = Pkcs11Keys(module.format("two"))  # the next key; the former one is still there
    keys._session.close()  # as if the module had been restarted
    assert await keys.unwrap(sealed, "case 1") == KEY
    assert await second.make_key()
    assert await second.unwrap(sealed, "case 1") == KEY
    assert await keys.unwrap(sealed, "case 1") == KEY
    assert (await second.wrap(KEY, "case 1")).kek_id == "pkcs11:two"

    ring = KeyRing("one", {"one": bytes(32)})  # moving from a file to a module
    moved = Succession(second, ring)
    assert await moved.unwrap(await ring.wrap(KEY, "case 1"), "case 1") == KEY
    assert (await moved.wrap(KEY, "case 1")).kek_id == "pkcs11:two"


async def test_settings_name_the_provider(module: str, tmp_path: Path) -> None:
    secret = "A" * 43 + "="
    ring = KeyRing.create(tmp_path / "keys.json")
    await Pkcs11Keys(module.format("one")).make_key()
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        key_encryption_key=secret,  # type: ignore[arg-type]
        content_keys=module.format("one"),
        former_content_keys=str(tmp_path / "keys.json"),
    )
    provider = settings.vault.provider
    derived = Settings(_env_file=None, key_encryption_key=secret).vault.provider  # type: ignore
    for former in (ring, derived):
        assert await provider.unwrap(await former.wrap(KEY, "x"), "x") == KEY
    assert (await provider.wrap(KEY, "x")).kek_id == "pkcs11:one"
