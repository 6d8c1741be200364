// The worker: it keeps the empty form of one person, the courses that this person opened or asked to keep, and the plain page that
// says there is no network, and sends what waits when the browser wakes it. Everything else goes to the network untouched: no other
// page, no answer, no record.
importScripts("{{ outbox }}");

const FORM = "{{ form }}", PLAIN = "{{ plain }}", SIGN_OUT = "{{ sign_out }}", STATIC = "{{ static }}", COURSES = "{{ courses }}";
const OWN = "p2p-form", LEARN = "p2p-courses", OPEN = "p2p-plain"; // of one person, twice; of nobody
const FOR = "x-kept-for", AT = "x-kept-at";
const LONGEST = 30 * 86_400_000, FRESH = 3_600_000;
const PATIENCE = 6_000; // a network that says nothing for so long is none, for the form
const USED = /(?:src|href)="(\/static\/[^"]+\?v=[0-9a-f]+)"/g;
const PICTURES = /<(?:img|image)\b[^>]*?(?:src|href)="([^"]+)"/g;
const SECRETS = /(name="(?:csrfmiddlewaretoken|key)" value=")[^"]*/g;

const turns = {}; // by name: dropping ends what is being kept there at that moment

addEventListener("install", () => skipWaiting());
addEventListener("message", (event) => event.waitUntil(event.data.course ? keepCourse(event) : keep(event.data)));
addEventListener("sync", (event) => event.tag === self.p2pOutbox.NAME && event.waitUntil(send()));

// A push says only that something needs its person, in words that its sender chose; nothing else is ever shown. One of an exercise
// says so first, and takes the place of none that is real.
addEventListener("push", (event) => {
  const { text, exercise } = event.data.json();
  const title = exercise ? `${exercise} - Port 2 Port` : "Port 2 Port";
  const tag = exercise ? "p2p-exercise" : "p2p-summons";
  event.waitUntil(self.registration.showNotification(title, { body: String(text), tag, renotify: true }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && address.pathname === SIGN_OUT) event.waitUntil(drop(OWN, LEARN));
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (request.mode === "navigate") event.respondWith(page(request, address.pathname));
  else if (address.pathname.startsWith(STATIC) && address.searchParams.has("v") && request.destination !== "worker")
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  else if (COURSES && request.destination === "image" && address.pathname.startsWith(COURSES))
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
});

async function page(request, path) {
  const answer = fetch(request).catch(() => null);
  const name = path === FORM ? OWN : COURSES && path.startsWith(COURSES) ? LEARN : "";
  if (!name) return (await answer) ?? (await caches.match(PLAIN)) ?? Response.error();
  const silent = new Promise((done) => setTimeout(done, PATIENCE, null));
  return (await Promise.race([answer, silent])) ?? (await own(name, path)) ?? (await answer) ?? (await caches.match(PLAIN)) ?? Response.error();
}

async function own(name, path) {
  const kept = await caches.match(path, { cacheName: name });
  if (!kept || Date.now() - Number(kept.headers.get(AT)) < LONGEST) return kept;
  await drop(name);
}

function drop(...names) {
  for (const name of names) turns[name] = (turns[name] ?? 0) + 1;
  return Promise.all(names.map((name) => caches.delete(name)));
}

// Keeps these pages of courses for this person, with their pictures, and answers how many of them are kept now; another's go first.
async function keepCourse({ data: { course: { person, pages } }, ports: [port] }) {
  const cache = await keptFor(LEARN, person);
  let number = 0;
  for (const address of pages.filter((one) => COURSES && one.startsWith(COURSES))) {
    await store(LEARN, address, person, (html) => html.includes(`data-person="${person}"`), false).catch(() => null);
    if (await cache.match(address)) number += 1;
  }
  port?.postMessage(number);
}

async function keptFor(name, whose) {
  const cache = await caches.open(name);
  for (const request of await cache.keys()) {
    const kept = (await cache.match(request)).headers.get(FOR);
    if (!kept || kept === whose) continue;
    await drop(name);
    return caches.open(name);
  }
  return cache;
}

// Keeps the form as this person, under this hat and in this language, would see it now; another's goes first.
async function keep({ person, hat, language, form }) {
  const whose = [person, hat, language].join(" ");
  const kept = await (await caches.open(OWN)).match(FORM);
  if (!form || (kept && kept.headers.get(FOR) !== whose)) await drop(OWN);
  if (await caches.has(LEARN)) await keptFor(LEARN, person);
  await store(OPEN, PLAIN, language, () => true);
  if (form) await store(OWN, FORM, whose, (html) => html.includes(`data-person="${person}" data-hat="${hat}"`));
}

async function isYoung(cache, address, whose) {
  const headers = (await cache.match(address))?.headers;
  return headers?.get(FOR) === whose && Date.now() - Number(headers.get(AT)) < FRESH;
}

// `alone`: nothing else is kept there than this page and what it uses.
async function store(name, address, whose, right, alone = true) {
  const mine = turns[name];
  const cache = await caches.open(name);
  if (await isYoung(cache, address, whose)) return;
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const html = (await answer.text()).replace(SECRETS, "$1");
  if (!right(html)) return;
  const used = new Set([...html.matchAll(USED)].map(([, file]) => file));
  if (!alone) for (const [, file] of html.matchAll(PICTURES)) if (file.startsWith(COURSES)) used.add(file);
  const before = (await cache.keys()).map(({ url }) => url.slice(location.origin.length));
  try {
    await cache.addAll([...used].filter((file) => !before.includes(file)));
  } catch {
    return; // the network went away in between: what was kept before still stands
  }
  const headers = new Headers(answer.headers);
  for (const gone of ["content-encoding", "content-length", "set-cookie"]) headers.delete(gone);
  headers.set(FOR, whose);
  headers.set(AT, String(Date.now()));
  if (mine === turns[name]) await cache.put(address, new Response(html, { headers }));
  if (mine !== turns[name]) return caches.delete(name);
  if (alone) for (const file of before) if (file !== address && !used.has(file)) await cache.delete(file);
}

async function send() {
  if ((await self.p2pOutbox.send()) === "waiting") throw new Error("not yet"); // the browser wakes us again later
}
