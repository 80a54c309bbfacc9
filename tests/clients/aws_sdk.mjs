// @aws-sdk/client-cognito-identity-provider, unmodified. See scenario.mjs; test_node_clients.py says what must
// have happened.

import {
  AdminCreateUserCommand, AdminGetUserCommand, AdminInitiateAuthCommand, AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand, CognitoIdentityProviderClient, ConfirmSignUpCommand, CreateUserPoolClientCommand,
  CreateUserPoolCommand, DescribeUserPoolCommand, GetUserCommand, InitiateAuthCommand, NotAuthorizedException,
  RevokeTokenCommand, SignUpCommand, UserNotConfirmedException, UserNotFoundException, paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { refusal, run, sentCode } from './scenario.mjs';

const clientOf = (facts) => new CognitoIdentityProviderClient({
  endpoint: facts.endpoint,
  region: facts.region,
  credentials: { accessKeyId: facts.accessKeyId, secretAccessKey: facts.secretAccessKey },
  maxAttempts: 1,
});

const plain = (attributes) => Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value]));

const passwordAuth = (facts, PASSWORD) => new InitiateAuthCommand({
  ClientId: facts.clientId,
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME: facts.username, PASSWORD },
});

// Whether the call is refused with an error of this class of the SDK.
async function isA(errorClass, call) {
  try {
    await call();
  } catch (error) {
    return error instanceof errorClass;
  }
  return false;
}

await run({
  async signUp(facts) {
    const client = clientOf(facts);
    const made = await client.send(new SignUpCommand({
      ClientId: facts.clientId,
      Username: facts.username,
      Password: facts.password,
      UserAttributes: [{ Name: 'email', Value: facts.email }],
    }));
    const early = await isA(UserNotConfirmedException, () => client.send(passwordAuth(facts, facts.password)));
    const ConfirmationCode = await sentCode(facts.email, 'SignUp');
    await client.send(new ConfirmSignUpCommand({ ClientId: facts.clientId, Username: facts.username, ConfirmationCode }));
    const refused = await refusal(() => client.send(passwordAuth(facts, facts.wrongPassword)));
    const wrong = await isA(NotAuthorizedException, () => client.send(passwordAuth(facts, facts.wrongPassword)));
    const { AuthenticationResult } = await client.send(passwordAuth(facts, facts.password));
    const me = await client.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));
    return { sub: made.UserSub, early, refused, wrong, attributes: plain(me.UserAttributes) };
  },

  async refreshAndRevoke(facts) {
    const client = clientOf(facts);
    const first = (await client.send(passwordAuth(facts, facts.password))).AuthenticationResult;
    const refresh = () => client.send(new InitiateAuthCommand({
      ClientId: facts.clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: first.RefreshToken },
    }));
    const second = (await refresh()).AuthenticationResult;
    await client.send(new RevokeTokenCommand({ ClientId: facts.clientId, Token: first.RefreshToken }));
    return { renewed: second.AccessToken !== first.AccessToken, refused: await refusal(refresh) };
  },

  async administration(facts) {
    const client = clientOf(facts);
    const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'from node' }));
    const UserPoolId = UserPool.Id;
    const { UserPoolClient } = await client.send(new CreateUserPoolClientCommand({
      UserPoolId, ClientName: 'app', ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }));
    for (const Username of ['ada', 'bob', 'eve']) {
      await client.send(new AdminCreateUserCommand({
        UserPoolId, Username, TemporaryPassword: facts.password, MessageAction: 'SUPPRESS',
      }));
    }
    await client.send(new AdminSetUserPasswordCommand({
      UserPoolId, Username: 'bob', Password: facts.password, Permanent: true,
    }));
    const signIn = (USERNAME, PASSWORD) => client.send(new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: UserPoolClient.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    }));
    const asked = await signIn('ada', facts.password);
    const answered = await client.send(new AdminRespondToAuthChallengeCommand({
      UserPoolId,
      ClientId: UserPoolClient.ClientId,
      ChallengeName: asked.ChallengeName,
      Session: asked.Session,
      ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: facts.newPassword },
    }));
    const refused = await refusal(() => signIn('bob', facts.wrongPassword));
    const bob = await client.send(new AdminGetUserCommand({ UserPoolId, Username: 'bob' }));
    const pages = [];
    for await (const page of paginateListUsers({ client, pageSize: 2 }, { UserPoolId })) {
      pages.push(page.Users.map((user) => user.Username));
    }
    const described = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
    return {
      challenge: asked.ChallengeName,
      signedIn: Boolean(answered.AuthenticationResult.AccessToken),
      bob: Boolean((await signIn('bob', facts.password)).AuthenticationResult.IdToken),
      refused,
      unknown: await isA(
        UserNotFoundException,
        () => client.send(new AdminGetUserCommand({ UserPoolId, Username: 'nobody' })),
      ),
      status: bob.UserStatus,
      createdIsADate: bob.UserCreateDate instanceof Date,
      pages,
      name: described.UserPool.Name,
    };
  },
});
