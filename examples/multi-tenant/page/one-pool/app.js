// The page of the example with one pool: projects, and for administrators the invitations.

import { at, attempt, call, onSubmit, showProjects, taken } from "./shared/projects.js";
import { backFromSignIn, leaveForSignIn, saidBy } from "./shared/sign-in.js";

await attempt(async () => {
  const config = await (await fetch("/config.json")).json();
  at("sign-in").addEventListener("click", () => attempt(() => leaveForSignIn(config)));
  const tokens = await backFromSignIn();
  if (!tokens) return;
  const { tenant_id: tenant, roles } = saidBy(tokens.access);
  await showProjects(tokens, tenant);
  if (roles.includes("admin")) offerInvitations(tokens);
});

function offerInvitations(tokens) {
  at("inviting").hidden = false;
  onSubmit("invite", async () => {
    at("invited").hidden = true;
    const role = new FormData(at("invite")).get("role");
    const email = taken("email");
    const { link } = await call(tokens, "POST", "/api/invitations", { email, role });
    at("invitee").textContent = email;
    at("link").textContent = link;
    at("invited").hidden = false;
  });
}
