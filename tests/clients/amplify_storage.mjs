// aws-amplify with an identity pool, unmodified. Its Storage has no public option for an S3 server other than AWS;
// `internals`, which AWS's own Storage Browser uses, takes the host of one with TLS. See scenario.mjs.

import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signIn } from 'aws-amplify/auth';
import { downloadData, uploadData } from '@aws-amplify/storage/internals';
import { facts, refusal, run } from './scenario.mjs';

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
  Storage: { S3: { bucket: facts.bucket, region: facts.region } },
});

const options = { customEndpoint: facts.storeHost };

async function session() {
  const { identityId, credentials, tokens } = await fetchAuthSession();
  return { identityId, accessKeyId: credentials.accessKeyId, signedIn: Boolean(tokens) };
}

await run({
  async user() {
    await signIn({ username: facts.username, password: facts.password });
    const { identityId, accessKeyId } = await session();
    const { path } = await uploadData({ path: `${identityId}/hello.txt`, data: 'from amplify', options }).result;
    const { body } = await downloadData({ path, options }).result;
    const refused = await refusal(
      () => uploadData({ path: 'us-east-1:somebody-else/hello.txt', data: 'from amplify', options }).result,
    );
    return { identityId, accessKeyId, path, read: await body.text(), refused: refused.name };
  },

  async guest() {
    const guest = await session();
    await signIn({ username: facts.username, password: facts.password });
    return { guest, user: await session() };
  },
});
