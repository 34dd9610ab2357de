"""The command: help for people, one red sentence when it cannot, and what an operator does."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import app, main
from api.cli.home import new_secret
from db.ids import decode
from tests.api.process import PROJECT
from tests.conftest import Databases

COMMANDS = [
    ["demo"],
    ["serve"],
    ["migrate"],
    ["seed"],
    ["import"],
    ["export"],
    ["template"],
    ["schema"],
    ["docs"],
    ["documents"],
    ["organisation", "create"],
    ["organisation", "list"],
    ["organisation", "grant"],
    ["client", "create"],
    ["client", "change"],
    ["client", "show"],
    ["client", "list"],
    ["client", "disable"],
    ["client", "rotate-secret"],
    ["user", "invite"],
    ["user", "link"],
    ["user", "list"],
    ["user", "roles"],
    ["user", "disable"],
    ["user", "enable"],
    ["provider", "set"],
    ["provider", "show"],
    ["provider", "remove"],
    ["security"],
    ["keys", "new-secret"],
    ["keys", "list"],
    ["keys", "rotate"],
    ["keys", "new-content-key"],
    ["keys", "rotate-content-keys"],
    ["keys", "content-keys"],
    ["keys", "forget-content-key"],
    ["ledger", "verify"],
    ["ledger", "export"],
    ["ledger", "keys"],
    ["ledger", "new-key"],
    ["retention", "show"],
    ["retention", "run"],
    ["receipt", "verify"],
    ["receipt", "keys"],
    ["receipt", "rotate-keys"],
    ["statistics", "release"],
]


class Run:
    """The command in this process: its exit code, and both its voices."""

    def __init__(self, patch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]) -> None:
        self._patch, self._said = patch, said

    def __call__(self, *arguments: str) -> str:
        """What it prints, when it succeeds."""
        code, out, err = self.any(*arguments)
        assert code == 0, out + err
        return out

    def fails(self, *arguments: str) -> str:
        """The sentence, when it does not."""
        code, _, err = self.any(*arguments)
        assert code == 1, err
        assert "Traceback" not in err
        return err

    def any(self, *arguments: str) -> tuple[object, str, str]:
        self._patch.setattr(sys, "argv", ["rangkul", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._said.readouterr()
        return ended.value.code or 0, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command in an empty folder, where nothing is configured."""
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "RANGKUL_KEY_ENCRYPTION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return Run(monkeypatch, capsys)


@pytest.fixture
def operator_run(
    run: Run, monkeypatch: pytest.MonkeyPatch, databases: Databases, database_name: str
) -> Run:
    """The command with the settings of an installation."""
    monkeypatch.setenv("MIGRATION_DATABASE_URL", databases.owner_url(database_name))
    monkeypatch.setenv("DATABASE_URL", databases.app_url(database_name))
    monkeypatch.setenv("RANGKUL_KEY_ENCRYPTION_KEY", new_secret())
    return run


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert f"rangkul {' '.join(command)}" in said.replace("\n", " ")
    assert "Example:" in said


def test_every_command_is_in_the_list() -> None:
    named = {command.name for command in app.registered_commands}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        commands = group.typer_instance.registered_commands
        named |= {f"{group.name} {command.name}" for command in commands}
    assert named == {" ".join(command) for command in COMMANDS}


