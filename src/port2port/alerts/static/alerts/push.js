// Subscribes this browser to push messages, or says that it cannot. The server is told where, and checks it.
const room = document.querySelector("[data-push]");
const button = room?.querySelector("button");
const words = room?.dataset ?? {};

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const say = (text) => document.dispatchEvent(new CustomEvent("p2p:toast", { detail: text }));

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say(words.refused);
  await navigator.serviceWorker.register(words.worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(words.push) });
  const body = new FormData(button.form);
  body.set("endpoint", subscription.endpoint);
  for (const name of ["p256dh", "auth"]) body.set(name, base64url(subscription.getKey(name)));
  const answer = await fetch(button.form.action, { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
  location.reload();
}

if (button && "PushManager" in window && "serviceWorker" in navigator) {
  room.hidden = false;
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    subscribe().catch(() => say(words.failed)).finally(() => (button.disabled = false));
  });
}
