// Sign-in with PKCE (RFC 7636) through managed login. Tokens stay in this page's memory and nowhere else: after a
// reload, a press on "Sign in" comes straight back from the browser's session with the user pool.

const TRIP = "sign-in under way"; // in sessionStorage while the browser is away: a state and a verifier, no token

/** Where the pool's endpoints are, as it says itself (OpenID Connect Discovery). */
export async function discover(issuer) {
  return (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
}

export async function leaveForSignIn({ clientId, scopes }, endpoints) {
  const state = random();
  const verifier = random();
  sessionStorage.setItem(TRIP, JSON.stringify({ state, verifier }));
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  location.assign(`${endpoints.authorization_endpoint}?${new URLSearchParams({
    response_type: "code", client_id: clientId, redirect_uri: home(), scope: scopes.join(" "), state,
    code_challenge: challenge, code_challenge_method: "S256",
  })}`);
}

/** The tokens of a browser that has just come back; null for one that has not been away. */
export async function backFromSignIn({ clientId }, endpoints) {
  const answer = new URLSearchParams(location.search);
  const trip = JSON.parse(sessionStorage.getItem(TRIP) ?? "null");
  sessionStorage.removeItem(TRIP);
  if (!answer.has("code") && !answer.has("error")) return null;
  history.replaceState(null, "", home()); // a code is good once, and has no business in the history
  if (!trip || trip.state !== answer.get("state")) throw new Error("That was not the sign-in this page began.");
  if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
  const response = await fetch(endpoints.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: clientId, redirect_uri: home(),
      code: answer.get("code"), code_verifier: trip.verifier,
    }),
  });
  if (!response.ok) throw new Error("The sign-in took too long.");
  const { access_token: access, id_token: id, refresh_token: refresh } = await response.json();
  return { access, id, refresh };
}

/** End the sign-in (its refresh token is good no longer) and the browser's session with the pool. */
export async function signOut({ clientId }, endpoints, tokens) {
  await fetch(endpoints.revocation_endpoint, {
    method: "POST", body: new URLSearchParams({ token: tokens.refresh, client_id: clientId }),
  });
  const back = new URLSearchParams({ client_id: clientId, logout_uri: home() });
  location.assign(`${endpoints.end_session_endpoint}?${back}`);
}

/** What an ID token says, to be shown. Whoever decides by it has to verify it: the gateway and the back end do. */
export function saidBy(token) {
  const bytes = Uint8Array.from(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

const home = () => `${location.origin}/`;

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
