// What waits in the outbox stands on every page, with what happened to it; the worker is asked to keep the form.
const outbox = self.p2pOutbox;
const room = document.querySelector("[data-outbox]");
const said = room?.querySelector("[data-outbox-said]");
const list = room?.querySelector("[data-outbox-list]");
const dialog = room?.querySelector("dialog");
const person = document.body.dataset.person ?? "";
const words = room?.dataset ?? {};
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const AGAIN = 60_000;

const clock = (at) => {
  const time = new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (new Date(at).toDateString() === new Date().toDateString()) return time;
  return `${new Date(at).toLocaleDateString(language, { day: "numeric", month: "short" })} ${time}`;
};
const many = (name, n) => words[n === 1 ? `${name}One` : `${name}Many`].replace("{n}", number.format(n));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

const plain = document.querySelector("[data-needs-form]"); // the page that stands in for others without a network
const signedOut = () => navigator.onLine && !plain && (!person || last === "signin");

function line(name, values) {
  const row = room.querySelector(`template[data-outbox-${name}]`).content.cloneNode(true).firstElementChild;
  for (const [part, text] of Object.entries(values)) row.querySelector(`[data-${part}]`).textContent = text;
  list.append(row);
  return row;
}

function waits(entry) {
  let text = fill(words.written, { written: clock(entry.at) });
  if (entry.unsure) text = fill(words.unsure, { sent: clock(entry.tried) });
  // What concerns no field is told here; the rest is told at the fields, once it is opened.
  if (entry.problems) text = entry.problems.find(({ field }) => !field)?.message ?? many("right", entry.problems.length);
  const row = line("entry", { title: entry.title, text });
  const open = row.querySelector("[data-open]");
  open.hidden = !(entry.problems || entry.unsure);
  open.href = `${entry.url}#kept-${entry.id}`;
  const remove = row.querySelector("[data-remove]");
  remove.setAttribute("aria-label", fill(words.removeLabel, { title: entry.title }));
  remove.addEventListener("click", async () => {
    if (!(await agreed("remove", fill(words.removeText, { title: entry.title })))) return;
    await outbox.remove(entry.id);
    room.focus();
    outbox.announce(last);
  });
}

function sent(receipt) {
  const row = line("sent", { text: fill(words.sent, { sent: clock(receipt.at), written: clock(receipt.written) }) });
  row.querySelector("[data-open]").href = receipt.url;
  row.querySelector("[data-close]").addEventListener("click", async () => {
    await outbox.seen(receipt.id);
    room.focus();
    draw();
  });
}

let last = "", drawn = "", drawing = Promise.resolve();
const draw = (reach = last) => {
  last = reach;
  return (drawing = drawing.then(show, show));
};

async function show() {
  const entries = person ? await outbox.waiting(person) : [];
  const receipts = person ? await outbox.receipts(person) : [];
  const open = person ? entries.filter((entry) => !entry.problems && !entry.unsure).length : await outbox.count();
  const here = receipts.filter(({ url }) => url.split("?")[0] === location.pathname);
  for (const receipt of here) {
    // The page of the report itself: that it was sent is said once.
    const text = fill(receipt.people ? words.told : words.sent, { ...receipt, sent: clock(receipt.at), written: clock(receipt.written) });
    document.dispatchEvent(new CustomEvent("p2p:toast", { detail: text }));
    await outbox.seen(receipt.id);
  }
  const head = [open ? many(signedOut() ? "signin" : "waiting", open) : "", entries.length > open ? many("wrong", entries.length - open) : ""].filter(Boolean).join(" ");
  const offline = !navigator.onLine && !head && document.querySelector("[data-report-form]") ? words.offline : "";
  const text = head || offline;
  if (said.textContent !== text) said.textContent = text;
  const signIn = room.querySelector("[data-outbox-signin]");
  signIn.hidden = !(open && signedOut()) || location.pathname === signIn.pathname;
  // Only what changed: the focus may be on a button.
  const now = JSON.stringify([entries.map(({ id, problems, unsure }) => [id, problems, unsure]), receipts.map(({ id }) => id)]);
  room.toggleAttribute("data-filled", Boolean(text || entries.length || receipts.length > here.length));
  if (now === drawn) return;
  drawn = now;
  list.replaceChildren();
  entries.forEach(waits);
  for (const receipt of receipts) if (!here.includes(receipt)) sent(receipt);
  list.hidden = !list.children.length;
}

// Asks in a dialog; true when the person agrees.
function agreed(name, text) {
  dialog.querySelector("[data-text]").textContent = text;
  dialog.querySelector("[value=yes]").textContent = words[`${name}Yes`];
  dialog.querySelector("[value=no]").textContent = words[`${name}No`];
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

async function send() {
  if (person && navigator.onLine && (await outbox.count())) await outbox.send();
  else draw();
}

// Signing out takes along what waits, so it asks first; before the drafts go (draft.js hears the same event later).
let leaving = false;
function signOut(event) {
  if (!event.target.matches("[data-sign-out]") || leaving || !person) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(event.target, event.submitter);
}

// Whatever the stores answer, one can sign out.
async function leave(form, button) {
  const waiting = await outbox.waiting(person).catch(() => []);
  if (waiting.length && !(await agreed("signOut", many("signOut", waiting.length)))) return;
  await Promise.allSettled([outbox.forget(person), caches.delete("p2p-form"), caches.delete("p2p-courses")]);
  leaving = true;
  form.requestSubmit(button);
}

// The form of this person is kept once the page has nothing else to do.
async function keepForm() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(words.worker);
  if (!person || !navigator.onLine) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ person, hat: document.body.dataset.hat ?? "", language, form: words.formAt });
}

if (room && outbox?.works) {
  addEventListener(outbox.NAME, ({ detail }) => draw(detail?.reach));
  addEventListener("submit", signOut, { capture: true });
  addEventListener("online", send);
  addEventListener("offline", () => draw("waiting"));
  document.addEventListener("visibilitychange", () => document.hidden || send());
  setInterval(send, AGAIN);
  draw().then(send);
  const idle = self.requestIdleCallback ?? ((work) => setTimeout(work, 500));
  const begin = () => idle(() => keepForm().catch(() => null)); // a browser that forbids it does without
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
  if (plain) caches.has("p2p-form").then((kept) => (plain.hidden = !kept));
}
