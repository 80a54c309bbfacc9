// In a browser: aws-amplify signs in and gets credentials of the identity pool, and the AWS SDK uses them at a
// storage. Bundled by esbuild; the tests that serve it say what must have happened.

import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signIn } from 'aws-amplify/auth';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const facts = await (await fetch('/facts.json')).json();

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
      identityPoolId: facts.identityPoolId,
      identityPoolEndpoint: facts.endpoint,
    },
  },
});

async function outcome(call) {
  try {
    return await call();
  } catch (error) {
    return error.name;
  }
}

async function used() {
  await signIn({ username: facts.username, password: facts.password });
  const { identityId, credentials } = await fetchAuthSession();
  const s3 = new S3Client({
    endpoint: facts.store, region: facts.region, forcePathStyle: true, maxAttempts: 1, credentials,
  });
  const put = (folder) => outcome(async () => {
    const Body = new TextEncoder().encode('from a browser'); // this SDK takes no Blob as it is
    await s3.send(new PutObjectCommand({ Bucket: facts.bucket, Key: `${folder}/file.txt`, Body }));
    return 'stored';
  });
  const get = (folder) => outcome(async () => {
    const found = await s3.send(new GetObjectCommand({ Bucket: facts.bucket, Key: `${folder}/file.txt` }));
    return found.Body.transformToString();
  });
  const own = [await put(identityId), await get(identityId)];
  const another = [await put(facts.other), await get(facts.other)];
  return { identityId, own, another };
}

document.querySelector('output').textContent = JSON.stringify(await outcome(used));
document.title = 'done';
