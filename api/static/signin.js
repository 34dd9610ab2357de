// Signing in with the API's own authorization server, as any portal would: authorization code with
// PKCE (RFC 7636), and tokens bound to a key that never leaves this page (DPoP, RFC 9449).
"use strict";

const SIGN_IN_KEY = "rangkul sign-in"; // what must survive the way there and back
const encoder = new TextEncoder();

function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = async (text) => base64url(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

/** A person's tokens, for as long as the page is open: nothing of them is stored anywhere. */
class SignedIn {
  constructor(clientId, metadata) {
    this.clientId = clientId;
    this.metadata = metadata;
    this.nonce = null;
    this.token = null;
  }

  static async prepare(clientId) {
    const response = await fetch("/.well-known/oauth-authorization-server");
    const person = new SignedIn(clientId, await response.json());
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    person.key = await crypto.subtle.generateKey(algorithm, false, ["sign"]);
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", person.key.publicKey);
    person.jwk = { kty, crv, x, y };
    return person;
  }

  /** Leave for the sign-in page; `arrive` goes on from there. */
  async leave() {
    const verifier = random();
    const state = random();
    sessionStorage.setItem(SIGN_IN_KEY, JSON.stringify({ verifier, state }));
    const parameters = new URLSearchParams({
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: `${location.origin}/`,
      code_challenge: await sha256(verifier),
      code_challenge_method: "S256",
      state,
    });
    location.assign(`${this.metadata.authorization_endpoint}?${parameters}`);
  }

  /** Back from the sign-in page: true when a person is signed in, false when they said no. */
  async arrive() {
    const answer = new URLSearchParams(location.search);
    const kept = JSON.parse(sessionStorage.getItem(SIGN_IN_KEY) ?? "null");
    sessionStorage.removeItem(SIGN_IN_KEY);
    history.replaceState(null, "", "/");
    if (kept === null || answer.get("state") !== kept.state) throw new Error("another state");
    if (answer.get("iss") !== this.metadata.issuer) throw new Error("another issuer");
    if (answer.has("error")) return false;
    await this.ask({
      grant_type: "authorization_code",
      code: answer.get("code"),
      redirect_uri: `${location.origin}/`,
      code_verifier: kept.verifier,
    });
    return true;
  }

  static isArriving() {
    const answer = new URLSearchParams(location.search);
    return answer.has("state") && (answer.has("code") || answer.has("error"));
  }

  get secondsLeft() {
    return this.token === null ? 0 : (this.token.ends - Date.now()) / 1000;
  }

  async renew() {
    await this.ask({ grant_type: "refresh_token", refresh_token: this.token.refresh });
  }

  async ask(form) {
    const body = new URLSearchParams({ ...form, client_id: this.clientId });
    const response = await this.send(this.metadata.token_endpoint, { method: "POST", body });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    this.token = {
      access: answer.access_token,
      refresh: answer.refresh_token,
      ends: Date.now() + answer.expires_in * 1000,
    };
  }

  /** A request with a proof; sent again once when the server wants its nonce in it. */
  async send(url, options, again = true) {
    const headers = { ...options.headers, dpop: await this.proof(options.method, url) };
    if (this.token && url !== this.metadata.token_endpoint) {
      headers.authorization = `DPoP ${this.token.access}`;
    }
    const response = await fetch(url, { ...options, headers });
    const nonce = response.headers.get("dpop-nonce");
    const fresh = nonce !== null && nonce !== this.nonce;
    this.nonce = nonce ?? this.nonce;
    const refused = response.status === 400 || response.status === 401;
    return refused && fresh && again ? this.send(url, options, false) : response;
  }

  async proof(method, url) {
    const about = this.token && url !== this.metadata.token_endpoint;
    const claims = {
      jti: random(),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ...(this.nonce && { nonce: this.nonce }),
      ...(about && { ath: await sha256(this.token.access) }),
    };
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: this.jwk };
    const parts = [header, claims].map((part) => base64url(encoder.encode(JSON.stringify(part))));
    const signed = encoder.encode(parts.join("."));
    const how = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(how, this.key.privateKey, signed);
    return [...parts, base64url(signature)].join(".");
  }
}
