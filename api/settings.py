"""Every setting, in one place: what it means, its limits, and a safe default.

Read from the environment, or from a file `.env` in the working folder. docs/settings.md is made
from this class.
"""

import base64
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.limits import Limits
from api.trusted import Trusted, load
from auth.sealing import derived
from auth.settings import AuthSettings
from db.key_pkcs11 import SCHEME, Pkcs11Keys
from db.key_ring import KeyRing
from db.vault import KeyProvider, Succession, Vault
from domain.receipt_keys import Custody


class Settings(BaseSettings):
    """Settings of one installation."""

    model_config = SettingsConfigDict(env_prefix="RANGKUL_", env_file=".env", extra="ignore")

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or newer, as the API's own role (it must own nothing, and is "
        "made by `rangkul migrate`). When not set, an embedded PostgreSQL is started.",
    )
    migration_database_url: SecretStr | None = Field(
        default=None,
        validation_alias="MIGRATION_DATABASE_URL",
        description="The same database as a role that may create tables and roles; used by the "
        "commands that keep the installation (`migrate`, `seed`, `client`), never by `serve`.",
    )
    data_dir: Path = Field(
        default=Path(".rangkul"),
        description="Where the embedded PostgreSQL and the demo keep their files.",
    )
    issuer: str = Field(
        default="http://127.0.0.1:8000",
        description="Our own address as clients see it: scheme and host, https in production. It "
        "is the `iss` of tokens (RFC 9068) and the issuer of the metadata (RFC 8414).",
    )
    key_encryption_key: SecretStr | None = Field(
        default=None,
        description="32 random bytes in base64 (`rangkul keys new-secret` prints some). Private "
        "signing keys are stored encrypted under it. Required with DATABASE_URL; for the embedded "
        "database one is kept in the data folder.",
    )
    content_keys: str | None = Field(
        default=None,
        description="Who holds the keys under which the keys of cases are sealed: a file that only"
        " its owner may read (`rangkul keys new-content-key` makes one), or a hardware module as"
        " `pkcs11:token=...;object=...?module-path=/...&pin-source=file:/...` (RFC 7512; needs"
        " `rangkul[hsm]`). When not set, one key is derived from RANGKUL_KEY_ENCRYPTION_KEY, and"
        " cannot be changed by itself. See encryption.md.",
    )
    former_content_keys: str | None = Field(
        default=None,
        description="What RANGKUL_CONTENT_KEYS was before, while content is still sealed under"
        " its keys: they open, and seal nothing any more.",
    )
    retention_minutes: int = Field(
        default=60,
        ge=0,
        le=10_080,
        description="How often content whose time of keeping is over is destroyed, in minutes; 0:"
        " only by `rangkul retention run`. See retention.md.",
    )
    token_seconds: int = Field(
        default=300, ge=30, le=3_600, description="Life of an access token, in seconds."
    )
    refresh_seconds: int = Field(
        default=28_800,
        ge=3_600,
        le=2_592_000,
        description="How long a program may act for a person before it has to ask them again, in "
        "seconds: the life of refresh tokens.",
    )
    key_days: int = Field(
        default=30,
        ge=0,
        le=3_650,
        description="After how many days a signing key is followed by a new one; the old one is "
        "published until its last token is gone. 0: only by `rangkul keys rotate`.",
    )
    ledger_seconds: float = Field(
        default=2.0,
        ge=0.2,
        le=60,
        description="How often what was recorded in the access ledger is sealed, in seconds.",
    )
    second_factor: bool = Field(
        default=True,
        description="Whether people need an authenticator app or a passkey beside their password. "
        "Off in the demo.",
    )
    session_seconds: int = Field(
        default=43_200,
        ge=300,
        le=604_800,
        description="How long a person stays signed in at most, in seconds.",
    )
    session_idle_seconds: int = Field(
        default=3_600,
        ge=300,
        le=604_800,
        description="How long a person stays signed in without opening one of our pages, in "
        "seconds.",
    )
    invitation_hours: int = Field(
        default=72, ge=1, le=720, description="How long the link of an invitation works, in hours."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the proxies in front of us, with commas between. "
        "Only they are believed when they name where a request comes from (`X-Forwarded-For`). "
        "Behind a proxy that is not named, all clients share one address and its allowances.",
    )
    pool_size: int = Field(
        default=16,
        ge=1,
        le=200,
        description="Connections to PostgreSQL, by each worker; at peaks twice as many, kept then.",
    )
    prepared_statements: bool = Field(
        default=True,
        description="Off behind PgBouncer in transaction mode older than 1.21, or without its "
        "`max_prepared_statements`.",
    )
    statement_timeout_ms: int = Field(
        default=10_000, ge=100, le=120_000, description="Longest time of one SQL statement, in ms."
    )
    request_timeout_seconds: float = Field(
        default=30.0, ge=1, le=300, description="Longest time of one request, in seconds."
    )
    body_bytes: int = Field(
        default=1_000_000,
        ge=4_096,
        le=5_000_000,
        description="Largest request body, in bytes: a handoff of 40 full sections fits.",
    )
    query_depth: int = Field(default=16, ge=4, le=50, description="Deepest nesting of a query.")
    query_cost: int = Field(
        default=10_000, ge=100, le=1_000_000, description="Most points one operation may cost."
    )
    rate_points_per_minute: int = Field(
        default=300_000,
        ge=0,
        description="Points a client may spend in a minute, over all replicas; 0: no limit. A page "
        "of 20 handoffs with everything below it costs about 1,000.",
    )
    token_requests_per_minute: int = Field(
        default=300,
        ge=0,
        description="Token requests of a client in a minute, over all replicas; an address gets "
        "four times that, for it may be a whole office; 0: no limit.",
    )
    failures_per_minute: int = Field(
        default=10,
        ge=0,
        description="Wrong secrets of a client from one address in a minute, before further ones "
        "must wait; 0: no limit on these nor on attempts to sign in, which is for tests only.",
    )
    trusted_documents: Path | None = Field(
        default=None,
        description="A file or folder of documents that clients may name by the SHA-256 hash of "
        "their text: `*.graphql`, or manifests in `*.json`. Read and checked at the start. See "
        "trusted-documents.md.",
    )
    trusted_documents_only: bool = Field(
        default=False,
        description="Whether no documents are run but those of RANGKUL_TRUSTED_DOCUMENTS; the "
        "schema can then be read only by such a document, too.",
    )
    anonymous_introspection: bool = Field(
        default=False, description="Whether the schema may be read without a token. On in the demo."
    )
    explorer: bool = Field(
        default=False, description="Whether the explorer is served at `/`. On in the demo."
    )
    explorer_client_id: str | None = Field(
        default=None,
        description="The public client as which people sign in to the explorer; its redirect URI "
        "is our own address with `/` at the end. Without it they paste a token.",
    )
    private_addresses: bool = Field(
        default=False,
        description="Whether the keys of clients (`jwks_uri`) and the issuers of organisations may "
        "be at private addresses (10.0.0.0/8 and such), as in a network of the government's own. "
        "Whoever registers them can then make this server ask inside that network. Certificates of "
        "an authority of one's own are believed when `SSL_CERT_FILE` names it.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(
        default=True, description="One JSON object a line; otherwise text for a terminal."
    )

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="after")
    def _some_documents_to_trust(self) -> "Settings":
        if self.trusted_documents_only and self.trusted_documents is None:
            raise ValueError("RANGKUL_TRUSTED_DOCUMENTS_ONLY needs RANGKUL_TRUSTED_DOCUMENTS")
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in filter(None, value.replace(" ", "").split(",")):
            ip_network(one)  # says itself what is wrong
        return value.replace(" ", "")

    @field_validator("key_encryption_key")
    @classmethod
    def _thirty_two_bytes(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(_decoded(value)) != 32:
            raise ValueError("must be 32 bytes in base64")
        return value

    @cached_property
    def auth(self) -> AuthSettings:
        """What auth/ needs to know."""
        if self.key_encryption_key is None:
            raise ValueError("RANGKUL_KEY_ENCRYPTION_KEY is not set")
        return AuthSettings(
            issuer=self.issuer,
            audience=f"{self.issuer}/graphql",
            key_encryption_key=_decoded(self.key_encryption_key),
            token_seconds=self.token_seconds,
            key_days=self.key_days,
            refresh_seconds=self.refresh_seconds,
            token_requests_per_minute=self.token_requests_per_minute,
            failures_per_minute=self.failures_per_minute,
            second_factor=self.second_factor,
            session_seconds=self.session_seconds,
            session_idle_seconds=self.session_idle_seconds,
            invitation_hours=self.invitation_hours,
            private_addresses=self.private_addresses,
        )

    @cached_property
    def trusted(self) -> Trusted:
        """The documents this installation knows; DocumentsRefused when a file is no good."""
        texts = load(self.trusted_documents) if self.trusted_documents else {}
        return Trusted(texts, self.trusted_documents_only)

    @property
    def carried(self) -> dict[str, Any]:
        """What every transaction carries as `tx.info`: what seals content, and who signs."""
        return {"vault": self.vault, "custody": Custody(self.auth)}

    @cached_property
    def vault(self) -> Vault:
        """What seals content; `VaultShut` when whoever shall hold its keys has none to give."""
        derived_key = derived(self.auth.key_encryption_key, "content")
        named = [given for given in (self.content_keys, self.former_content_keys) if given]
        return Vault(
            Succession(*map(_provider, named), KeyRing("derived", {"derived": derived_key}))
        )

    @cached_property
    def limits(self) -> Limits:
        """What a query must stay within."""
        return Limits(
            body_bytes=self.body_bytes,
            depth=self.query_depth,
            cost=self.query_cost,
            seconds=self.request_timeout_seconds,
        )


def _provider(named: str) -> KeyProvider:
    return Pkcs11Keys(named) if named.startswith(SCHEME) else KeyRing.read(Path(named))


def _decoded(value: SecretStr) -> bytes:
    try:
        return base64.b64decode(value.get_secret_value(), validate=True)
    except ValueError:
        return b""
