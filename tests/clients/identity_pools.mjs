// @aws-sdk/credential-providers, unmodified: temporary credentials of an identity pool. See scenario.mjs;
// test_identity_pools_node.py says what must have happened.

import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { facts, refusal, run } from './scenario.mjs';

const clientConfig = { endpoint: facts.endpoint, region: facts.region, maxAttempts: 1 };
const { identityPoolId, logins } = facts;

await run({
  async credentials() {
    const ofPool = await fromCognitoIdentityPool({ identityPoolId, logins, clientConfig })();
    const { identityId } = ofPool;
    const ofIdentity = await fromCognitoIdentity({ identityId, logins, clientConfig })();
    const guest = await refusal(() => fromCognitoIdentityPool({ identityPoolId, clientConfig })());
    return {
      identityId,
      again: ofIdentity.identityId,
      accessKeyId: ofPool.accessKeyId,
      hasSecret: ofPool.secretAccessKey.length === 40,
      hasToken: ofPool.sessionToken.length > 100,
      seconds: (ofPool.expiration.getTime() - Date.now()) / 1000,
      guest,
    };
  },
});
