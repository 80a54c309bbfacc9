// aws-amplify, unmodified, with CUSTOM_AUTH. See scenario.mjs; test_triggers.py says what must have happened.

import { Amplify } from 'aws-amplify';
import { confirmSignIn, fetchAuthSession, signIn } from 'aws-amplify/auth';
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

async function questioned(authFlowType, password) {
  const { nextStep: first } = await signIn({ username: facts.username, password, options: { authFlowType } });
  const { nextStep: again } = await confirmSignIn({ challengeResponse: '3' });
  const done = await confirmSignIn({ challengeResponse: '2' });
  const { tokens } = await fetchAuthSession();
  return {
    asked: first.signInStep, question: first.additionalInfo.question, again: again.signInStep, done: done.isSignedIn,
    who: tokens.accessToken.payload.username,
  };
}

await run({
  withoutSrp: () => questioned('CUSTOM_WITHOUT_SRP'),
  withSrp: () => questioned('CUSTOM_WITH_SRP', facts.password),
});
