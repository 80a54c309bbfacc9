// Makes amazon-cognito-identity-js.json: sign-ins by the real client, recorded for test_srp_clients.py.
//
// The client runs unmodified; only its `request` is replaced by the small server below, which is
// written with BigInt and node:crypto, from the specification and not from Poolhouse's code.
//
//   npm install amazon-cognito-identity-js   (in any folder)
//   node make.mjs <that folder> > amazon-cognito-identity-js.json

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js');
const AuthenticationHelper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;
const manifest = require.resolve('amazon-cognito-identity-js/package.json');
const version = JSON.parse(readFileSync(manifest)).version;

const N = BigInt('0x' + new AuthenticationHelper('pool').N.toString(16));
const G = 2n;

const hash = (...parts) => parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();
const number = (bytes) => BigInt('0x' + bytes.toString('hex'));
const hex = (n) => n.toString(16);

function padHex(n) {
  const digits = hex(n);
  const even = digits.length % 2 ? '0' + digits : digits;
  return Buffer.from(/^[89a-f]/.test(even) ? '00' + even : even, 'hex');
}

function power(base, exponent) {
  let result = 1n;
  for (let b = base % N, e = exponent; e > 0n; e >>= 1n, b = (b * b) % N) {
    if (e & 1n) result = (result * b) % N;
  }
  return result;
}

const K = number(hash(padHex(N), padHex(G)));

function verifier(group, user, password, salt) {
  return power(G, number(hash(padHex(number(salt)), hash(`${group}${user}:${password}`))));
}

// Draws b until the round has the wanted property.
function serverRound(v, A, wanted) {
  for (;;) {
    const b = number(randomBytes(32));
    const B = (K * v + power(G, b)) % N;
    const u = number(hash(padHex(A), padHex(B)));
    if (!wanted.needsS) {
      if (wanted.holds({ A, B, u })) return { b, B };
      continue;
    }
    if (wanted.holds({ A, B, u, S: power((A * power(v, u)) % N, b) })) return { b, B };
  }
}

const any = { name: 'any', holds: () => true };
const odd = (n) => hex(n).length % 2 === 1;
const signBit = (n) => hex(n).length % 2 === 0 && /^[89a-f]/.test(hex(n));
const EDGES = [
  { name: 'B has an odd number of digits', holds: ({ B }) => odd(B) },
  { name: 'B has its highest bit set', holds: ({ B }) => signBit(B) },
  { name: 'B has its highest bit clear', holds: ({ B }) => !odd(B) && !signBit(B) },
  { name: 'B is a byte shorter than N', holds: ({ B }) => hex(B).length <= 766 },
  { name: 'u has an odd number of digits', holds: ({ u }) => odd(u) },
  { name: 'u has its highest bit set', holds: ({ u }) => hex(u).length === 64 && signBit(u) },
  { name: 'u is a byte shorter', holds: ({ u }) => hex(u).length <= 62 },
  { name: 'S has an odd number of digits', needsS: true, holds: ({ S }) => odd(S) },
  { name: 'S has its highest bit set', needsS: true, holds: ({ S }) => signBit(S) },
];

function signIn(wanted, { poolName, userId, password, salt, wantsA = () => true }) {
  const pool = new CognitoUserPool({ UserPoolId: `us-east-1_${poolName}`, ClientId: 'client' });
  const user = new CognitoUser({ Username: userId, Pool: pool });
  const v = verifier(poolName, userId, password, salt);
  const secretBlock = randomBytes(90).toString('base64');
  const record = { case: wanted.name, poolName, userId, password, salt: salt.toString('hex'), v: hex(v) };
  let complete = false;
  user.client.request = (operation, body, callback) => {
    if (operation === 'InitiateAuth') {
      const A = BigInt('0x' + body.AuthParameters.SRP_A);
      if (!wantsA(A)) return undefined;
      const { b, B } = serverRound(v, A, wanted);
      Object.assign(record, { A: body.AuthParameters.SRP_A, b: hex(b), B: hex(B), secretBlock });
      return callback(null, {
        ChallengeName: 'PASSWORD_VERIFIER',
        ChallengeParameters: {
          SALT: record.salt, SRP_B: record.B, SECRET_BLOCK: secretBlock, USERNAME: userId, USER_ID_FOR_SRP: userId,
        },
      });
    }
    record.timestamp = body.ChallengeResponses.TIMESTAMP;
    record.signature = body.ChallengeResponses.PASSWORD_CLAIM_SIGNATURE;
    complete = true;
    return undefined;
  };
  user.authenticateUser(new AuthenticationDetails({ Username: userId, Password: password }), {
    onSuccess() {}, onFailure(error) { throw error; },
  });
  return complete ? record : signIn(wanted, { poolName, userId, password, salt, wantsA });
}

function device() {
  const group = '-abcd1234';
  const key = 'us-east-1_6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e10';
  const helper = new AuthenticationHelper(group);
  helper.generateHashDevice(group, key, () => {});
  return {
    groupKey: group, deviceKey: key, password: helper.getRandomPassword(),
    salt: helper.getSaltDevices(), v: helper.getVerifierDevices(),
  };
}

const ada = () => ({ poolName: 'AbCdEf123', userId: 'ada', password: 'P2$Sword', salt: randomBytes(16) });
const saltOf = (first) => Buffer.concat([Buffer.from([first]), randomBytes(15)]);
const called = (name) => ({ ...any, name });

const signIns = [
  ...EDGES.map((edge) => signIn(edge, { ...ada(), salt: saltOf(0x5a) })),
  signIn(called('A has an odd number of digits'), { ...ada(), salt: saltOf(1), wantsA: odd }),
  signIn(called('A has its highest bit set'), { ...ada(), salt: saltOf(2), wantsA: signBit }),
  signIn(called('the salt has a leading zero nibble'), { ...ada(), salt: saltOf(0x0a) }),
  signIn(called('the salt has its highest bit set'), { ...ada(), salt: saltOf(0xf0) }),
  signIn(called('neither name nor password is ASCII'), {
    ...ada(), userId: 'ÅsaÖberg', password: 'pässwörd✓𝄞', salt: saltOf(7),
  }),
  signIn(called('the password is decomposed Unicode'), { ...ada(), password: 'A\u030angstrom1!', salt: saltOf(8) }),
  signIn(called('the password has colons and spaces'), { ...ada(), password: ' a:b:c d ', salt: saltOf(9) }),
  signIn(called('the password has 256 characters'), { ...ada(), password: 'aB3$'.repeat(64), salt: saltOf(10) }),
  ...Array.from({ length: 12 }, () => signIn(any, { ...ada(), salt: saltOf(0x40) })),
];

const devices = Array.from({ length: 6 }, device);
console.log(JSON.stringify({ client: `amazon-cognito-identity-js ${version}`, signIns, devices }, null, 1));
