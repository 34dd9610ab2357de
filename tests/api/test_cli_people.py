"""The operator's commands about access: programs, people, issuers, and the security log."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from api.cli.configuration import home_of, issuer_of, load
from db.ids import decode
from tests.api.test_cli import Run, operator_run, run

__all__ = ["operator_run", "run"]  # fixtures


@pytest.fixture
def unit(operator_run: Run) -> str:
    """The short name of a fresh organisation."""
    unit.count += 1  # type: ignore[attr-defined]
    name = f"U{unit.count}"  # type: ignore[attr-defined]
    operator_run(
        "organisation", "create", "--type", "UPTD_PPA", "--name", f"Unit {name}",
        "--short-name", name,
    )  # fmt: skip
    return name


unit.count = 0  # type: ignore[attr-defined]


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """A file with a public key, as a partner hands it over."""
    path = tmp_path / "keys.json"
    key = ECKey.generate_key("P-256").as_dict(private=False)
    path.write_text(json.dumps({"keys": [key | {"kid": "2026"}]}), encoding="utf-8")
    return str(path)


def invite(run: Run, unit: str, email: str, role: str = "ADMINISTRATOR") -> str:
    """The link that was printed."""
    said = run("user", "invite", email, "--organisation", unit, "--name", "Sari", "--role", role)
    assert "works once, for 72 hours" in said
    return said.splitlines()[0]


def events(run: Run, unit: str) -> list[dict[str, object]]:
    said = run("security", "--organisation", unit, "--json")
    return [json.loads(line) for line in said.splitlines()]


def test_a_program_with_keys_is_held_to_fapi(operator_run: Run, unit: str, keys: str) -> None:
    made = operator_run(
        "client", "create", "--organisation", unit, "--name", "Simfoni PPA",
        "--scope", "mou:read", "--jwks-file", keys,
    )  # fmt: skip
    assert "secret" not in made
    key = made.split()[1]
    shown = operator_run("client", "show", key)
    for line in ("private_key_jwt", "2026", "client_credentials", "bound tokens      required",
                 "pushed requests   required", f"Unit {unit}"):  # fmt: skip
        assert line in shown
    operator_run("client", "change", key, "--no-dpop", "--no-par", "--name", "Simfoni")
    assert "required" not in operator_run("client", "show", key)
    assert "has no secrets" in operator_run.fails("client", "rotate-secret", key)
    assert "private_key_jwt" in operator_run("client", "list", "--organisation", unit)
    kinds = [event["kind"] for event in events(operator_run, unit)]
    assert kinds == ["CLIENT_CHANGED", "CLIENT_REGISTERED"]


def test_a_portal_in_a_browser(operator_run: Run) -> None:
    made = operator_run(
        "client", "create", "--organisation", "KPAI", "--name", "Portal", "--public", "--portal",
        "--scope", "mou:read", "--redirect-uri", "https://portal.kpai.example/kembali",
        "--grant", "authorization_code", "--grant", "refresh_token", "--grant", "device_code",
    )  # fmt: skip
    assert "secret" not in made
    shown = operator_run("client", "show", made.split()[1])
    for line in ("none", "device_code", "https://portal.kpai.example/kembali", "open to all"):
        assert line in shown


def test_a_program_leaves_its_secret_for_keys(operator_run: Run, unit: str, keys: str) -> None:
    made = operator_run(
        "client", "create", "--organisation", unit, "--name", "Lama", "--scope", "mou:read"
    )
    key = made.split()[1]
    operator_run("client", "change", key, "--jwks-file", keys)
    assert "private_key_jwt" in operator_run("client", "show", key)
    operator_run("client", "disable", key)
    assert "disabled" in operator_run("client", "show", key)
    newest = events(operator_run, unit)[0]
    assert newest["kind"] == "CLIENT_DISABLED"
    assert (newest["by_client_id"], newest["by_user_id"]) == (None, None)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--public", "--redirect-uri", "http://portal.example/x"], "begin with https"),
        (["--public", "--redirect-uri", "https://a.example/x#y"], "without blank, fragment"),
        (["--public"], "redirect addresses"),
        (["--public", "--jwks-uri", "https://a.example/jwks"], "neither secret nor keys"),
        (["--jwks-uri", "https://127.0.0.1/jwks"], "Nothing would be fetched"),
        (["--scope", "mou:admin"], "was not granted mou:admin"),
        (["--redirect-uri", "https://a.example/x", "--portal"], "Only a portal of KPAI"),
    ],
)
def test_programs_that_cannot_be(
    operator_run: Run, unit: str, options: list[str], sentence: str
) -> None:
    create = ("client", "create", "--organisation", unit, "--name", "X", "--scope", "mou:read")
    assert sentence in operator_run.fails(*create, *options)


def test_files_that_hold_no_keys(operator_run: Run, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create = ("client", "create", "--organisation", unit, "--name", "X", "--scope", "mou:read")
    for text, sentence in (
        ("", "is not JSON"),
        ("[]", "must be a JWK Set"),
        (json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=True)]}), "private key"),
    ):
        path.write_text(text, encoding="utf-8")
        said = operator_run.fails(*create, "--jwks-file", str(path))
        assert sentence in said
        assert '"d"' not in said
    assert "no such client" in operator_run.fails("client", "show", "nobody")


def test_the_first_administrator_is_invited(operator_run: Run, unit: str) -> None:
    link = invite(operator_run, unit, f"Sari@{unit}.example")
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    email = f"sari@{unit}.example".lower()
    listed = operator_run("user", "list", "--organisation", unit)
    assert email in listed
    assert "invited" in listed
    assert link not in listed
    another = operator_run("user", "link", email).splitlines()[0]
    assert another != link
    found = events(operator_run, unit)
    assert [event["kind"] for event in found] == ["USER_INVITED", "USER_INVITED"]
    assert {event["user"] for event in found} == {email}
    assert link.rpartition("/")[2] not in json.dumps(found)


def test_a_link_is_good_for_as_long_as_the_installation_says(
    operator_run: Run, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"rina@{unit}.example".lower()
    invite(operator_run, unit, email)
    monkeypatch.setenv("RANGKUL_INVITATION_HOURS", "5")
    monkeypatch.setenv("RANGKUL_ISSUER", "https://rangkul.example")
    said = operator_run("user", "link", email)
    assert said.startswith("https://rangkul.example/invitation/")
    assert "for 5 hours" in said


def test_roles_and_the_door(operator_run: Run, unit: str) -> None:
    email = f"budi@{unit}.example".lower()
    invite(operator_run, unit, email, "CASE_WORKER")
    said = operator_run("user", "roles", email, "--role", "AUDITOR", "--role", "SUPERVISOR")
    assert "SUPERVISOR AUDITOR" in said
    operator_run("user", "disable", email)
    assert "shut out" in operator_run("user", "list")
    assert "WRONG_STATE" in operator_run.fails("user", "disable", email)
    assert "WRONG_STATE" in operator_run.fails("user", "link", email)
    operator_run("user", "enable", email)
    assert "shut out" not in operator_run("user", "list", "--organisation", unit)
    kinds = [event["kind"] for event in events(operator_run, unit)]
    assert kinds == ["USER_ENABLED", "USER_DISABLED", "USER_CHANGED", "USER_INVITED"]


def test_people_that_cannot_be(operator_run: Run, unit: str) -> None:
    invite(operator_run, unit, f"wati@{unit}.example".lower())
    again = ("--organisation", unit, "--name", "Wati", "--role", "AUDITOR")
    said = operator_run.fails("user", "invite", f"wati@{unit}.example", *again)
    assert "DUPLICATE" in said
    assert "BAD_INPUT" in operator_run.fails("user", "invite", "nobody", *again)
    assert "no such person" in operator_run.fails("user", "link", "nobody@x.example")
    assert "no such organisation" in operator_run.fails(
        "user", "invite", "a@b.example", "--organisation", "?", "--name", "A", "--role", "AUDITOR"
    )


def test_what_an_organisation_is_granted(operator_run: Run, unit: str) -> None:
    before = operator_run("organisation", "grant", unit)
    assert "handoff:identity" in before
    assert "OPTIONAL" in before
    said = operator_run("organisation", "grant", unit, "--scope", "mou:read", "--dpop", "IDENTITY")
    assert said.split() == ["scopes:", "mou:read", "dpop:", "IDENTITY"]
    said = operator_run("organisation", "grant", unit, "--dpop", "REQUIRED")
    assert said.split() == ["scopes:", "mou:read", "dpop:", "REQUIRED"]
    assert "KPAI_ONLY" in operator_run.fails("organisation", "grant", unit, "--scope", "mou:admin")
    assert [event["kind"] for event in events(operator_run, unit)] == ["ACCESS_GRANTED"] * 2


def test_an_organisation_s_own_accounts(operator_run: Run, unit: str, tmp_path: Path) -> None:
    address = operator_run("provider", "show", unit)
    assert address.startswith("redirect URI: http://127.0.0.1:8000/sign-in/callback/")
    assert "issuer" not in address
    secret = tmp_path / "secret"
    secret.write_text("rahasia-kami\n", encoding="utf-8")
    setting = ("provider", "set", unit, "--name", "Akun Polri", "--client-id", "rangkul")
    issuer = ("--issuer", "https://masuk.polri.example")
    said = operator_run(*setting, *issuer, "--secret-file", str(secret), "--only-way")
    assert "https://masuk.polri.example" in said
    shown = operator_run("provider", "show", unit)
    assert address.strip() in shown
    assert "only way:     yes" in shown
    assert "rahasia" not in shown
    operator_run("provider", "remove", unit)
    assert "removed" in operator_run("provider", "show", unit)
    found = events(operator_run, unit)
    assert [event["kind"] for event in found] == ["PROVIDER_REMOVED", "PROVIDER_SET"]
    assert "rahasia" not in json.dumps(found)
    bad = operator_run.fails(*setting, "--issuer", "https://127.0.0.1")
    assert "BAD_INPUT, input.issuer" in bad
    assert "cannot be read" in operator_run.fails(*setting, *issuer, "--secret-file", "nowhere")


def test_the_secret_there_opens_as_it_was_sealed(
    operator_run: Run, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGKUL_KEY_ENCRYPTION_KEY")
    said = operator_run.fails(
        "provider", "set", unit, "--name", "x", "--client-id", "x", "--issuer", "https://a.example"
    )
    assert "RANGKUL_KEY_ENCRYPTION_KEY must be set" in said


def test_the_security_log_is_a_table_or_lines(operator_run: Run, unit: str) -> None:
    invite(operator_run, unit, f"a@{unit}.example")
    operator_run("organisation", "grant", unit, "--scope", "mou:read")
    table = operator_run("security", "--organisation", unit)
    assert table.index("ACCESS_GRANTED") < table.index("USER_INVITED")
    assert "scopes=mou:read" in table
    only = operator_run("security", "--kind", "USER_INVITED", "--limit", "1", "--json")
    [line] = only.splitlines()
    assert json.loads(line)["organisation"] == f"Unit {unit}"
    assert decode(f"organisation_{json.loads(line)['organisation_id'].replace('-', '')}")


def test_links_lead_to_where_the_embedded_server_was_last_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RANGKUL_ISSUER", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RANGKUL_DATA_DIR", str(tmp_path))
    assert issuer_of(load()) == "http://127.0.0.1:8000"
    home_of(load()).keep_address("http://127.0.0.1:8077")
    assert issuer_of(load()) == "http://127.0.0.1:8077"
    assert issuer_of(load(issuer="https://api.example")) == "https://api.example"
    monkeypatch.setenv("RANGKUL_ISSUER", "https://rangkul.example")
    assert issuer_of(load()) == "https://rangkul.example"
