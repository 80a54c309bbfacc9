// amazon-cognito-identity-js, unmodified. See scenario.mjs; test_node_clients.py says what must have happened.

import {
  AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool,
} from 'amazon-cognito-identity-js';
import {
  appCode, refusal, run, sentCode, wrongCode,
} from './scenario.mjs';

const poolOf = (facts) => new CognitoUserPool({
  UserPoolId: facts.userPoolId, ClientId: facts.clientId, endpoint: facts.endpoint,
});

const userOf = (facts, name = facts.username) => new CognitoUser({ Username: name, Pool: poolOf(facts) });

const attribute = (Name, Value) => new CognitoUserAttribute({ Name, Value });

const plain = (attributes) => Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value]));

// The client calls back; these give promises instead.
const called = (start) => new Promise((resolve, reject) => {
  start((error, result) => (error ? reject(error) : resolve(result)));
});

const handled = (start, more = {}) => new Promise((resolve, reject) => {
  const ways = Object.fromEntries(
    Object.entries(more).map(([name, value]) => [name, (...given) => resolve(value(...given))]),
  );
  start({ onSuccess: resolve, onFailure: reject, ...ways });
});

const signIn = (user, Password, more) => handled((callbacks) => user.authenticateUser(
  new AuthenticationDetails({ Username: user.getUsername(), Password }), callbacks,
), more);

const claims = (session) => ({
  id: session.getIdToken().decodePayload(),
  access: session.getAccessToken().decodePayload(),
});

// What is asked for, as the callback got it.
const question = (ChallengeName, parameters) => ({ ChallengeName, parameters });

const sendCode = (user, code, kind) => handled((callbacks) => user.sendMFACode(code, callbacks, kind));

// A signed-in user sets up an app with the code of half a minute ago, so that the code of now is still good.
async function setUpApp(user) {
  const secret = await handled((callbacks) => user.associateSoftwareToken(callbacks), { associateSecretCode: (code) => code });
  const verify = (code) => handled((callbacks) => user.verifySoftwareToken(code, 'phone', callbacks));
  const refused = await refusal(() => verify(wrongCode(appCode(secret, -1))));
  return { secret, refused, verified: await verify(appCode(secret, -1)) };
}

