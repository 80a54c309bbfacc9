// Sign-in with PKCE (RFC 7636) through managed login, at whichever pool. Tokens stay in this page's memory and nowhere
// else: after a reload, "Sign in" comes straight back from the browser's session with the pool.

const TRIP = "sign-in under way"; // in sessionStorage while the browser is away: where it went, a state, a verifier

/** pool: { issuer, clientId, scopes }; more: parameters of the authorization request, such as login_hint. */
export async function leaveForSignIn(pool, more = {}) {
  const endpoints = await discover(pool.issuer);
  const state = random();
  const verifier = random();
  sessionStorage.setItem(TRIP, JSON.stringify({ pool, state, verifier }));
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  location.assign(`${endpoints.authorization_endpoint}?${new URLSearchParams({
    response_type: "code", client_id: pool.clientId, redirect_uri: home(), scope: pool.scopes.join(" "), state,
    code_challenge: challenge, code_challenge_method: "S256", ...more,
  })}`);
}

/** What a browser that has just come back brings: { pool, access, id, refresh }; null for one that was not away. */
export async function backFromSignIn() {
  const answer = new URLSearchParams(location.search);
  const trip = JSON.parse(sessionStorage.getItem(TRIP) ?? "null");
  sessionStorage.removeItem(TRIP);
  if (!answer.has("code") && !answer.has("error")) return null;
  history.replaceState(null, "", home()); // a code is good once, and has no business in the history
  if (!trip || trip.state !== answer.get("state")) throw new Error("That was not the sign-in this page began.");
  // RFC 9207: with many pools, the one that answers must be the one that was asked.
  if (answer.get("iss") !== trip.pool.issuer) throw new Error("Another server answered than was asked.");
  if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
  const { token_endpoint: endpoint } = await discover(trip.pool.issuer);
  const response = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: trip.pool.clientId, redirect_uri: home(),
      code: answer.get("code"), code_verifier: trip.verifier,
    }),
  });
  if (!response.ok) throw new Error("The sign-in took too long.");
  const { access_token: access, id_token: id, refresh_token: refresh } = await response.json();
  return { pool: trip.pool, access, id, refresh };
}

/** End the sign-in (its refresh token is good no longer) and the browser's session with the pool. */
export async function signOut({ pool, refresh }) {
  const endpoints = await discover(pool.issuer);
  await fetch(endpoints.revocation_endpoint, {
    method: "POST", body: new URLSearchParams({ token: refresh, client_id: pool.clientId }),
  });
  const back = new URLSearchParams({ client_id: pool.clientId, logout_uri: home() });
  location.assign(`${endpoints.end_session_endpoint}?${back}`);
}

/** What a token says, to be shown. Whoever decides by it has to verify it: the gateway and the server do. */
export function saidBy(token) {
  const text = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
}

/** Where the pool's endpoints are, as it says itself (OpenID Connect Discovery). */
async function discover(issuer) {
  return (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
}

const home = () => `${location.origin}/`;

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
