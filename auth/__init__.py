"""The authorization server: how programs and people come to a token, and what one is worth.

Read in this order:

* what it is about: `scopes`, `roles`, `caller`, `settings`, `authority` (what the parts share);
* what it keeps: `keys`, `tokens`, `grants`, `tickets`, `events`, `sealing`;
* who a program is: `clients`, `client_spec`, `authentication`, `assertions`, `client_keys`,
  `fetching`, `dpop`, `brake`;
* what it asks for (RFC 6749 and its kin): `server`, `protocol`, `token_grants`, `issuing`, `par`,
  `authorization`, `authorize`, `consent`, `device`, `revocation`, `introspection`, `metadata`;
* who a person is: `sign_in`, `passwords`, `totp`, `recovery`, `passkeys`, `attempts`, `sessions`,
  `invitations`, `account`, `upstream`, and `pages` that they see;
* at the door of the API: `bearer`, `resource`.
"""
