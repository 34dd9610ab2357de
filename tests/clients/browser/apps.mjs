// What needs a browser that runs scripts: passkeys, the explorer, and a portal at another address.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

import { given, play, saw } from "../line.mjs";
import { code, done, fresh, look, press, strays, type } from "./browser.mjs";

const OAUTH = createRequire(import.meta.url).resolve("oauth4webapi");
const EMAIL = "input[autocomplete=username]";
const PASSWORD = "input[autocomplete=current-password]";
const CODE = "input[autocomplete=one-time-code]";

async function signIn(page) {
  await type(page, { [EMAIL]: given.email, [PASSWORD]: given.password });
  await type(page, { [CODE]: await code(given.secret) });
}

const path = (page) => new URL(page.url()).pathname;

/** Left out of what axe looks at: GraphiQL, which is served as published. It finds there that the
 *  list of tabs holds more than tabs, and that the names of tabs not in front are too pale. The bar
 *  above it is ours, and is held to everything. */
const AS_PUBLISHED = { without: [".graphiql-container"] };

await play({
  async passkeys() {
    const page = await fresh({ scripts: true });
    await page.devtools.send("WebAuthn.enable");
    const { authenticatorId } = await page.devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${given.address}/account/passkeys`);
    await signIn(page);
    await page.goto(`${given.address}/account/passkeys`);
    await look(page, "passkeys");
    await page.fill("#passkey-name", "Ponsel dinas");
    await page.click("[data-passkey=add] button");
    await page.getByText("Ponsel dinas").waitFor();
    await look(page, "passkeys-one");
    const { credentials } = await page.devtools.send("WebAuthn.getCredentials", { authenticatorId });
    saw("kept by the authenticator", credentials.length);

    await page.context().clearCookies();
    await page.goto(`${given.address}/account`);
    await look(page, "sign-in-passkey");
    await page.click("[data-passkey=use] button");
    await page.waitForURL(`${given.address}/account`);
    saw("arrived", path(page));

    await page.context().clearCookies();
    await page.devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.goto(`${given.address}/account`);
    await page.click("[data-passkey=use] button");
    const alert = page.locator("[data-passkey=use] [role=alert]");
    await alert.waitFor();
    saw("unverified", [path(page), await alert.innerText()]);
  },

  async explorer() {
    const page = await fresh({ scripts: true });
    await page.goto(`${given.address}/`);
    await page.locator(".graphiql-container").waitFor();
    await look(page, "explorer", AS_PUBLISHED);
    await page.click("#sign-in");
    await page.waitForURL(/\/sign-in/);
    await signIn(page);
    await page.waitForURL(/\/oauth\/consent/);
    await press(page, "button[value=allow]");
    await page.locator("#status[data-kind=good]").waitFor();
    saw("address", page.url().replace(given.address, ""));
    await page.locator(".graphiql-container").waitFor();
    await page.click(".graphiql-execute-button");
    if (await page.locator("[role=menu]").isVisible()) await page.keyboard.press("Enter");
    await page.locator(".result-window").getByText("data").first().waitFor();
    await look(page, "explorer-signed-in", AS_PUBLISHED);
    saw("result", await page.locator(".result-window").innerText());
    saw("stored", await page.evaluate(() => JSON.stringify({ ...localStorage })));
  },

  /** A portal of one page, at an address of its own, with a client library in the browser. */
  async portal() {
    const page = await fresh({ scripts: true });
    const server = createServer((request, response) => {
      const script = request.url.endsWith(".js");
      response.setHeader("content-type", script ? "text/javascript" : "text/html");
      response.end(script ? readFileSync(OAUTH) : "<!doctype html><title>Portal</title>");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const told = { ...given, redirectUri: `http://127.0.0.1:${server.address().port}/callback` };
    await page.goto(told.redirectUri);
    await page.goto(await page.evaluate(begin, told));
    await signIn(page);
    await press(page, "button[value=allow]");
    saw("answers", await page.evaluate(finish, told));
    saw("closed to other sites", await page.evaluate(closed, told));
    server.close();
  },
});

/** Runs in the portal's page: the address to send the person to. */
async function begin({ address, clientId, redirectUri }) {
  const oauth = await import("/oauth4webapi.js");
  const verifier = oauth.generateRandomCodeVerifier();
  sessionStorage.verifier = verifier;
  const url = new URL(`${address}/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "mou:read",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  return url.href;
}

/** Runs in the portal's page: exchange, ask the API, renew, ask again, sign off. */
async function finish({ address, clientId, redirectUri }) {
  const oauth = await import("/oauth4webapi.js");
  const issuer = new URL(address);
  const plain = { [oauth.allowInsecureRequests]: true };
  const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...plain });
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const client = { client_id: clientId };
  const none = oauth.None();
  const back = oauth.validateAuthResponse(as, client, new URL(location.href), oauth.expectNoState);
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const options = { DPoP, ...plain };
  const again = async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return work();
    }
  };
  const ask = async (token) => {
    const headers = new Headers({ "content-type": "application/json" });
    const body = JSON.stringify({ query: "{ viewer { scopes } }" });
    const url = new URL(`${address}/graphql`);
    const response = await again(() =>
      oauth.protectedResourceRequest(token, "POST", url, headers, body, options),
    );
    return response.json();
  };
  const first = await again(async () =>
    oauth.processAuthorizationCodeResponse(
      as, client, await oauth.authorizationCodeGrantRequest(
        as, client, none, back, redirectUri, sessionStorage.verifier, options,
      ),
    ),
  );
  const answers = [await ask(first.access_token)];
  const second = await again(async () =>
    oauth.processRefreshTokenResponse(
      as, client,
      await oauth.refreshTokenGrantRequest(as, client, none, first.refresh_token, options),
    ),
  );
  answers.push(await ask(second.access_token));
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, none, second.refresh_token, plain),
  );
  answers.push(await ask(second.access_token).catch((error) => error.status));
  return answers;
}

/** Runs in the portal's page: what no page of another site may read. */
async function closed({ address }) {
  const tried = {};
  for (const where of ["/oauth/authorize", "/sign-in", "/account", "/oauth/consent"]) {
    tried[where] = await fetch(address + where).then(() => "readable", () => "not readable");
  }
  return tried;
}

saw("strays", strays);
await done();
