// Takes an invitation. Its token stands after the # of the address, which no server and no log sees; a press on a
// button sends it, so that mail scanners which open links do not use it up.

import { at, attempt, call } from "./shared/projects.js";

at("accept").addEventListener("click", () => attempt(async () => {
  const token = location.hash.slice(1);
  if (!token) throw new Error("Part of the link is missing. Open the whole link that you were sent.");
  const { email } = await call(null, "POST", "/api/join", { token });
  history.replaceState(null, "", location.pathname); // it is used up
  at("email").textContent = email;
  at("asking").hidden = true;
  at("done").hidden = false;
}));
