// aws-amplify, unmodified, with second factors. See scenario.mjs; test_amplify_mfa.py says what must have
// happened.

import { Amplify } from 'aws-amplify';
import {
  confirmSignIn, fetchAuthSession, fetchMFAPreference, setUpTOTP, signIn, signOut, updateMFAPreference, verifyTOTPSetup,
} from 'aws-amplify/auth';
import { appCode, facts, refusal, run, sentCode, wrongCode } from './scenario.mjs';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
    },
  },
});

const { username, password } = facts;

async function begin(secretWord = password) {
  const { nextStep, isSignedIn } = await signIn({ username, password: secretWord });
  return { ...nextStep, isSignedIn };
}

async function answered(challengeResponse) {
  const { nextStep, isSignedIn } = await confirmSignIn({ challengeResponse });
  return { ...nextStep, isSignedIn };
}

async function subject() {
  return (await fetchAuthSession()).tokens.accessToken.payload.username;
}

await run({
  async app() {
    const before = await begin();
    const details = await setUpTOTP();
    const refused = await refusal(() => verifyTOTPSetup({ code: wrongCode(appCode(details.sharedSecret, -1)) }));
    await verifyTOTPSetup({ code: appCode(details.sharedSecret, -1) });
    await updateMFAPreference({ totp: 'PREFERRED' });
    const preference = await fetchMFAPreference();
    await signOut();
    const asked = await begin();
    const code = appCode(details.sharedSecret);
    const wrong = await refusal(() => confirmSignIn({ challengeResponse: wrongCode(code) }));
    const done = await answered(code);
    const uri = details.getSetupUri('Shop', username).href;
    return { before, refused, preference, asked: asked.signInStep, wrong, done: done.isSignedIn, uri, who: await subject() };
  },

  async setUp() {
    const asked = await begin();
    const secret = asked.totpSetupDetails.sharedSecret;
    const refused = await refusal(() => confirmSignIn({ challengeResponse: wrongCode(appCode(secret, -1)) }));
    const done = await answered(appCode(secret, -1));
    await signOut();
    const next = await begin();
    const again = await answered(appCode(secret));
    return { asked: asked.signInStep, refused, done: done.isSignedIn, next: next.signInStep, again: again.isSignedIn };
  },

  async choose() {
    await begin();
    await updateMFAPreference({ sms: 'ENABLED', email: 'ENABLED' });
    await signOut();
    const outcomes = {};
    for (const [type, to] of [['SMS', facts.phone], ['EMAIL', facts.email]]) {
      const choice = await begin();
      const asked = await answered(type);
      const code = await sentCode(to, 'Authentication');
      const wrong = await refusal(() => confirmSignIn({ challengeResponse: wrongCode(code) }));
      const done = await answered(code);
      outcomes[type] = {
        choice: choice.signInStep, types: choice.allowedMFATypes, asked: asked.signInStep,
        to: asked.codeDeliveryDetails.destination, wrong, done: done.isSignedIn,
      };
      await signOut();
    }
    return outcomes;
  },

  async setUpMail() {
    const asked = await begin();
    const chosen = await answered('EMAIL');
    const sent = await answered(facts.email);
    const code = await sentCode(facts.email, 'Authentication');
    const wrong = await refusal(() => confirmSignIn({ challengeResponse: wrongCode(code) }));
    const done = await answered(code);
    await signOut();
    const next = await begin();
    return {
      asked: asked.signInStep, types: asked.allowedMFATypes, chosen: chosen.signInStep, sent: sent.signInStep, wrong,
      done: done.isSignedIn, next: next.signInStep,
    };
  },

  async invited() {
    const asked = await begin();
    const refused = await refusal(() => confirmSignIn({ challengeResponse: 'short' }));
    const done = await answered(facts.newPassword);
    await signOut();
    const next = await begin(facts.newPassword);
    return { asked: asked.signInStep, refused, done: done.isSignedIn, next: next.isSignedIn };
  },
});
