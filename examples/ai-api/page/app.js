// The page: who is signed in, the chat, the files, the notes.

import { Api } from "./api.js";
import { backFromSignIn, discover, leaveForSignIn, saidBy, signOut } from "./sign-in.js";
import { Files } from "./storage.js";

const at = (id) => document.getElementById(id);
await attempt(start);
at("welcome").hidden = !at("rooms").hidden;

async function start() {
  const config = await (await fetch("/config.json")).json();
  const endpoints = await discover(config.issuer);
  at("sign-in").addEventListener("click", () => leaveForSignIn(config, endpoints));
  const tokens = await backFromSignIn(config, endpoints);
  if (tokens) await signedIn(config, endpoints, tokens);
}

async function signedIn(config, endpoints, tokens) {
  const api = new Api(tokens.access);
  const files = new Files(config, tokens.id);
  const { tenant } = await api.me();
  at("who").textContent = saidBy(tokens.id).email;
  at("tenant").textContent = tenant;
  at("account").hidden = at("rooms").hidden = false;
  at("question").focus();
  at("sign-out").addEventListener("click", () => signOut(config, endpoints, tokens));
  onSubmit("ask", () => ask(api));
  onSubmit("add", async () => {
    show("notes", await api.addNote(taken("note")), (note) => note);
  });
  at("file").addEventListener("change", () => attempt(() => upload(files)));
  await attempt(async () => show("notes", await api.notes(), (note) => note));
  await attempt(() => list(files));
}

async function ask(api) {
  const question = taken("question");
  if (!question) return;
  const turn = at("turn").content.cloneNode(true);
  const [asked, answer] = turn.querySelectorAll("p");
  asked.textContent = question;
  answer.setAttribute("aria-busy", "true");
  at("talk").append(turn);
  try {
    for await (const piece of api.ask(question)) {
      answer.textContent += piece;
      answer.scrollIntoView({ block: "nearest" });
    }
  } finally {
    answer.removeAttribute("aria-busy");
  }
}

async function upload(files) {
  const [file] = at("file").files;
  if (!file) return;
  at("file").value = "";
  await files.upload(file);
  await list(files);
}

async function list(files) {
  show("files", await files.list(), ({ name, size }) => {
    const button = document.createElement("button");
    button.className = "quiet";
    button.textContent = name;
    button.addEventListener("click", () => attempt(() => save(files, name)));
    const bytes = document.createElement("span");
    bytes.className = "small muted";
    bytes.textContent = size < 1_000 ? `${size} B` : `${Math.round(size / 1_000)} kB`;
    return [button, bytes];
  });
}

async function save(files, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await files.download(name));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Fill a list, or say that there is nothing: the paragraph after it does. */
function show(id, entries, parts) {
  at(id).replaceChildren(...entries.map((entry) => {
    const item = document.createElement("li");
    item.append(...[parts(entry)].flat());
    return item;
  }));
  at(id).nextElementSibling.hidden = entries.length > 0;
}

function onSubmit(id, action) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(action);
  });
}

function taken(id) {
  const text = at(id).value.trim();
  at(id).value = "";
  return text;
}

async function attempt(action) {
  at("trouble").hidden = true;
  try {
    await action();
  } catch (error) {
    const isAway = error instanceof TypeError; // of fetch, whose words are the browser's own
    at("trouble").textContent = isAway ? "A server did not answer. Try again in a moment." : error.message;
    at("trouble").hidden = false;
  }
}
