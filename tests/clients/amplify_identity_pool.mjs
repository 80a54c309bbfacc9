// aws-amplify, unmodified: fetchAuthSession with an identity pool. See scenario.mjs; test_identity_pools_node.py
// says what must have happened.

import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signIn, signOut } from 'aws-amplify/auth';
import { facts, run } from './scenario.mjs';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
      identityPoolId: facts.identityPoolId,
      identityPoolEndpoint: facts.endpoint,
      allowGuestAccess: true,
    },
  },
});

const shown = ({ identityId, credentials }) => ({ identityId, accessKeyId: credentials.accessKeyId });

await run({
  async sessions() {
    const guest = shown(await fetchAuthSession());
    await signIn({ username: facts.username, password: facts.password });
    const user = shown(await fetchAuthSession());
    const again = shown(await fetchAuthSession({ forceRefresh: true }));
    await signOut();
    const next = shown(await fetchAuthSession());
    return { guest, user, again, next };
  },
});
