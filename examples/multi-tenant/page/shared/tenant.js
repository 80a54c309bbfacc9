// Which pool somebody signs in to, by the domain of the e-mail address: the address itself does not leave the page.

/** { userPoolId, clientId, issuer, signInUrl }, or null where the domain is nobody's. */
export async function tenantOf(endpoint, email) {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const name = URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : ""; // bücher.example as DNS has it
  if (!email.includes("@") || !name) throw new Error("Enter your email in full, like name@example.com.");
  const answer = await fetch(`${endpoint}/tenants?${new URLSearchParams({ domain: name })}`);
  if (answer.status === 400) throw new Error("Enter your email in full, like name@example.com.");
  if (!answer.ok) throw new Error("That was asked too often. Try again in a moment.");
  return (await answer.json()).tenant;
}
