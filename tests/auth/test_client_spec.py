"""What a program may be registered as, tried without a database."""

from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from auth.client_spec import AuthMethod, ClientRefused, ClientSpec, GrantType, columns, public_keys
from auth.scopes import Scope

A = AuthMethod
ORG = UUID(int=7)
KEY = ECKey.generate_key("P-256", {"kid": "satu"}).as_dict(private=False)
BACK = "https://portal.example/kembali"


def spec(**given: Any) -> ClientSpec:
    return ClientSpec(**{"organisation_id": ORG, "name": "Portal", "scopes": [Scope.MOU_READ]}
                      | given)  # fmt: skip


def public(**given: Any) -> ClientSpec:
    return spec(**{"auth_method": A.NONE, "redirect_uris": [BACK]} | given)


def signing(**given: Any) -> ClientSpec:
    return spec(**{"auth_method": A.PRIVATE_KEY_JWT, "jwks": {"keys": [KEY]}} | given)


def field_of(wrong: ClientSpec) -> str | None:
    with pytest.raises(ClientRefused) as refused:
        columns(wrong)
    return refused.value.field


def test_what_is_left_out_is_what_suits_the_kind() -> None:
    plain, browser, own_key = columns(spec()), columns(public()), columns(signing())
    assert plain["grant_types"] == ["client_credentials"]
    assert browser["grant_types"] == ["authorization_code", "refresh_token"]
    assert own_key["grant_types"] == ["client_credentials"]
    for row, bound in ((plain, False), (browser, False), (own_key, True)):
        assert (row["dpop_bound"], row["par_required"]) == (bound, bound)


def test_what_is_said_is_kept() -> None:
    row = columns(signing(dpop_bound=False, par_required=False, name="  Portal "))
    assert (row["dpop_bound"], row["par_required"], row["name"]) == (False, False, "Portal")
    assert columns(public(dpop_bound=True))["dpop_bound"] is True


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "x" * 201,
        "a\0b",
        "a\nb",
        "a\x1bb",
        "\ud800",
        "a\u202eb",
        "a\u200bb",
        "a\u2028b",
        "\u00a0",
    ],
)
def test_a_name_that_is_none(name: str) -> None:
    assert field_of(spec(name=name)) == "name"


@pytest.mark.parametrize(
    "given",
    [
        public(grant_types=[GrantType.CLIENT_CREDENTIALS, GrantType.AUTHORIZATION_CODE]),
        spec(grant_types=[GrantType.REFRESH_TOKEN]),
        spec(grant_types=[GrantType.CLIENT_CREDENTIALS, GrantType.REFRESH_TOKEN]),
    ],
)
def test_ways_to_a_token_that_do_not_go_together(given: ClientSpec) -> None:
    assert field_of(given) == "grant_types"


def test_redirect_addresses_belong_to_authorization_codes() -> None:
    device = [GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN]
    assert columns(public(grant_types=device, redirect_uris=()))["redirect_uris"] == []
    assert field_of(public(grant_types=device)) == "redirect_uris"
    assert field_of(public(redirect_uris=())) == "redirect_uris"
    assert field_of(public(redirect_uris=[f"{BACK}{n}" for n in range(21)])) == "redirect_uris"
    assert field_of(public(redirect_uris=[BACK, BACK])) == "redirect_uris[1]"


@pytest.mark.parametrize(
    "uri",
    [BACK, "https://a.example/", "https://a.example", "https://a.example:8443/kembali?x=1",
     "https://1.2.3.4/", "http://127.0.0.1/kembali", "http://127.0.0.1:33418/kembali",
     "http://[::1]:5/", "http://localhost:3000/", "https://xn--bcher-kva.example/",
     "https://a.example/" + "x" * 482],
)  # fmt: skip
def test_an_address_to_send_people_back_to(uri: str) -> None:
    assert columns(public(redirect_uris=[uri]))["redirect_uris"] == [uri]


@pytest.mark.parametrize(
    "uri",
    ["", "kembali", "/kembali", "//a.example/", "https:///kembali", "https:a.example",
     "http://a.example/", "http://10.0.0.1/", "http://127.0.0.1.a.example/",
     "com.example:/kembali", "javascript:alert(1)", "data:text/html,x", "ftp://a.example/",
     "https://A.example/", "HTTPS://a.example/", "https://a.example/#", "https://a.example/#x",
     "https://*.example/", "https://a.example/*", "https://u@a.example/", "https://u:p@a.example/",
     "https://@a.example/", "https://a.example\\@b.example/", "https://a..example/",
     "https://-a.example/", "https://a_b.example/", "https://a.example:/", "https://a.example:0/",
     "https://a.example:0443/", "https://a.example:99999/", "https://a.example:x/",
     "https://[::1", "http://[0:0:0:0:0:0:0:1]/", "https://a.example/../x", "https://a.example/.",
     "https://bücher.example/", "https://a.example/ x", " https://a.example/",
     "https://a.example/\n", "https://a.example/\0", "https://a.example/" + "x" * 483],
)  # fmt: skip
def test_an_address_that_could_be_read_in_two_ways_or_overheard(uri: str) -> None:
    assert field_of(public(redirect_uris=[uri])) == "redirect_uris[0]"


