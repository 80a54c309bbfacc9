// A user's own files. The identity pool changes the ID token into credentials for an hour; the role behind them opens
// the folder with the name of the identity, and nothing else. No file passes through the back end.

import { escaped, queryString, signature } from "./sigv4.js";

const FIVE_MINUTES = 300; // seconds: credentials that end sooner are not used any more

export class Files {
  #config;
  #idToken;
  #known; // a promise of { identity, credentials }: who asks meanwhile waits for the same answer
  #until = 0; // when the credentials end, in seconds since 1970

  constructor(config, idToken) {
    this.#config = config;
    this.#idToken = idToken;
  }

  /** A list of { name, size }. */
  async list() {
    const { identity } = await this.#credentials();
    const found = await this.#call("GET", [], { query: [["list-type", "2"], ["prefix", `${identity}/`]] });
    const page = new DOMParser().parseFromString(await found.text(), "application/xml");
    return [...page.getElementsByTagName("Contents")].map((entry) => ({
      name: entry.getElementsByTagName("Key")[0].textContent.slice(identity.length + 1),
      size: Number(entry.getElementsByTagName("Size")[0].textContent),
    }));
  }

  async upload(file) {
    const { identity } = await this.#credentials();
    await this.#call("PUT", [identity, file.name], { body: new Uint8Array(await file.arrayBuffer()) });
  }

  async download(name) {
    const { identity } = await this.#credentials();
    return (await this.#call("GET", [identity, name])).blob();
  }

  async #call(method, key, { query = [], body } = {}) {
    const { url: base, bucket, region } = this.#config.storage;
    const url = new URL(`${base}/${[bucket, ...key].map(escaped).join("/")}`);
    const { credentials } = await this.#credentials();
    const headers = await signature({ method, url, query, body, credentials, region });
    const response = await fetch(query.length ? `${url}?${queryString(query)}` : url, { method, headers, body });
    if (!response.ok) throw new Error(`The storage answered ${response.status}.`);
    return response;
  }

  #credentials() {
    if (Date.now() / 1_000 > this.#until - FIVE_MINUTES) {
      this.#until = Infinity; // nobody knows yet
      this.#known = this.#exchange().catch((error) => {
        this.#until = 0;
        throw error;
      });
    }
    return this.#known;
  }

  async #exchange() {
    const { identityPool, provider } = this.#config;
    const Logins = { [provider]: this.#idToken };
    const { IdentityId } = await this.#identity("GetId", { IdentityPoolId: identityPool, Logins });
    const { Credentials } = await this.#identity("GetCredentialsForIdentity", { IdentityId, Logins });
    this.#until = Credentials.Expiration;
    return { identity: IdentityId, credentials: Credentials };
  }

  /** An operation of Amazon Cognito's identity pools, as an SDK would call it. */
  async #identity(operation, request) {
    const response = await fetch(this.#config.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSCognitoIdentityService.${operation}`,
      },
      body: JSON.stringify(request),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }
}