def test_it_runs_as_a_module_too() -> None:
    command = [sys.executable, "-m", "api.cli", "--help"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "rangkul" in done.stdout


def test_the_schema_is_printed_the_same_every_time(run: Run, tmp_path: Path) -> None:
    printed = run("schema")
    run("schema", "--output", "other.graphql")
    assert (tmp_path / "other.graphql").read_text(encoding="utf-8") == printed
    run("schema", "--check", "other.graphql")
    (tmp_path / "other.graphql").write_text("type Query", encoding="utf-8")
    assert "Run `make schema`" in run.fails("schema", "--check", "other.graphql")


def test_what_is_committed_says_what_the_code_does(run: Run) -> None:
    run("schema", "--check", str(PROJECT / "schema.graphql"))
    run("docs", "--check", "--folder", str(PROJECT / "docs"))


def test_a_page_that_lags_behind_is_named(run: Run, tmp_path: Path) -> None:
    run("docs")
    run("docs", "--check")
    (tmp_path / "docs/errors.md").write_text("once upon a time", encoding="utf-8")
    said = run.fails("docs", "--check")
    assert "docs/errors.md" in said
    assert "docs/scopes.md" not in said


def test_a_wrong_setting_is_named_and_its_value_is_not(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANGKUL_KEY_ENCRYPTION_KEY", "geheim")
    monkeypatch.setenv("RANGKUL_QUERY_DEPTH", "9999")
    said = run.fails("serve")
    assert "RANGKUL_KEY_ENCRYPTION_KEY: must be 32 bytes in base64." in said
    assert "RANGKUL_QUERY_DEPTH: " in said
    assert "geheim" not in said
    monkeypatch.delenv("RANGKUL_KEY_ENCRYPTION_KEY")
    monkeypatch.delenv("RANGKUL_QUERY_DEPTH")
    monkeypatch.setenv("DATABASE_URL", "mysql://root:geheim@x/y")
    said = run.fails("migrate")
    assert said.startswith("DATABASE_URL must look like postgresql://")
    assert "geheim" not in said
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:geheim@x/y?channel_binding=geheim")
    said = run.fails("migrate")
    assert "channel_binding, which is not known here" in said
    assert "geheim" not in said


def test_a_traceback_is_for_those_who_ask(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("api.app.make_schema", lambda: 1 / 0)
    assert "builtins.ZeroDivisionError" in run.fails("schema")
    code, _, said = run.any("--debug", "schema")
    assert code == 1
    assert "Traceback" in said
    run.fails("schema")  # and does not stay on


def test_without_any_database_it_says_so(run: Run, tmp_path: Path) -> None:
    for command in (["client", "list"], ["organisation", "list"], ["keys", "list"]):
        assert "There is no database in" in run.fails(*command)
    assert list(tmp_path.iterdir()) == []


def test_an_organisation_gets_a_client_and_its_secret_once(operator_run: Run) -> None:
    id = operator_run(
        "organisation", "create", "--type", "UPTD_PPA", "--name", "UPTD PPA Contoh",
        "--short-name", "UPTD", "--region", "31.71", "--parent", "KPAI",
    ).strip()  # fmt: skip
    assert decode(id)
    listed = operator_run("organisation", "list")
    assert id in listed
    assert "UPTD PPA Contoh" in listed

    made = operator_run(
        "client", "create", "--organisation", id, "--name", "Simfoni PPA",
        "--scope", "mou:read", "--scope", "handoff:read",
    )  # fmt: skip
    key, secret = (line.split()[1] for line in made.splitlines()[:2])
    assert secret.startswith("rks_")
    listed = operator_run("client", "list", "--organisation", "UPTD")
    assert key in listed
    assert "handoff:read mou:read" in listed
    assert secret not in listed
    assert key not in operator_run("client", "list", "--organisation", "KPAI")

    again = operator_run("client", "rotate-secret", key, "--overlap-days", "0")
    assert "rks_" in again
    assert secret not in again
    operator_run("client", "disable", key)
    assert "disabled" in operator_run("client", "list")


def test_what_cannot_be_is_refused_in_a_sentence(operator_run: Run) -> None:
    create = ("organisation", "create", "--type")
    assert "UNKNOWN_CODE" in operator_run.fails(*create, "NOPE", "--name", "X")
    assert "no such organisation" in operator_run.fails(
        *create, "UPTD_PPA", "--name", "X", "--parent", "Nobody"
    )
    assert "no such client" in operator_run.fails("client", "disable", "nobody")
    code, _, said = operator_run.any(
        "client", "create", "--organisation", "KPAI", "--name", "X", "--scope", "everything"
    )
    assert code == 2
    assert "handoff:identity" in said  # the scopes there are


def test_keys_are_made_rotated_and_ended(operator_run: Run) -> None:
    first = operator_run("keys", "rotate").split()[-1].rstrip(".")
    second = operator_run("keys", "rotate").split()[-1].rstrip(".")
    listed = operator_run("keys", "list")
    assert first in listed
    assert second in listed
    third = operator_run("keys", "rotate", "--leaked").split()[-1].rstrip(".")
    [line] = [line for line in operator_run("keys", "list").splitlines() if third in line]
    assert line.count(":") == 2  # a beginning and no end
    assert len(operator_run("keys", "new-secret").strip()) == 44


def test_the_api_s_own_role_cannot_act_as_operator(
    operator_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MIGRATION_DATABASE_URL")
    said = operator_run.fails("client", "list")
    assert "does not own the tables" in said
    assert "MIGRATION_DATABASE_URL" in said
    assert "may not create tables and roles" in operator_run.fails("migrate")
    assert "set MIGRATION_DATABASE_URL and DATABASE_URL" in operator_run.fails("seed")


def test_migrate_says_what_it_did_and_what_comes_next(
    operator_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = operator_run("migrate")
    assert "who owns nothing. Next: `rangkul serve`" in said
    monkeypatch.delenv("DATABASE_URL")
    assert "give the API a role of its own" in operator_run("migrate")


def test_a_step_back_is_asked_about(operator_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    code, _, said = operator_run.any("migrate", "--revision", "-1")
    assert code == 1
    assert "Aborted" in said


def test_a_world_with_partners_is_not_seeded_over(
    operator_run: Run, monkeypatch: pytest.MonkeyPatch, databases: Databases, database_name: str
) -> None:
    operator_run("organisation", "create", "--type", "UPTD_PPA", "--name", "UPTD PPA Nyata")
    assert "only an empty one can be seeded" in operator_run.fails("seed")
    app = databases.app_url(database_name)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", app)
    assert "does not own the tables" in operator_run.fails("seed")
