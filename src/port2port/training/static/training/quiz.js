// An answer that cannot be sent is put into the outbox, which sends it once there is a network; the page says which of the two
// happened. The one given last counts, whichever arrives last, so that sending twice does nothing twice.
const outbox = self.p2pOutbox;
const person = document.body.dataset.person ?? "";
const form = document.querySelector("[data-quiz]"), said = document.querySelector("[data-quiz-said]");
const handing = document.querySelector("[data-quiz-hand-in]");
const works = Boolean(outbox?.works && person);
const PATIENCE = 8_000;
const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const toast = (text) => document.dispatchEvent(new CustomEvent("p2p:toast", { detail: text }));
const waitingAt = async (prefix) => (await outbox.waiting(person)).filter(({ url }) => url.startsWith(prefix));

function chosen() {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && value);
  const whole = [...form.querySelectorAll("select")].every((one) => one.value);
  return fields.length && whole ? fields : null;
}

// "sent", "refused" (the page itself then says why), or "" when nothing answered.
async function sendNow() {
  const secret = form.elements.csrfmiddlewaretoken?.value;
  if (!navigator.onLine || !secret) return "";
  const answer = await fetch(location.pathname, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429) return "";
  return answer.status === 201 ? "sent" : "refused";
}

async function answer() {
  const fields = chosen();
  if (!fields) return navigator.onLine ? form.submit() : toast(form.dataset.choose);
  const at = Date.now(), result = await sendNow();
  if (result === "refused") return form.submit();
  for (const one of await waitingAt(location.pathname)) await outbox.remove(one.id); // an earlier thought
  if (result === "sent") return location.assign(form.dataset.next || form.dataset.done);
  const instead = { answered_at: new Date(at).toISOString() };
  await outbox.keep({ id: crypto.randomUUID(), person, at, url: location.pathname, title: form.dataset.quiz, fields, instead });
  navigator.serviceWorker?.ready.then(({ sync }) => sync?.register(outbox.NAME)).catch(() => null);
  const late = new Promise((done) => setTimeout(done, PATIENCE, "waiting"));
  outbox.announce(navigator.onLine ? await Promise.race([outbox.send(), late]) : "waiting");
  if (form.dataset.next) location.assign(form.dataset.next);
  else if ((await waitingAt(location.pathname)).length) await tell(form.dataset.last);
  else location.assign(form.dataset.done);
}

let waited = false;
async function tell(more = "") {
  const [one] = await waitingAt(location.pathname);
  if (one?.problems) {
    said.textContent = form.dataset.refused.replace("{why}", one.problems.map(({ message }) => message).join(" "));
    return;
  }
  if (one) said.textContent = [form.dataset.waits.replace("{at}", clock(one.at)), more].filter(Boolean).join(" ");
  else if (waited) said.textContent = form.dataset.sent;
  waited = Boolean(one);
  if (one && more) said.focus();
  for (const receipt of await outbox.receipts(person))
    if (receipt.url.startsWith(form.dataset.done)) await outbox.seen(receipt.id); // said here
}

// What was chosen without a network stands in the page again.
async function restore() {
  const [one] = await waitingAt(location.pathname);
  for (const [name, value] of one?.fields ?? [])
    for (const field of form.elements) {
      if (field.name !== name) continue;
      if (field.matches("select")) field.value = value;
      else if (field.value === value) field.checked = true;
    }
}

let busy = false;
async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } finally {
    busy = false;
  }
}

if (form && works) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    once(() => answer().catch((error) => { if (!(error instanceof DOMException)) throw error; form.submit(); }));
  }, { capture: true });
  addEventListener(outbox.NAME, () => tell());
  restore().then(() => tell());
}

if (handing && works)
  handing.addEventListener("submit", (event) => {
    event.preventDefault();
    once(async () => {
      if ((await waitingAt(handing.dataset.quizHandIn)).length) await outbox.send();
      if ((await waitingAt(handing.dataset.quizHandIn)).some(({ problems }) => !problems)) toast(handing.dataset.waiting);
      else handing.submit();
    });
  }, { capture: true });
