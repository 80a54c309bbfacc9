// CUSTOM_AUTH with amazon-cognito-identity-js, unmodified. test_triggers.py says what must have happened.

import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { refusal, run } from './scenario.mjs';

const userOf = (facts) => new CognitoUser({
  Username: facts.username,
  Pool: new CognitoUserPool({
    UserPoolId: facts.userPoolId, ClientId: facts.clientId, endpoint: facts.endpoint,
  }),
});

const details = (user, Password) => new AuthenticationDetails({ Username: user.getUsername(), Password });

// The client calls back; this gives a promise of the session or of the next question.
const asked = (start) => new Promise((resolve, reject) => {
  start({
    onSuccess: (session) => resolve({ session }),
    onFailure: reject,
    customChallenge: (parameters) => resolve({ parameters }),
  });
});

const answer = (user, text) => asked((callbacks) => user.sendCustomChallengeAnswer(text, callbacks));

const claims = (session) => ({ access: session.getAccessToken().decodePayload() });

async function questioned(user, begin) {
  const first = await begin(user);
  const again = await answer(user, '3');
  const done = await answer(user, '2');
  return {
    question: first.parameters.question, again: again.parameters.question, claims: claims(done.session),
  };
}

async function tooOften(user, begin) {
  await begin(user);
  await answer(user, '3');
  await answer(user, '3');
  return refusal(() => answer(user, '3'));
}

await run({
  async withoutSrp(facts) {
    const begin = (user) => asked((callbacks) => user.initiateAuth(details(user), callbacks));
    return { ...await questioned(userOf(facts), begin), overdone: await tooOften(userOf(facts), begin) };
  },

  async withSrp(facts) {
    const beginWith = (password) => (user) => asked((callbacks) => {
      user.setAuthenticationFlowType('CUSTOM_AUTH');
      user.authenticateUser(details(user, password), callbacks);
    });
    const begin = beginWith(facts.password);
    return {
      refused: await refusal(() => beginWith(facts.wrongPassword)(userOf(facts))),
      ...await questioned(userOf(facts), begin),
      overdone: await tooOften(userOf(facts), begin),
    };
  },
});
