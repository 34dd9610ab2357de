"""What the parts of the authorization server share: one object a process, made by `api/app.py`."""

from dataclasses import dataclass

from auth.authentication import Authenticator
from auth.brake import Brake
from auth.client_keys import ClientKeys
from auth.dpop import Proofs
from auth.fetching import Fetcher
from auth.keys import SigningKeys
from auth.passwords import Passwords
from auth.settings import AuthSettings
from auth.tokens import Tokens
from db.session import Database


@dataclass(frozen=True, slots=True)
class Authority:
    """The authorization server of one issuer, on one database."""

    settings: AuthSettings
    database: Database
    keys: SigningKeys
    tokens: Tokens
    brake: Brake
    authenticator: Authenticator
    proofs: Proofs
    fetcher: Fetcher
    client_keys: ClientKeys
    passwords: Passwords

    @classmethod
    def make(cls, settings: AuthSettings, database: Database) -> "Authority":
        """Everything that is needed to let people and programs in."""
        keys = SigningKeys(database, settings)
        brake = Brake(database, settings)
        fetcher = Fetcher(private_addresses=settings.private_addresses)
        client_keys = ClientKeys(fetcher)
        return cls(
            settings=settings,
            database=database,
            keys=keys,
            tokens=Tokens(keys, settings),
            brake=brake,
            authenticator=Authenticator(database, settings, brake=brake, client_keys=client_keys),
            proofs=Proofs(database, settings),
            fetcher=fetcher,
            client_keys=client_keys,
            passwords=Passwords(settings),
        )
