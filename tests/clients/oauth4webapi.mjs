// oauth4webapi: every step of the protocol by hand, each answer checked as strictly as its RFC says.
import * as oauth from "oauth4webapi";

import { given, play, refused, saw, sent } from "./line.mjs";

const LOOPBACK = { [oauth.allowInsecureRequests]: true };
const VIEWER = JSON.stringify({ query: "{ viewer { clientId scopes } }" });
const RESOURCE = new URL(`${given.address}/graphql`);
const JSON_TYPE = { "content-type": "application/json" };

async function described() {
  const issuer = new URL(given.address);
  const response = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...LOOPBACK });
  return oauth.processDiscoveryResponse(issuer, response);
}

async function authentication(jwk = given.client.privateJwk, options = undefined) {
  if (!jwk) return oauth.None();
  const { alg, kid, use, key_ops, ...plain } = jwk;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", plain, algorithm, false, ["sign"]);
  return oauth.PrivateKeyJwt({ key, kid }, options);
}

/** A client at work: the server's description, who it is, and the key its tokens are bound to. */
class Worker {
  static async make({ bound = true } = {}) {
    const worker = new Worker();
    worker.as = await described();
    worker.client = { client_id: given.client.clientId };
    worker.auth = await authentication();
    worker.options = { ...LOOPBACK };
    if (bound) worker.options.DPoP = await worker.key();
    return worker;
  }

  async key() {
    return oauth.DPoP(this.client, await oauth.generateKeyPair("ES256"));
  }

  /** Once more when the server wants its nonce in the proof (RFC 9449 section 8). */
  async again(work) {
    try {
      return await work();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      this.asked = (this.asked ?? 0) + 1;
      return work();
    }
  }

  machine(parameters = {}, auth = this.auth) {
    const { as, client, options } = this;
    return this.again(async () => {
      const body = new URLSearchParams(parameters);
      const response = await oauth.clientCredentialsGrantRequest(as, client, auth, body, options);
      return oauth.processClientCredentialsResponse(as, client, response);
    });
  }

  push(parameters) {
    const { as, client, auth, options } = this;
    return this.again(async () => {
      const body = new URLSearchParams(parameters);
      const response = await oauth.pushedAuthorizationRequest(as, client, auth, body, options);
      return oauth.processPushedAuthorizationResponse(as, client, response);
    });
  }

  async request() {
    this.verifier = oauth.generateRandomCodeVerifier();
    this.state = oauth.generateRandomState();
    return {
      client_id: this.client.client_id,
      response_type: "code",
      redirect_uri: given.client.redirectUri,
      code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: "S256",
      state: this.state,
    };
  }

  /** The address a person is sent to, with all of the request or with a reference to it. */
  async address({ pushed = true } = {}) {
    const url = new URL(this.as.authorization_endpoint);
    const request = await this.request();
    const { client_id } = request;
    const shown = pushed
      ? { client_id, request_uri: (await this.push(request)).request_uri }
      : request;
    url.search = new URLSearchParams(shown);
    return url;
  }

  validated(back) {
    return oauth.validateAuthResponse(this.as, this.client, back, this.state);
  }

  exchange(parameters, { verifier = this.verifier, options = this.options } = {}) {
    const { as, client, auth } = this;
    return this.again(async () => {
      const response = await oauth.authorizationCodeGrantRequest(
        as, client, auth, parameters, given.client.redirectUri, verifier, options,
      );
      return oauth.processAuthorizationCodeResponse(as, client, response);
    });
  }

  refresh(token, options = this.options) {
    const { as, client, auth } = this;
    return this.again(async () => {
      const response = await oauth.refreshTokenGrantRequest(as, client, auth, token, options);
      return oauth.processRefreshTokenResponse(as, client, response);
    });
  }

  async revoke(token) {
    const { as, client, auth } = this;
    const response = await oauth.revocationRequest(as, client, auth, token, LOOPBACK);
    await oauth.processRevocationResponse(response);
  }

  async introspect(token) {
    const { as, client, auth } = this;
    const response = await oauth.introspectionRequest(as, client, auth, token, LOOPBACK);
    return oauth.processIntrospectionResponse(as, client, response);
  }

  /** The status of a GraphQL request: 200, or the challenge of a refusal. */
  async ask(token, options = this.options) {
    try {
      return await this.again(async () => {
        const response = await oauth.protectedResourceRequest(
          token, "POST", RESOURCE, new Headers(JSON_TYPE), VIEWER, options,
        );
        return { status: response.status, ...(await response.json()) };
      });
    } catch (error) {
      if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
      const { scheme, parameters } = error.cause[0];
      return { status: error.status, scheme, error: parameters.error };
    }
  }
}

/** The name of the error something was refused with, at whichever endpoint. */
async function errorOf(work) {
  const error = await refused(work);
  if (error instanceof oauth.WWWAuthenticateChallengeError && !error.response.bodyUsed) {
    return (await error.response.json()).error ?? error.code;
  }
  return error.error ?? error.code ?? String(error);
}

