// "Show" beside passwords, and passkeys: by a button, by autofill, and new ones. All else works without this file.
"use strict"

for (const button of document.querySelectorAll("button[aria-controls]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"))
  const show = shown => {
    field.type = shown ? "text" : "password"
    button.setAttribute("aria-pressed", shown)
  }
  button.hidden = false
  button.addEventListener("click", () => show(field.type === "password"))
  field.form.addEventListener("submit", () => show(false))
}

// ---- passkeys: WebAuthn's JSON, which not every browser that has passkeys can read and write itself

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0))
const text = buffer =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]

function asked(field) {
  const options = JSON.parse(field.dataset.options)
  options.challenge = bytes(options.challenge)
  if (options.user) options.user.id = bytes(options.user.id)
  for (const list of [options.allowCredentials, options.excludeCredentials])
    for (const one of list || []) one.id = bytes(one.id)
  return options
}

function written(credential) {
  const { response } = credential
  const parts = PARTS.filter(name => response[name]).map(name => [name, text(response[name])])
  if (response.getTransports) parts.push(["transports", response.getTransports()])
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(parts),
  })
}

let request // a browser takes one at a time

async function use(field, mediation) {
  request?.abort()
  request = new AbortController()
  const options = { publicKey: asked(field), mediation, signal: request.signal }
  field.value = written(await navigator.credentials[field.dataset.passkey](options))
  field.form.submit()
}

for (const field of document.querySelectorAll("[data-passkey]")) {
  const { form } = field
  const error = form.querySelector(".error")
  const suggests = document.querySelector("[autocomplete~=webauthn]")
  if (!window.PublicKeyCredential) {
    error.hidden = Boolean(suggests)
    continue
  }
  form.querySelector("button").hidden = false
  form.addEventListener("submit", event => {
    event.preventDefault()
    error.hidden = true
    use(field).catch(() => (error.hidden = false))
  })
  if (suggests)
    Promise.resolve(PublicKeyCredential.isConditionalMediationAvailable?.())
      .then(available => available && use(field, "conditional"))
      .catch(() => {}) // ended by the button or by the other form, or nothing was chosen
}

for (const form of document.forms)
  if (!form.querySelector("[data-passkey]")) form.addEventListener("submit", () => request?.abort())
