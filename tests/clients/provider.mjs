// A real OpenID provider (oidc-provider), standing for the accounts that an organisation keeps
// itself. Everybody may sign in there under any name; who that is here is for the server to say.
import { createServer } from "node:http";

import Provider from "oidc-provider";

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: process.argv.includes("--userinfo"),
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({
      sub: name,
      email: `${name.replace("unverified-", "")}@polri.example`,
      email_verified: !name.startsWith("unverified-"),
    }),
  }),
});

createServer(provider.callback()).listen(Number(port), "127.0.0.1", () => console.log("listening"));
