// An OpenID provider (npm oidc-provider, certified) on a free port, until its standard input ends.
// Argument: JSON with redirect_uri and options of the client. Prints its issuer as one line of JSON.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const given = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://localhost:${server.address().port}`;

const keys = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ec", { namedCurve: "P-256" })];

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "ours",
      client_secret: "a secret of the provider, which is long enough",
      redirect_uris: [given.redirect_uri],
      ...given.client,
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: "Ada of oidc-provider" }),
  }),
  jwks: { keys: keys.map(({ privateKey }) => privateKey.export({ format: "jwk" })) },
  pkce: { required: () => true },
  cookies: { keys: ["a key for tests"] },
});
server.on("request", provider.callback());
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
