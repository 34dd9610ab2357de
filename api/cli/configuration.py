"""The settings as commands need them, and the sentence when one is wrong."""

import os
from typing import Any

from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.cli.console import Failure
from api.cli.home import Home
from api.settings import Settings


def load(**fixed: Any) -> Settings:
    """Read the environment and `.env`; what a command fixes itself goes before both."""
    try:
        settings = Settings(**fixed)
        if settings.key_encryption_key is not None:
            _ = settings.auth  # checks the issuer
    except ValidationError as error:
        raise Failure("\n".join(_sentences(error))) from None
    except ValueError as error:
        raise Failure(f"RANGKUL_ISSUER: {error}.") from None
    for name, url in (
        ("DATABASE_URL", settings.database_url),
        ("MIGRATION_DATABASE_URL", settings.migration_database_url),
    ):
        if url is not None:
            _check_url(name, url.get_secret_value())
    return settings


def home_of(settings: Settings) -> Home:
    return Home(settings.data_dir.resolve())


def issuer_of(settings: Settings) -> str:
    """Our address as clients see it: as set, or where the embedded database was last served."""
    if "issuer" in settings.model_fields_set or settings.database_url is not None:
        return settings.issuer
    return home_of(settings).address() or settings.issuer


def hand_down(settings: Settings) -> None:
    """Put into the environment what was found out here, for the workers that read it there."""
    assert settings.database_url is not None and settings.key_encryption_key is not None
    os.environ["DATABASE_URL"] = settings.database_url.get_secret_value()
    os.environ["RANGKUL_KEY_ENCRYPTION_KEY"] = settings.key_encryption_key.get_secret_value()
    if settings.content_keys is not None:
        os.environ["RANGKUL_CONTENT_KEYS"] = settings.content_keys
    os.environ["RANGKUL_ISSUER"] = settings.issuer


def _sentences(error: ValidationError) -> list[str]:
    """Which setting, and what is expected of it; never the value, which may be a secret."""
    told = []
    for problem in error.errors(include_input=False, include_url=False):
        field = str(problem["loc"][0]) if problem["loc"] else "settings"
        if field in Settings.model_fields:
            field = f"RANGKUL_{field.upper()}"
        told.append(f"{field}: {problem['msg'].removeprefix('Value error, ')}.")
    return told


def _check_url(name: str, url: str) -> None:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername.partition("+")[0] not in ("postgresql", "postgres"):
        raise Failure(f"{name} must look like postgresql://role:password@host:5432/database.")
    if unknown := sorted(set(parsed.query) - {"sslmode", "ssl"}):
        raise Failure(
            f"{name} has the parameter {unknown[0]}, which is not known here: only sslmode is. A "
            "root certificate is named by PGSSLROOTCERT."
        )