@pytest.mark.parametrize("method", [A.CLIENT_SECRET_BASIC, A.PRIVATE_KEY_JWT])
def test_only_a_public_client_runs_on_its_users_machine(method: AuthMethod) -> None:
    wrong = signing if method is A.PRIVATE_KEY_JWT else spec
    assert field_of(wrong(redirect_uris=["http://127.0.0.1/x"])) == "redirect_uris[0]"
    assert columns(wrong(redirect_uris=[BACK]))["redirect_uris"] == [BACK]


@pytest.mark.parametrize(
    "key",
    [ECKey.generate_key("P-256"), ECKey.generate_key("P-384"), OKPKey.generate_key("Ed25519"),
     RSAKey.generate_key(2048)],
    ids=["P-256", "P-384", "Ed25519", "RSA"],
)  # fmt: skip
def test_a_public_key_is_kept_with_what_matters(key: Any) -> None:
    given = key.as_dict(private=False) | {"kid": "k", "x5u": "https://a.example/", "use": "sig"}
    [kept] = public_keys({"keys": [given]})
    assert "x5u" not in kept
    assert kept == {name: value for name, value in given.items() if name != "x5u"}
    with pytest.raises(ClientRefused, match="private key") as refused:
        public_keys({"keys": [key.as_dict(private=True)]})
    assert str(key.as_dict(private=True)["d"]) not in str(refused.value)


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(
    "key",
    [
        ECKey.generate_key("P-521").as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        OKPKey.generate_key("X25519").as_dict(private=False),
        OKPKey.generate_key("Ed448").as_dict(private=False),
        OctKey.generate_key().as_dict(),
        KEY | {"use": "enc"},
        KEY | {"key_ops": ["verify", "sign"]},
        KEY | {"alg": "ES384"},
        KEY | {"alg": "none"},
        KEY | {"alg": ["ES256"]},
        KEY | {"kid": 7},
        KEY | {"kid": ""},
        KEY | {"kid": "x" * 201},
        KEY | {"x": KEY["y"]},
        KEY | {"crv": "P-384"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": ["EC"]},
        {},
    ],
)
def test_a_key_that_is_too_weak_or_for_something_else(key: Any) -> None:
    with pytest.raises(ClientRefused) as refused:
        public_keys({"keys": [key]})
    assert (refused.value.field, refused.value.code) == ("jwks.keys[0]", "KEY_REFUSED")


@pytest.mark.parametrize("jwks", [None, [], "x", {}, {"keys": []}, {"keys": "x"}, {"keys": [1]}])
def test_what_is_no_set_of_keys(jwks: Any) -> None:
    with pytest.raises(ClientRefused):
        public_keys(jwks)


def test_at_most_ten_keys_and_none_twice() -> None:
    many = [ECKey.generate_key("P-256").as_dict(private=False) for _ in range(11)]
    assert len(public_keys({"keys": many[:10]})) == 10
    for twice in (many, [KEY, KEY], [KEY, many[0] | {"kid": "satu"}]):
        with pytest.raises(ClientRefused):
            public_keys({"keys": twice})


def test_keys_are_for_a_client_that_signs_and_then_needed() -> None:
    address = "https://partner.example/jwks.json"
    assert columns(signing(jwks=None, jwks_uri=address))["jwks_uri"] == address
    assert field_of(signing(jwks=None)) == "jwks"
    assert field_of(signing(jwks_uri=address)) == "jwks"
    assert field_of(spec(jwks={"keys": [KEY]})) == "jwks"
    assert field_of(public(jwks_uri=address)) == "jwks_uri"


@pytest.mark.parametrize(
    "uri", ["http://partner.example/", "https://127.0.0.1/", "https://localhost/", "x",
            "https://partner.example/#x", "https://u@partner.example/"],
)  # fmt: skip
def test_keys_are_fetched_from_the_internet_only(uri: str) -> None:
    assert field_of(signing(jwks=None, jwks_uri=uri)) == "jwks_uri"
