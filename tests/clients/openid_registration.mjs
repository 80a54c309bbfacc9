// openid-client, unmodified and certified, as an app that nobody has registered: it knows the issuer and nothing
// else. A sign-in is two runs: `begin` registers and makes the address for the browser, `finish` gets where the
// browser came back to.

import * as client from 'openid-client';
import { run } from './scenario.mjs';

const execute = [client.allowInsecureRequests];

await run({
  // `algorithm` says which document it looks for: oidc or oauth2 (RFC 8414).
  async begin(facts) {
    const proof = facts.metadata.token_endpoint_auth_method === 'none' ? client.None() : undefined;
    const config = await client.dynamicClientRegistration(new URL(facts.issuer), facts.metadata, proof, {
      execute, algorithm: facts.algorithm, initialAccessToken: facts.token,
    });
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: facts.metadata.redirect_uris[0],
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    });
    return { address: address.href, registered: config.clientMetadata(), verifier, state };
  },

  async finish(facts) {
    const { client_id: id, client_secret: secret } = facts.registered;
    const config = await client.discovery(new URL(facts.issuer), id, facts.registered,
      secret ? client.ClientSecretBasic(secret) : client.None(), { execute, algorithm: facts.algorithm });
    const tokens = await client.authorizationCodeGrant(config, new URL(facts.back), {
      pkceCodeVerifier: facts.verifier, expectedState: facts.state,
    });
    const again = await client.refreshTokenGrant(config, tokens.refresh_token);
    return { claims: tokens.claims(), refreshed: Boolean(again.access_token) };
  },
});
