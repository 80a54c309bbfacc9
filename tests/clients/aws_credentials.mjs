// @aws-sdk/credential-providers and the SDK's S3 client, unmodified. See scenario.mjs; the tests beside this file
// say what must have happened.

import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { facts, refusal, run } from './scenario.mjs';

const { identityPoolId, identityId, logins, bucket: Bucket } = facts;
const clientConfig = { endpoint: facts.endpoint, region: facts.region, maxAttempts: 1 };

const s3 = (credentials) => new S3Client({
  endpoint: facts.store, region: facts.region, forcePathStyle: true, maxAttempts: 1, credentials,
});

async function used(provider) {
  const credentials = await provider();
  const mine = s3(credentials);
  const put = (folder, name, Body) => mine.send(new PutObjectCommand({
    Bucket, Key: `${folder}/${name}`, Body, ContentLength: Body.length ?? 300_000,
  }));
  const get = async (name) => (await mine.send(new GetObjectCommand({
    Bucket, Key: `${credentials.identityId}/${name}`,
  }))).Body.transformToString();
  await put(credentials.identityId, 'node', 'from node');
  await put(credentials.identityId, 'stream', Readable.from(Array(30).fill(Buffer.alloc(10_000, 97))));
  const refused = await refusal(() => put('us-east-1:somebody-else', 'node', 'from node'));
  return {
    identityId: credentials.identityId, read: await get('node'), streamed: (await get('stream')).length, refused: refused.name,
  };
}

await run({
  pool: () => used(fromCognitoIdentityPool({ clientConfig, identityPoolId, logins })),

  identity: () => used(fromCognitoIdentity({ clientConfig, identityId, logins })),

  async guest() {
    const provider = fromCognitoIdentityPool({ clientConfig, identityPoolId });
    const credentials = await provider();
    const theirs = s3(credentials);
    const Key = `${credentials.identityId}/guest`;
    const refused = await refusal(() => theirs.send(new PutObjectCommand({ Bucket, Key, Body: 'from a guest' })));
    const missing = await refusal(() => theirs.send(new GetObjectCommand({ Bucket, Key })));
    const again = await provider();
    return {
      identityId: credentials.identityId, again: again.identityId, refused: refused.name, missing: missing.name,
    };
  },

  async login() {
    const provider = fromCognitoIdentityPool({ clientConfig, identityPoolId, logins });
    try {
      return { identityId: (await provider()).identityId };
    } catch (error) {
      return { refused: error.name };
    }
  },
});