await play({
  async machine() {
    const worker = await Worker.make();
    const token = await worker.machine({ scope: "mou:read" });
    saw("nonces asked for", worker.asked);
    saw("token", { type: token.token_type, scope: token.scope });
    saw("asked", await worker.ask(token.access_token));
    saw("with another key", await worker.ask(token.access_token, {
      ...LOOPBACK,
      DPoP: await worker.key(),
    }));
    saw("as a bearer", await worker.ask(token.access_token, LOOPBACK));
    saw("introspected", await worker.introspect(token.access_token));
    await worker.revoke(token.access_token);
    await worker.revoke(token.access_token); // nothing is left, and that is no error
    saw("after", await worker.ask(token.access_token));
    saw("introspected after", await worker.introspect(token.access_token));
  },

  /** What a resource server of somebody else would check of a token (RFC 9068, RFC 9449). */
  async resource() {
    const worker = await Worker.make();
    const token = await worker.machine({ scope: "mou:read" });
    let proved;
    const options = {
      ...worker.options,
      [oauth.customFetch]: (url, init) => {
        proved = new Request(url, { ...init, duplex: "half" });
        return fetch(url, init);
      },
    };
    await worker.ask(token.access_token, options);
    const checks = { requireDPoP: true, signingAlgorithms: ["ES256", "PS256", "EdDSA"], ...LOOPBACK };
    saw("claims", await oauth.validateJwtAccessToken(worker.as, proved, RESOURCE.href, checks));
  },

  async code() {
    const worker = await Worker.make();
    const back = await sent(await worker.address());
    const response = worker.validated(back);
    saw("answer", [...back.searchParams.keys()].sort());

    const mixed = new URL(back);
    mixed.searchParams.set("iss", "https://attacker.example");
    saw("another issuer", (await refused(async () => worker.validated(mixed))).message);
    mixed.searchParams.delete("iss");
    saw("no issuer", (await refused(async () => worker.validated(mixed))).message);

    const token = await worker.exchange(response);
    saw("token", { type: token.token_type, scope: token.scope });
    saw("asked", await worker.ask(token.access_token));
    saw("used twice", await errorOf(() => worker.exchange(response)));
    saw("after", await worker.ask(token.access_token));
    saw("refresh after", await errorOf(() => worker.refresh(token.refresh_token)));
  },

  async bound() {
    const worker = await Worker.make();
    const response = worker.validated(await sent(await worker.address()));
    const thief = { ...LOOPBACK, DPoP: await worker.key() };
    const verifier = oauth.generateRandomCodeVerifier();
    saw("another key", await errorOf(() => worker.exchange(response, { options: thief })));
    const again = worker.validated(await sent(await worker.address()));
    saw("another verifier", await errorOf(() => worker.exchange(again, { verifier })));
    const third = worker.validated(await sent(await worker.address()));
    saw("no proof", await errorOf(() => worker.exchange(third, { options: LOOPBACK })));
    const fourth = worker.validated(await sent(await worker.address()));
    const token = await worker.exchange(fourth);
    // A client that proves who it is may change the key of its tokens (RFC 9449 section 5).
    const next = await worker.refresh(token.refresh_token, thief);
    saw("of the new key", (await worker.ask(next.access_token, thief)).status);
    saw("of the old key", (await worker.ask(next.access_token)).status);
    const unproved = await errorOf(() => worker.refresh(token.refresh_token, LOOPBACK));
    saw("refresh without a proof", unproved);
  },

  async errors() {
    const worker = await Worker.make();
    saw("scope", await errorOf(() => worker.machine({ scope: "mou:admin" })));
    saw("no such scope", await errorOf(() => worker.machine({ scope: "everything" })));
    saw("resource", await errorOf(() => worker.machine({ resource: "https://other.example/" })));
    const stranger = await authentication(given.other.privateJwk);
    saw("wrong key", await errorOf(() => worker.machine({}, stranger)));
    const past = { [oauth.modifyAssertion]: (_, claims) => Object.assign(claims, { exp: 1 }) };
    const expired = await authentication(given.client.privateJwk, past);
    saw("expired assertion", await errorOf(() => worker.machine({}, expired)));
    const elsewhere = {
      [oauth.modifyAssertion]: (_, claims) => Object.assign(claims, { aud: "https://other.example" }),
    };
    const astray = await authentication(given.client.privateJwk, elsewhere);
    saw("assertion for another", await errorOf(() => worker.machine({}, astray)));
    saw("no authentication", await errorOf(() => worker.machine({}, oauth.None())));
    const unproved = Object.assign(Object.create(worker), { options: LOOPBACK });
    saw("no proof", await errorOf(() => unproved.machine()));
    const request = await worker.request();
    const pushed = (change) => errorOf(() => worker.push({ ...request, ...change }));
    saw("redirect", await pushed({ redirect_uri: `${given.client.redirectUri}/../evil` }));
    saw("response type", await pushed({ response_type: "token" }));
    saw("plain", await pushed({ code_challenge_method: "plain" }));
    saw("request in request", await pushed({ request_uri: "urn:x" }));
    const unknown = new URLSearchParams({ code: "unknown", iss: worker.as.issuer, state: worker.state });
    saw("code", await errorOf(() => worker.exchange(worker.validated(unknown))));
    saw("refresh", await errorOf(() => worker.refresh("rkr_unknown")));
  },

  async portal() {
    const worker = await Worker.make({ bound: given.bound });
    const back = await sent(await worker.address({ pushed: false }));
    const first = await worker.exchange(worker.validated(back));
    saw("token", first.token_type);
    saw("asked", await worker.ask(first.access_token));
    const second = await worker.refresh(first.refresh_token);
    saw("rotated", first.refresh_token !== second.refresh_token);
    if (given.bound) {
      const thief = { ...LOOPBACK, DPoP: await worker.key() };
      saw("stolen", await errorOf(() => worker.refresh(second.refresh_token, thief)));
      saw("still ours", (await worker.refresh(second.refresh_token)).token_type);
      return;
    }
    saw("reused", await errorOf(() => worker.refresh(first.refresh_token)));
    saw("family", await errorOf(() => worker.refresh(second.refresh_token)));
    saw("after", await worker.ask(second.access_token));
  },

  /** What a partner's client may not do: go without pushing, and take a request of another. */
  async unpushed() {
    const worker = await Worker.make();
    const back = await sent(await worker.address({ pushed: false }), "at all");
    saw("unpushed", back.searchParams.get("error"));
  },
});
