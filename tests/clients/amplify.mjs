// aws-amplify, unmodified and configured as the printed snippet does it. See scenario.mjs; test_node_clients.py
// says what must have happened.

import { Amplify } from 'aws-amplify';
import {
  confirmResetPassword, confirmSignIn, confirmSignUp, fetchAuthSession, fetchUserAttributes, getCurrentUser,
  resetPassword, signIn, signOut, signUp, updatePassword,
} from 'aws-amplify/auth';
import { facts, refusal, run, sentCode, wrongCode } from './scenario.mjs';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
    },
  },
});

async function signedIn(password) {
  const { isSignedIn } = await signIn({ username: facts.username, password });
  const { tokens } = await fetchAuthSession();
  return { isSignedIn, id: tokens.idToken.payload, access: tokens.accessToken.payload };
}

await run({
  async srp() {
    const refused = await refusal(() => signIn({ username: facts.username, password: facts.wrongPassword }));
    const claims = await signedIn(facts.password);
    const { username } = await getCurrentUser();
    const attributes = await fetchUserAttributes();
    const before = (await fetchAuthSession()).tokens.accessToken.toString();
    const after = (await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
    await signOut({ global: true });
    const gone = await refusal(() => getCurrentUser());
    return { refused, claims, username, attributes, renewed: before !== after, gone };
  },

  async signUp() {
    const made = await signUp({
      username: facts.username, password: facts.password, options: { userAttributes: { email: facts.email } },
    });
    const code = await sentCode(facts.email, 'SignUp');
    const confirm = (confirmationCode) => confirmSignUp({ username: facts.username, confirmationCode });
    const wrong = await refusal(() => confirm(wrongCode(code)));
    const confirmed = await confirm(code);
    return {
      step: made.nextStep.signUpStep, wrong, done: confirmed.isSignUpComplete, claims: await signedIn(facts.password),
    };
  },

  async newPasswordRequired() {
    const asked = await signIn({ username: facts.username, password: facts.password });
    const answered = await confirmSignIn({ challengeResponse: facts.newPassword });
    return { step: asked.nextStep.signInStep, isSignedIn: answered.isSignedIn };
  },

  async passwords() {
    await signedIn(facts.password);
    await updatePassword({ oldPassword: facts.password, newPassword: facts.newPassword });
    await signOut();
    const sent = await resetPassword({ username: facts.username });
    const confirmationCode = await sentCode(facts.email, 'ForgotPassword');
    await confirmResetPassword({ username: facts.username, confirmationCode, newPassword: facts.password });
    const refused = await refusal(() => signIn({ username: facts.username, password: facts.newPassword }));
    return { step: sent.nextStep.resetPasswordStep, refused, claims: await signedIn(facts.password) };
  },
});
