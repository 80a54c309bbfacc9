// aws-jwt-verify, unmodified: prints for each named token its claims, or the name of the error that refuses it.
//
// CognitoJwtVerifier makes the issuer from the pool id and knows AWS's addresses only. For every other issuer
// its README has the recipe used here: JwtVerifier, with the checks that are Cognito's own (token_use, client id)
// added by validateCognitoJwtFields. Its fetcher speaks https only, so the one for a local server is given to it.

import { JwtVerifier } from 'aws-jwt-verify';
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { run } from './scenario.mjs';

const fetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };

const verifierOf = (facts, tokenUse) => JwtVerifier.create({
  issuer: facts.issuer,
  audience: null, // an access token has none: validateCognitoJwtFields checks aud or client_id
  customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId: facts.clientId }),
}, { jwksCache: new SimpleJwksCache({ fetcher }) });

await run({
  async verify(facts) {
    const outcomes = {};
    for (const [name, { token, tokenUse }] of Object.entries(facts.tokens)) {
      try {
        outcomes[name] = { claims: await verifierOf(facts, tokenUse).verify(token) };
      } catch (error) {
        outcomes[name] = { error: error.constructor.name };
      }
    }
    return outcomes;
  },
});
