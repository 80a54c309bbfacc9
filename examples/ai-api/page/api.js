// The application's own API, behind the gateway. Every call has the access token; nothing here names a tenant.

export class Api {
  #token;

  constructor(accessToken) {
    this.#token = accessToken;
  }

  async me() {
    return (await this.#call("/api/me")).json();
  }

  async notes() {
    return (await this.#call("/api/notes")).json();
  }

  async addNote(text) {
    return (await this.#call("/api/notes", { text })).json();
  }

  /** The pieces of an answer as they arrive: server-sent events, read from a fetch, which can have a header. */
  async *ask(question) {
    const response = await this.#call("/api/chat", { question });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        if (event.startsWith("event: done")) return;
        yield JSON.parse(event.slice("data: ".length));
      }
    }
    throw new Error("The answer broke off.");
  }

  async #call(path, message) {
    const headers = { authorization: `Bearer ${this.#token}` };
    const body = message && JSON.stringify(message);
    if (message) headers["content-type"] = "application/json";
    const response = await fetch(path, { method: message ? "POST" : "GET", headers, body });
    if (response.status === 401) throw new Error("Your sign-in has run out. Sign in again.");
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return response;
  }
}
