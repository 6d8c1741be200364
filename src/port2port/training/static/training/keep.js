// Keeps pages of a course on this phone, through the worker (site/worker.js), which gives them back when there is no network and
// drops them when one signs out. A page that was opened is kept by itself; the button keeps all of them.
const room = document.querySelector("[data-course-keep]");
const person = document.body.dataset.person ?? "";
const CACHE = "p2p-courses";
const listed = (text) => (text ?? "").split(" ").filter(Boolean);
const toast = (text) => document.dispatchEvent(new CustomEvent("p2p:toast", { detail: text }));

async function keep(pages) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((done) => { port1.onmessage = ({ data }) => done(data); });
  active.postMessage({ course: { person, pages } }, [port2]);
  return answered;
}

async function kept(pages) {
  if (!(await caches.has(CACHE))) return 0;
  const cache = await caches.open(CACHE);
  return (await Promise.all(pages.map((page) => cache.match(page)))).filter(Boolean).length;
}

async function tell() {
  const { kept: whole, part, cut } = room.dataset, pages = listed(room.dataset.pages), number = await kept(pages);
  const some = number ? part.replace("{n}", number).replace("{of}", pages.length) : "";
  room.querySelector("[data-said]").textContent = !navigator.onLine ? cut : number === pages.length ? whole : some;
  room.querySelector("button").hidden = !navigator.onLine || number === pages.length;
  room.hidden = false;
}

async function begin() {
  const pages = listed(room.dataset.pages), after = listed(room.dataset.after);
  room.querySelector("button").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    await keep(pages);
    target.disabled = false;
    await tell();
  });
  for (const change of ["online", "offline"]) addEventListener(change, tell);
  await tell();
  if (!navigator.onLine) return;
  if ("own" in room.dataset) await keep([...new Set([pages[0], location.pathname])]);
  if (after.length && (await kept(after)) === after.length) await keep(pages);
  await tell();
}

if (room && person && "serviceWorker" in navigator && "caches" in self) begin().catch(() => null); // a browser that forbids it does without

for (const form of document.querySelectorAll("[data-needs-network]"))
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    toast(form.dataset.needsNetwork);
  });
