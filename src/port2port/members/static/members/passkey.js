// Says in words what went wrong with a passkey, and takes the buttons away where the browser knows none.
// The ceremony itself is allauth's (mfa/js/webauthn.js), which reports by the event "allauth.error".
const words = document.querySelector("[data-passkey-words]")
const say = (text) => {
  if (!words) return
  words.textContent = text
  words.hidden = false
  words.focus()
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  const name = event.detail.exception?.name
  if (name === "InvalidStateError") say(words.dataset.known)
  else if (name === "NotAllowedError" || name === "AbortError") say(words.dataset.stopped)
  else say(words.dataset.failed)
})
if (!window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = true
  if (words?.dataset.alone !== undefined) say(words.dataset.unable)
}
