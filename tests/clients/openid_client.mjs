// openid-client, unmodified and certified, as a relying party that knows the issuer and nothing else.
//
// A sign-in is two runs: `begin` makes the address for the browser, `finish` gets where the browser came back to.

import * as client from 'openid-client';
import { run } from './scenario.mjs';

async function configuration(facts) {
  const proof = facts.clientSecret
    ? (facts.basic ? client.ClientSecretBasic(facts.clientSecret) : client.ClientSecretPost(facts.clientSecret))
    : client.None();
  return client.discovery(new URL(facts.issuer), facts.clientId, undefined, proof, {
    execute: [client.allowInsecureRequests],
  });
}

// What the server answered where the call is refused. Throws when it is not.
async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { error: error.error ?? error.message, status: error.status ?? error.cause?.status };
  }
  throw new Error('This should have been refused.');
}

await run({
  async begin(facts) {
    const config = await configuration(facts);
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: facts.callback,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { address: address.href, verifier, state, nonce };
  },

  async finish(facts) {
    const config = await configuration(facts);
    const checks = {
      pkceCodeVerifier: facts.verifier,
      expectedState: facts.state,
      expectedNonce: facts.nonce,
      idTokenExpected: true,
      maxAge: 300,
    };
    const tokens = await client.authorizationCodeGrant(config, new URL(facts.back), checks);
    const claims = tokens.claims();
    const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    await client.tokenRevocation(config, refreshed.refresh_token ?? tokens.refresh_token);
    return {
      tokens,
      refreshed,
      claims,
      userInfo,
      afterRevocation: {
        userInfo: await refused(() => client.fetchUserInfo(config, refreshed.access_token, claims.sub)),
        refresh: await refused(() => client.refreshTokenGrant(config, refreshed.refresh_token ?? tokens.refresh_token)),
      },
      replay: await refused(() => client.authorizationCodeGrant(config, new URL(facts.back), checks)),
    };
  },

  async machine(facts) {
    const config = await configuration(facts);
    return {
      tokens: await client.clientCredentialsGrant(config, { scope: facts.scope }),
      widened: await refused(() => client.clientCredentialsGrant(config, { scope: 'openid' })),
    };
  },
});
