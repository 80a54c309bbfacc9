// aws-amplify, unmodified: remembered devices. See scenario.mjs; test_device_clients.py says what must have happened.

import { Amplify } from 'aws-amplify';
import {
  confirmSignIn, fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, signIn, signOut,
} from 'aws-amplify/auth';
import { facts, run } from './scenario.mjs';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
    },
  },
});

// The client names a device after its browser, and confirms none where there is none to ask.
globalThis.navigator ??= { userAgent: 'node', platform: 'node' };

const step = async () => {
  const { nextStep } = await signIn({ username: facts.username, password: facts.password });
  return nextStep.signInStep;
};

const deviceKey = async (options) => (
  (await fetchAuthSession(options)).tokens.accessToken.payload.device_key
);

await run({
  // `code` is what the user's authenticator app shows. The pool remembers a device when it is told to.
  async devices() {
    const first = await step();
    await confirmSignIn({ challengeResponse: facts.code });
    const key = await deviceKey();
    const renewed = await deviceKey({ forceRefresh: true });
    await rememberDevice();
    await signOut();

    const remembered = await step();
    const listed = await fetchDevices();
    const again = await deviceKey({ forceRefresh: true });
    await forgetDevice();
    const left = await fetchDevices();
    await signOut();

    return {
      first, key, renewed, remembered, listed: listed.map(({ id }) => id), again, left, forgotten: await step(),
    };
  },
});
