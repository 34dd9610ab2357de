// openid-client: a certified client library, used as its manual says.
import * as client from "openid-client";

import { given, play, refused, saw, sent } from "./line.mjs";

const VIEWER = JSON.stringify({ query: "{ viewer { clientId organisation { name } scopes } }" });
const JSON_TYPE = new Headers({ "content-type": "application/json" });

async function privateKey(jwk) {
  const algorithms = {
    ES256: { name: "ECDSA", namedCurve: "P-256" },
    PS256: { name: "RSA-PSS", hash: "SHA-256" },
    EdDSA: { name: "Ed25519" },
  };
  const { alg, kid, use, key_ops, ...plain } = jwk;
  const key = await crypto.subtle.importKey("jwk", plain, algorithms[alg], false, ["sign"]);
  return { key, kid };
}

async function authentication(registered) {
  if (registered.privateJwk) return client.PrivateKeyJwt(await privateKey(registered.privateJwk));
  return registered.secret ? client.ClientSecretBasic(registered.secret) : client.None();
}

/** The server as its metadata describe it, and a key to bind tokens to. */
async function ready(registered = given.client) {
  const configuration = await client.discovery(
    new URL(given.address),
    registered.clientId,
    { use_mtls_endpoint_aliases: false },
    await authentication(registered),
    { algorithm: "oauth2", execute: [client.allowInsecureRequests] }, // http on loopback
  );
  const keys = await client.randomDPoPKeyPair(given.dpopAlgorithm ?? "ES256");
  return { configuration, dpop: { DPoP: client.getDPoPHandle(configuration, keys) } };
}

async function viewer(configuration, token, dpop) {
  const url = new URL(`${given.address}/graphql`);
  const response = await client.fetchProtectedResource(
    configuration, token, url, "POST", VIEWER, JSON_TYPE, dpop,
  );
  return { status: response.status, ...(await response.json()) };
}

/** Asks again with a token that was ended: the status, and the challenge that came with it. */
async function afterwards(configuration, token, dpop) {
  const error = await refused(() => viewer(configuration, token, dpop));
  const challenges = error.cause.map(({ scheme, parameters }) => ({ scheme, ...parameters }));
  return { status: error.status, challenges };
}

/** Sends a person off with a request, pushed when the client must, and exchanges what comes back. */
async function signedIn({ configuration, dpop }, { answer = "yes", push = true, scope } = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const parameters = {
    redirect_uri: given.client.redirectUri,
    ...(scope && { scope }),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  };
  const url = push
    ? await client.buildAuthorizationUrlWithPAR(configuration, parameters, dpop)
    : client.buildAuthorizationUrl(configuration, parameters);
  const back = await sent(url, answer);
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  return client.authorizationCodeGrant(configuration, back, checks, undefined, dpop);
}

await play({
  async machine() {
    const { configuration, dpop } = await ready();
    const wanted = { scope: "organisation:read mou:read", resource: `${given.address}/graphql` };
    const token = await client.clientCredentialsGrant(configuration, wanted, dpop);
    saw("token", { type: token.token_type, seconds: token.expires_in, scope: token.scope });
    saw("viewer", await viewer(configuration, token.access_token, dpop));
    saw("introspected", await client.tokenIntrospection(configuration, token.access_token));
    await client.tokenRevocation(configuration, token.access_token);
    saw("after", await afterwards(configuration, token.access_token, dpop));
    saw("introspected after", await client.tokenIntrospection(configuration, token.access_token));
  },

  async bearer() {
    const { configuration } = await ready();
    const token = await client.clientCredentialsGrant(configuration, { scope: "mou:read" });
    saw("token", { type: token.token_type, scope: token.scope });
    saw("viewer", await viewer(configuration, token.access_token));
    saw("introspected", await client.tokenIntrospection(configuration, token.access_token));
    await client.tokenRevocation(configuration, token.access_token);
    saw("after", await afterwards(configuration, token.access_token));
  },

  async code() {
    const { configuration, dpop } = await ready();
    const first = await signedIn({ configuration, dpop }, { scope: "organisation:read mou:read" });
    saw("token", { type: first.token_type, scope: first.scope });
    saw("viewer", await viewer(configuration, first.access_token, dpop));
    const second = await client.refreshTokenGrant(
      configuration, first.refresh_token, { scope: "organisation:read" }, dpop,
    );
    saw("rotated", (second.refresh_token ?? first.refresh_token) !== first.refresh_token);
    saw("narrowed", second.scope);
    const third = await client.refreshTokenGrant(configuration, first.refresh_token, {}, dpop);
    saw("third", await viewer(configuration, third.access_token, dpop));
    saw("introspected", await client.tokenIntrospection(configuration, first.refresh_token));
    await client.tokenRevocation(configuration, first.refresh_token);
    for (const token of [first, second, third]) {
      saw("after", await afterwards(configuration, token.access_token, dpop));
    }
    const error = await refused(() =>
      client.refreshTokenGrant(configuration, first.refresh_token, {}, dpop),
    );
    saw("refresh after", error.error);
  },

  async portal() {
    const { configuration } = await ready();
    const first = await signedIn({ configuration }, { push: false });
    saw("token", { type: first.token_type, scope: first.scope });
    saw("viewer", await viewer(configuration, first.access_token));
    const second = await client.refreshTokenGrant(configuration, first.refresh_token);
    saw("rotated", second.refresh_token !== first.refresh_token);
    const reused = await refused(() =>
      client.refreshTokenGrant(configuration, first.refresh_token),
    );
    saw("reused", reused.error);
    const orphan = await refused(() =>
      client.refreshTokenGrant(configuration, second.refresh_token),
    );
    saw("the rest of the family", orphan.error);
    saw("after", await afterwards(configuration, second.access_token));
  },

  async denied() {
    const { configuration, dpop } = await ready();
    const error = await refused(() => signedIn({ configuration, dpop }, { answer: "no" }));
    saw("error", error.error);
    saw("iss", error.cause.get("iss"));
  },

  async device() {
    const { configuration, dpop } = await ready();
    const begun = await client.initiateDeviceAuthorization(configuration, { scope: "mou:read" });
    const { device_code, ...shown } = begun;
    saw("shown", shown);
    const polled = client.pollDeviceAuthorizationGrant(configuration, begun, undefined, dpop);
    await sent(begun.verification_uri_complete ?? begun.verification_uri, given.answer);
    if (given.answer === "no") {
      saw("error", (await refused(() => polled)).error);
      return;
    }
    const token = await polled;
    saw("token", { type: token.token_type, scope: token.scope });
    saw("viewer", await viewer(configuration, token.access_token, dpop));
    const again = await client.refreshTokenGrant(configuration, token.refresh_token, {}, dpop);
    saw("refreshed", again.scope);
  },
});
