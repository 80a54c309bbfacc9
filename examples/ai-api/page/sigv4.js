// AWS Signature Version 4 for one request to S3, with the browser's own cryptography.

const encoder = new TextEncoder();

/** The bytes of RFC 3986 that need no escape stay; everything else is escaped, the slash too. */
export function escaped(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The headers that make a request one of these credentials' owner.
 *
 * url    a URL whose path is escaped already
 * query  a list of [name, value], as the URL has them
 * body   bytes; empty for none
 */
export async function signature({ method, url, query = [], body = new Uint8Array(), credentials, region, now = new Date() }) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, ""); // 20261126T143000Z
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signed = {
    host: url.host,
    "x-amz-content-sha256": hex(await crypto.subtle.digest("SHA-256", body)),
    "x-amz-date": time,
    "x-amz-security-token": credentials.SessionToken,
  };
  const names = Object.keys(signed).join(";"); // in alphabetical order already
  const request = [
    method, url.pathname, queryString(query), ...Object.entries(signed).map(([name, value]) => `${name}:${value}`), "",
    names, signed["x-amz-content-sha256"],
  ].join("\n");
  const digest = hex(await crypto.subtle.digest("SHA-256", encoder.encode(request)));
  const key = await signingKey(credentials.SecretKey, scope);
  const proof = hex(await hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`));
  const { host, ...headers } = signed; // the browser writes Host itself
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.AccessKeyId}/${scope}, SignedHeaders=${names}, Signature=${proof}`;
  return headers;
}

/** Sorted and escaped: what is signed and what is sent are the same. */
export function queryString(query) {
  return query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort().join("&");
}

async function signingKey(secret, scope) {
  let key = encoder.encode(`AWS4${secret}`);
  for (const part of scope.split("/")) key = await hmac(key, part);
  return key;
}

async function hmac(key, text) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
