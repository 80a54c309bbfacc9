// samlify, unmodified, as an identity provider: prints its metadata, what it reads in our messages, and what it answers.

import samlify from 'samlify';
import { run } from './scenario.mjs';

samlify.setSchemaValidator({ validate: async () => 'not validated: samlify brings no schemas' });

const at = (binding, path) => ({
  Binding: `urn:oasis:names:tc:SAML:2.0:bindings:${binding}`,
  Location: `https://samlify.example/${path}`,
});

const providerOf = (facts) => samlify.IdentityProvider({
  entityID: 'https://samlify.example/metadata',
  privateKey: facts.key,
  signingCert: facts.certificate,
  isAssertionEncrypted: facts.encrypt ?? false,
  dataEncryptionAlgorithm: facts.cipher ?? 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  wantAuthnRequestsSigned: true,
  wantLogoutRequestSigned: true,
  wantLogoutResponseSigned: true,
  nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
  singleSignOnService: [at('HTTP-Redirect', 'sso'), at('HTTP-POST', 'sso')],
  singleLogoutService: [at('HTTP-Redirect', 'slo'), at('HTTP-POST', 'slo')],
  loginResponseTemplate: {
    context: samlify.SamlLib.defaultLoginResponseTemplate.context,
    attributes: [
      { name: 'email', valueTag: 'user.email', nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', valueXsiType: 'xs:string' },
    ],
  },
});

// Whether samlify signs what it sends to a logout service is said here, not in the metadata.
const serviceOf = (facts) => samlify.ServiceProvider({
  metadata: facts.serviceProvider, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true,
});

// What samlify's readme asks for: everything of the query before the signature, as it was sent.
const redirected = (url) => {
  const [, query] = url.split('?');
  return { query: Object.fromEntries(new URLSearchParams(query)), octetString: query.split('&Signature=')[0] };
};

const filled = (facts, service) => (template) => {
  const soon = new Date(Date.now() + 300_000).toISOString();
  const now = new Date().toISOString();
  const consumer = service.entityMeta.getAssertionConsumerService('post');
  const values = {
    ID: '_samlify-response', AssertionID: facts.assertionId, Destination: consumer, SubjectRecipient: consumer,
    Audience: service.entityMeta.getEntityID(), Issuer: 'https://samlify.example/metadata', IssueInstant: now,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success', ConditionsNotBefore: now, ConditionsNotOnOrAfter: soon,
    SubjectConfirmationDataNotOnOrAfter: soon, NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    NameID: facts.user.email, InResponseTo: facts.inResponseTo ?? null, AuthnStatement: '', attrUserEmail: facts.user.email,
  };
  return { id: '_samlify-response', context: samlify.SamlLib.replaceTagsByValue(template, values) };
};

await run({
  metadata: async (facts) => providerOf(facts).getMetadata(),

  async parsed(facts) {
    const { extract } = await providerOf(facts).parseLoginRequest(serviceOf(facts), 'redirect', redirected(facts.url));
    return extract.request;
  },

  async answer(facts) {
    const service = serviceOf(facts);
    const request = { extract: { request: { id: facts.inResponseTo } } };
    const made = await providerOf(facts).createLoginResponse(service, request, 'post', facts.user, filled(facts, service), facts.encryptThenSign ?? false);
    return made.context;
  },

  async loggedOut(facts) {
    const { extract } = await providerOf(facts).parseLogoutRequest(serviceOf(facts), 'redirect', redirected(facts.url));
    const made = providerOf(facts).createLogoutResponse(serviceOf(facts), { extract }, 'post', '');
    return { nameId: extract.nameID, sessionIndex: extract.sessionIndex, answer: made.context };
  },

  async logout(facts) {
    const made = providerOf(facts).createLogoutRequest(serviceOf(facts), 'post', { logoutNameID: facts.user.email, sessionIndex: facts.sessionIndex });
    return { id: made.id, request: made.context };
  },
});