await run({
  async srp(facts) {
    const refused = await refusal(() => signIn(userOf(facts), facts.wrongPassword));
    const unknown = await refusal(() => signIn(userOf(facts, 'nobody@example.com'), facts.password));
    return { refused, unknown, claims: claims(await signIn(userOf(facts), facts.password)) };
  },

  async userPasswordAuth(facts) {
    const user = () => {
      const made = userOf(facts);
      made.setAuthenticationFlowType('USER_PASSWORD_AUTH');
      return made;
    };
    const refused = await refusal(() => signIn(user(), facts.wrongPassword));
    return { refused, claims: claims(await signIn(user(), facts.password)) };
  },

  async signUp(facts) {
    const signUp = () => called((back) => poolOf(facts).signUp(
      facts.username, facts.password, [attribute('email', facts.email)], null, back,
    ));
    const made = await signUp();
    const twice = await refusal(signUp);
    const early = await refusal(() => signIn(userOf(facts), facts.password));
    const code = await sentCode(facts.email, 'SignUp');
    const wrong = await refusal(() => called((back) => userOf(facts).confirmRegistration(wrongCode(code), false, back)));
    await called((back) => userOf(facts).resendConfirmationCode(back));
    const newer = await sentCode(facts.email, 'ResendCode');
    await called((back) => userOf(facts).confirmRegistration(newer, false, back));
    const session = await signIn(userOf(facts), facts.password);
    return { sub: made.userSub, confirmed: made.userConfirmed, twice, early, wrong, claims: claims(session) };
  },

  async newPasswordRequired(facts) {
    const user = userOf(facts);
    const asked = { newPasswordRequired: (attributes, required) => ({ attributes, required }) };
    const refused = await refusal(() => signIn(user, facts.wrongPassword, asked));
    const challenge = await signIn(user, facts.password, asked);
    const session = await handled((callbacks) => user.completeNewPasswordChallenge(
      facts.newPassword, { name: 'Ada' }, callbacks,
    ));
    const old = await refusal(() => signIn(userOf(facts), facts.password, asked));
    const again = await signIn(userOf(facts), facts.newPassword, asked);
    return { refused, challenge, old, claims: claims(session), again: claims(again) };
  },

  async refreshSession(facts) {
    const user = userOf(facts);
    const first = await signIn(user, facts.password);
    const second = await called((back) => user.refreshSession(first.getRefreshToken(), back));
    return {
      renewed: first.getAccessToken().getJwtToken() !== second.getAccessToken().getJwtToken(),
      claims: claims(second),
    };
  },

  async changePassword(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    const change = (old) => called((back) => user.changePassword(old, facts.newPassword, back));
    const refused = await refusal(() => change(facts.wrongPassword));
    await change(facts.password);
    const old = await refusal(() => signIn(userOf(facts), facts.password));
    return { refused, old, claims: claims(await signIn(userOf(facts), facts.newPassword)) };
  },

  async forgotPassword(facts) {
    const user = userOf(facts);
    const sent = await handled((callbacks) => user.forgotPassword(callbacks), { inputVerificationCode: (data) => data });
    const code = await sentCode(facts.email, 'ForgotPassword');
    const confirm = (value) => handled((callbacks) => user.confirmPassword(value, facts.newPassword, callbacks));
    const refused = await refusal(() => confirm(wrongCode(code)));
    await confirm(code);
    const old = await refusal(() => signIn(userOf(facts), facts.password));
    const session = await signIn(userOf(facts), facts.newPassword);
    return { sent: sent.CodeDeliveryDetails, refused, old, claims: claims(session) };
  },

  async globalSignOut(facts) {
    const [here, there] = [userOf(facts), userOf(facts)];
    await signIn(here, facts.password);
    await signIn(there, facts.password);
    await handled((callbacks) => here.globalSignOut(callbacks));
    const refused = await refusal(() => called((back) => there.getUserAttributes(back)));
    return { refused, claims: claims(await signIn(userOf(facts), facts.password)) };
  },

  async attributes(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    const mine = async () => plain(await called((back) => user.getUserAttributes(back)));
    const before = await mine();
    await called((back) => user.updateAttributes([attribute('name', 'Ada'), attribute('locale', 'en')], back));
    await called((back) => user.deleteAttributes(['locale'], back));
    const forbidden = await refusal(
      () => called((back) => user.updateAttributes([attribute('email_verified', 'true')], back)),
    );
    await handled(
      (callbacks) => user.getAttributeVerificationCode('email', callbacks),
      { inputVerificationCode: () => null },
    );
    const code = await sentCode(facts.email, 'VerifyUserAttribute');
    const verify = (value) => handled((callbacks) => user.verifyAttribute('email', value, callbacks));
    const refused = await refusal(() => verify(wrongCode(code)));
    await verify(code);
    return { before, forbidden, refused, after: await mine() };
  },

  // `code` is what the user's authenticator app shows.
  async devices(facts) {
    const asked = { totpRequired: (name) => name };
    const devicesOf = async (user) => (
      await handled((callbacks) => user.listDevices(60, null, callbacks))
    ).Devices;
    const first = userOf(facts);
    const challenge = await signIn(first, facts.password, asked);
    const session = await handled(
      (callbacks) => first.sendMFACode(facts.code, callbacks, 'SOFTWARE_TOKEN_MFA'),
    );

    const suppressed = await signIn(userOf(facts), facts.password, asked);
    const user = userOf(facts);
    const again = await signIn(user, facts.password, asked);
    const listed = await devicesOf(user);
    const { Device: described } = await handled((callbacks) => user.getDevice(callbacks));
    const refreshed = await called((back) => user.refreshSession(again.getRefreshToken(), back));

    await handled((callbacks) => user.setDeviceStatusNotRemembered(callbacks));
    const notRemembered = await signIn(userOf(facts), facts.password, asked);
    await handled((callbacks) => user.setDeviceStatusRemembered(callbacks));
    const remembered = await signIn(userOf(facts), facts.password, asked);

    // Forgotten, but still in the client's cache: it is told that there is no such device, and tries again.
    await handled((callbacks) => user.forgetSpecificDevice(described.DeviceKey, callbacks));
    const stale = await signIn(userOf(facts), facts.password, asked);
    const afterForgetting = await devicesOf(user);
    const refused = await refusal(
      () => called((back) => user.refreshSession(again.getRefreshToken(), back)),
    );
    const isSession = (answer) => typeof answer.getAccessToken === 'function';
    return {
      challenge,
      device: session.getAccessToken().decodePayload().device_key,
      suppressed: isSession(suppressed),
      listed,
      described,
      refreshed: refreshed.getAccessToken().decodePayload().device_key,
      notRemembered,
      remembered: isSession(remembered),
      stale,
      afterForgetting,
      refused,
    };
  },

  async rememberingAsked(facts) {
    const user = userOf(facts);
    const necessary = await new Promise((resolve, reject) => {
      user.authenticateUser(
        new AuthenticationDetails({ Username: user.getUsername(), Password: facts.password }),
        { onSuccess: (session, asked) => resolve(asked), onFailure: reject },
      );
    });
    const status = async () => plain(
      (await handled((callbacks) => user.getDevice(callbacks))).Device.DeviceAttributes,
    )['dev:device_remembered_status'];
    const before = await status();
    await handled((callbacks) => user.setDeviceStatusRemembered(callbacks));
    const after = await status();
    await handled((callbacks) => user.forgetDevice(callbacks));
    return { necessary, before, after, key: user.deviceKey };
  },

  async totp(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    const { secret, refused } = await setUpApp(user);
    await called((back) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, back));
    const asking = { totpRequired: question };
    const [first, second] = [userOf(facts), userOf(facts)];
    const asked = await signIn(first, facts.password, asking);
    const wrong = await refusal(() => sendCode(first, wrongCode(appCode(secret)), 'SOFTWARE_TOKEN_MFA'));
    const session = await sendCode(first, appCode(secret), 'SOFTWARE_TOKEN_MFA');
    await signIn(second, facts.password, asking);
    const replayed = await refusal(() => sendCode(second, appCode(secret), 'SOFTWARE_TOKEN_MFA'));
    const data = await called((back) => first.getUserData(back, { bypassCache: true }));
    return {
      refused, asked, wrong, replayed, claims: claims(session), on: data.UserMFASettingList, preferred: data.PreferredMfaSetting,
    };
  },

  async mfaSetup(facts) {
    const user = userOf(facts);
    const asked = await signIn(user, facts.password, { mfaSetup: question });
    const { secret, refused, verified } = await setUpApp(user);
    const again = userOf(facts);
    const next = await signIn(again, facts.password, { totpRequired: question });
    const session = await sendCode(again, appCode(secret), 'SOFTWARE_TOKEN_MFA');
    return { refused, asked, next, first: claims(verified), claims: claims(session) };
  },

  async chosenMfa(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    await setUpApp(user);
    await called((back) => user.setUserMfaPreference({ Enabled: true }, { Enabled: true }, back));
    const again = userOf(facts);
    const choice = await signIn(again, facts.password, { selectMFAType: question });
    const asked = await handled(
      (callbacks) => again.sendMFASelectionAnswer('SMS_MFA', callbacks),
      { mfaRequired: question },
    );
    const code = await sentCode(facts.phone, 'Authentication');
    const wrong = await refusal(() => sendCode(again, wrongCode(code), 'SMS_MFA'));
    return { choice, asked, wrong, claims: claims(await sendCode(again, code, 'SMS_MFA')) };
  },

  async smsMfa(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    await called((back) => user.enableMFA(back)); // SetUserSettings, as before authenticator apps
    const options = await called((back) => user.getMFAOptions(back));
    const again = userOf(facts);
    const asked = await signIn(again, facts.password, { mfaRequired: question });
    const session = await sendCode(again, await sentCode(facts.phone, 'Authentication'), 'SMS_MFA');
    await called((back) => again.disableMFA(back));
    return { options, asked, claims: claims(session), off: claims(await signIn(userOf(facts), facts.password)) };
  },

  async deleteUser(facts) {
    const user = userOf(facts);
    await signIn(user, facts.password);
    const answer = await called((back) => user.deleteUser(back));
    return { answer, gone: await refusal(() => signIn(userOf(facts), facts.password)) };
  },
});
