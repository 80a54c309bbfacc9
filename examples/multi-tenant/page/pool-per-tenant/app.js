// The page of the example with a pool for each tenant: an address first, which says where to sign in.

import { at, attempt, onSubmit, showProjects } from "./shared/projects.js";
import { backFromSignIn, leaveForSignIn, saidBy } from "./shared/sign-in.js";
import { tenantOf } from "./shared/tenant.js";

await attempt(async () => {
  const config = await (await fetch("/config.json")).json();
  onSubmit("find", () => leave(config));
  const tokens = await backFromSignIn();
  if (tokens) await showProjects(tokens, saidBy(tokens.id).email.split("@")[1]);
});

async function leave({ endpoint, scopes }) {
  const email = at("email").value.trim();
  const tenant = await tenantOf(endpoint, email);
  if (!tenant) throw new Error("No company here uses addresses like that. Check it, or ask your administrator.");
  await leaveForSignIn({ ...tenant, scopes }, { login_hint: email });
}
