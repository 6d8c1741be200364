// The page around a package: it hands the package what was kept, and what comes from it to the platform, in order and once it is
// there. It believes nothing but that the frame of this page said it: what a package says of itself is its own word.
const box = document.querySelector("[data-package]");
const frame = box.querySelector("iframe"), said = document.querySelector("[data-package-said]"), close = document.querySelector("[data-package-close]");
const { package: address, keep, number, entry, csrf } = box.dataset;
const origin = new URL(address).origin;
const SOON = 500, AGAIN = 5_000, PATIENCE = 2_000, LARGEST_LEAVING = 60_000; // bytes that a browser sends while a page is left
let waiting = null, sending = null, timer = 0, over = false;
let stopped = () => null;

const tell = (text) => { if (said.textContent !== text) said.textContent = text; };

function body() {
  return new URLSearchParams({ csrfmiddlewaretoken: csrf, number, values: JSON.stringify(waiting) });
}

async function send() {
  const sent = waiting, given = body();
  waiting = null;
  const options = { method: "POST", body: given, headers: { Accept: "application/json" }, redirect: "manual", keepalive: String(given).length < LARGEST_LEAVING };
  const answer = await fetch(keep, options).catch(() => null);
  if (answer?.ok) return tell((await answer.json()).said);
  over = Boolean(answer) && answer.status < 500 && answer.status !== 429;
  if (over) return tell(answer.status === 409 ? box.dataset.elsewhere : answer.status === 422 ? box.dataset.refused : box.dataset.signedOut);
  waiting ??= sent;
  tell(box.dataset.later);
  plan(AGAIN);
}

// One after the other: what was kept later never arrives before.
function flush() {
  clearTimeout(timer);
  sending = (sending ?? Promise.resolve()).then(() => (waiting && !over ? send() : null));
  return sending;
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
}

addEventListener("message", ({ origin: from, source, data }) => {
  if (from !== origin || source !== frame.contentWindow) return;
  if (data?.kind === "ready") return frame.contentWindow.postMessage({ kind: "begin", values: JSON.parse(box.dataset.values), entry }, origin);
  if (data?.values && typeof data.values === "object") waiting = data.values;
  if (data?.kind === "kept") plan(SOON);
  else if (data?.kind === "ended") flush();
  else if (data?.kind === "stopped") stopped();
});

addEventListener("pagehide", () => { if (waiting && !over) send(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });

// Left by its button, a package is closed first and says its last.
close.addEventListener("click", async (event) => {
  event.preventDefault();
  const done = new Promise((resolve) => { stopped = resolve; });
  frame.contentWindow.postMessage({ kind: "stop" }, origin);
  const late = () => new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([done, late()]);
  await Promise.race([flush(), late()]);
  location.assign(close.href);
});

const large = document.querySelector("[data-package-large]");
if (frame.requestFullscreen) {
  large.hidden = false;
  large.addEventListener("click", () => frame.requestFullscreen());
}
frame.src = address;
