// The tenant's projects on the page, whoever the tenant is. Nothing here names one: the token does.

import { saidBy, signOut } from "./sign-in.js";

export const at = (id) => document.getElementById(id);

/** After a sign-in: who it is, and the projects. */
export async function showProjects(tokens, tenant) {
  at("who").textContent = saidBy(tokens.id).email;
  at("tenant").textContent = tenant;
  at("account").hidden = at("rooms").hidden = false;
  at("welcome").hidden = true;
  at("sign-out").addEventListener("click", () => attempt(() => signOut(tokens)));
  onSubmit("add", async () => {
    const name = taken("name");
    if (!name) return;
    await call(tokens, "POST", "/api/projects", { name });
    await list(tokens);
  });
  await list(tokens);
}

export async function call(tokens, method, path, message) {
  const headers = tokens ? { authorization: `Bearer ${tokens.access}` } : {};
  if (message) headers["content-type"] = "application/json";
  const response = await fetch(path, { method, headers, body: message && JSON.stringify(message) });
  if (response.status === 401) throw new Error("Your sign-in has run out. Sign in again.");
  const answer = response.status === 204 ? null : await response.json().catch(() => ({}));
  if (!response.ok) {
    const said = typeof answer.detail === "string" ? answer.detail : `The server answered ${response.status}.`;
    throw new Error(said);
  }
  return answer;
}

export function onSubmit(id, action) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(action);
  });
}

/** What was typed; the field is empty afterwards. */
export function taken(id) {
  const text = at(id).value.trim();
  at(id).value = "";
  return text;
}

export async function attempt(action) {
  at("trouble").hidden = true;
  try {
    await action();
  } catch (error) {
    const isAway = error instanceof TypeError; // of fetch, whose words are the browser's own
    at("trouble").textContent = isAway ? "A server did not answer. Try again in a moment." : error.message;
    at("trouble").hidden = false;
  }
}

async function list(tokens) {
  const projects = await call(tokens, "GET", "/api/projects");
  at("projects").replaceChildren(...projects.map((project) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = project.name;
    const remove = document.createElement("button");
    remove.className = "quiet";
    remove.textContent = "Delete";
    remove.setAttribute("aria-label", `Delete ${project.name}`);
    remove.addEventListener("click", () => attempt(async () => {
      await call(tokens, "DELETE", `/api/projects/${project.id}`);
      await list(tokens);
    }));
    item.append(name, remove);
    return item;
  }));
  at("none").hidden = projects.length > 0;
}
