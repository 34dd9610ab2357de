"""`rangkul import`, `export` and `template`, against the API itself."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from tests.exchange import HEADER, ROW, as_csv
from tests.scenes import stranger
from tests.world import Api, World


@pytest.fixture
def rangkul(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs the command beside the server, in a thread of its own."""
    monkeypatch.chdir(tmp_path)

    async def run(api: Api, *words: str) -> Result:
        loop = asyncio.get_running_loop()

        def request(method: str, url: str, *, timeout: float, **given: Any) -> httpx.Response:
            answer = api.http.request(method, url, **given)
            return asyncio.run_coroutine_threadsafe(answer, loop).result(timeout)

        monkeypatch.setattr(httpx, "request", request)
        monkeypatch.setenv("RANGKUL_TOKEN", api.token)
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return run


async def test_a_file_is_looked_at_then_imported_and_exported(
    world: World, rangkul: Any, tmp_path: Path
) -> None:
    api = await stranger(world)
    (tmp_path / "in.csv").write_bytes(as_csv(HEADER, ROW))
    looked = await rangkul(api, "import", "activities", "in.csv")
    assert (looked.exit_code, "nothing was kept" in looked.output) == (0, True)
    done = await rangkul(api, "import", "activities", "in.csv", "--apply")
    assert "1 created, 0 changed, 0 unchanged: imported" in done.output
    for name in ("out.csv", "out.xlsx"):
        assert (await rangkul(api, "export", "activities", "-o", name)).exit_code == 0
        again = await rangkul(api, "import", "activities", name, "--apply")
        assert "1 unchanged" in again.output
    assert (await rangkul(api, "template", "activities", "-o", "t.xlsx")).exit_code == 0


async def test_what_is_wrong_is_said_by_row_and_nothing_of_the_token(
    world: World, rangkul: Any, tmp_path: Path
) -> None:
    api = await stranger(world)
    (tmp_path / "in.csv").write_bytes(as_csv(HEADER, [*ROW[:3], "besok", *ROW[4:]]))
    bad = await rangkul(api, "import", "activities", "in.csv", "--apply")
    assert bad.exit_code == 1
    assert "row 2, column Mulai: NOT_A_TIME" in bad.output
    for words in (
        ("import", "activities", "none.csv"),
        ("import", "activities", "in.pdf"),
        ("export", "cases", "-o", "x.csv"),
    ):
        (tmp_path / "in.pdf").write_bytes(b"")
        failed = await rangkul(api, *words)
        assert failed.exit_code == 1
        assert api.token not in failed.output
