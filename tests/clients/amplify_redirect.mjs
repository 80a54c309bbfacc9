// aws-amplify, unmodified, in a browser: signInWithRedirect, the exchange of the code, and signOut.
// Bundled by esbuild; test_amplify_redirect.py serves it and says what must have happened.

import { Amplify } from 'aws-amplify';
import 'aws-amplify/auth/enable-oauth-listener';
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';

const facts = await (await fetch('/facts.json')).json();
const here = `${location.origin}/`;

// Before the configuration, which is what makes Amplify look at the address for a code.
Hub.listen('auth', ({ payload }) => {
  if (payload.event === 'signInWithRedirect_failure') document.title = `failed: ${payload.data?.error}`;
  if (payload.event === 'signInWithRedirect') show();
});

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: facts.userPoolId,
      userPoolClientId: facts.clientId,
      userPoolEndpoint: facts.endpoint,
      loginWith: {
        oauth: {
          domain: facts.domain,
          scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
          redirectSignIn: [here],
          redirectSignOut: [here],
          responseType: 'code',
        },
      },
    },
  },
});

async function show() {
  const { tokens } = await fetchAuthSession();
  const { username } = await getCurrentUser();
  document.querySelector('output').textContent = JSON.stringify({
    username,
    id: tokens.idToken.payload,
    access: tokens.accessToken.payload,
  });
  document.title = 'signed in';
}

document.querySelector('#in').addEventListener('click', () => signInWithRedirect());
document.querySelector('#out').addEventListener('click', () => signOut());
