// aws-amplify, unmodified, signing in by choice and without passwords. See scenario.mjs; test_passwordless.py
// says what must have happened.

import { Amplify } from 'aws-amplify';
import {
  autoSignIn, confirmResetPassword, confirmSignIn, confirmSignUp, fetchAuthSession, resetPassword, signIn, signOut,
  signUp, updatePassword,
} from 'aws-amplify/auth';
import { facts, refusal, run, sentCode } from './scenario.mjs';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
    },
  },
});

const { username, password, wrongPassword } = facts;

function begin(options = {}, more = {}) {
  return signIn({ username, options: { authFlowType: 'USER_AUTH', ...options }, ...more });
}

async function claims() {
  const { tokens } = await fetchAuthSession();
  return tokens.idToken.payload;
}

const otherThan = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

await run({
  async choose() {
    const asked = await begin();
    const sent = await confirmSignIn({ challengeResponse: 'EMAIL_OTP' });
    const code = await sentCode(facts.email, 'Authentication');
    const wrong = await refusal(() => confirmSignIn({ challengeResponse: otherThan(code) }));
    const done = await confirmSignIn({ challengeResponse: code });
    return {
      step: asked.nextStep.signInStep,
      available: asked.nextStep.availableChallenges,
      sent: sent.nextStep.signInStep,
      to: sent.nextStep.codeDeliveryDetails?.destination,
      digits: code.length,
      wrong,
      isSignedIn: done.isSignedIn,
      claims: await claims(),
    };
  },

  async prefer() {
    const sent = await begin({ preferredChallenge: 'EMAIL_OTP' });
    const done = await confirmSignIn({ challengeResponse: await sentCode(facts.email, 'Authentication') });
    return { step: sent.nextStep.signInStep, isSignedIn: done.isSignedIn };
  },

  async passwords() {
    const outcomes = {};
    for (const preferredChallenge of ['PASSWORD', 'PASSWORD_SRP']) {
      const refused = await refusal(() => begin({ preferredChallenge }, { password: wrongPassword }));
      const { isSignedIn } = await begin({ preferredChallenge }, { password });
      await signOut();
      await begin();
      const named = await confirmSignIn({ challengeResponse: preferredChallenge });
      const answered = await confirmSignIn({ challengeResponse: password });
      await signOut();
      outcomes[preferredChallenge] = {
        refused, isSignedIn, step: named.nextStep.signInStep, answered: answered.isSignedIn,
      };
    }
    return outcomes;
  },

  async autoSignIn() {
    const made = await signUp({
      username,
      options: { userAttributes: { email: facts.email }, autoSignIn: { authFlowType: 'USER_AUTH' } },
    });
    const confirmationCode = await sentCode(facts.email, 'SignUp');
    const confirmed = await confirmSignUp({ username, confirmationCode });
    const { isSignedIn } = await autoSignIn();
    const said = await claims();
    await signOut();
    const again = await begin({ preferredChallenge: 'EMAIL_OTP' });
    const code = await sentCode(facts.email, 'Authentication');
    const done = await confirmSignIn({ challengeResponse: code });
    return {
      made: made.nextStep.signUpStep,
      confirmed: confirmed.nextStep.signUpStep,
      isSignedIn,
      claims: said,
      again: again.nextStep.signInStep,
      done: done.isSignedIn,
    };
  },

  async resetPassword() {
    const sent = await resetPassword({ username });
    const confirmationCode = await sentCode(facts.email, 'ForgotPassword');
    await confirmResetPassword({ username, confirmationCode, newPassword: facts.newPassword });
    const refused = await refusal(() => begin({ preferredChallenge: 'PASSWORD' }, { password }));
    const done = await begin({ preferredChallenge: 'PASSWORD' }, { password: facts.newPassword });
    await updatePassword({ oldPassword: facts.newPassword, newPassword: password });
    await signOut();
    const back = await begin({ preferredChallenge: 'PASSWORD_SRP' }, { password });
    return {
      step: sent.nextStep.resetPasswordStep, refused, isSignedIn: done.isSignedIn, back: back.isSignedIn,
    };
  },

  async unknown() {
    const asked = await signIn({
      username: 'nobody@example.com', options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' },
    });
    const refused = await refusal(() => confirmSignIn({ challengeResponse: '12345678' }));
    return { step: asked.nextStep.signInStep, refused };
  },
});
