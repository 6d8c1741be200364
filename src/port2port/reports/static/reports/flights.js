// Before a report about a drone is sent, the authorised flights at that place and time are shown: "is it this one?".
// Nothing holds a report up: without a network or an answer in time it goes on, and the page says that none were shown.
const form = document.querySelector("[data-report-form]");
const room = form.querySelector("[data-flights-room]");
const note = form.querySelector("[data-flights-note]");
const NAMES = ["threat", "where", "when", "occurred_at", "written_at", "lat", "lon", "waterway", "waterway_km", "modus_operandi", "occurred_precision", "occurred_margin"];
const PATIENCE = 3000;
let answered = "", asking = 0, timer;

const query = () => {
  const found = new URLSearchParams();
  for (const name of NAMES) if (form.elements[name]?.value) found.set(name, form.elements[name].value);
  return found.toString();
};
const drone = () => form.elements.threat.value === "drone_misuse" || form.elements.modus_operandi?.value.startsWith("UA");

async function ask(patience) {
  const mine = ++asking, wanted = query();
  if (!drone()) { room.replaceChildren(); note.textContent = ""; answered = wanted; return; }
  if (wanted === answered) return;
  const given = navigator.onLine
    ? await fetch(`${form.dataset.flights}?${wanted}`, patience ? { signal: AbortSignal.timeout(patience) } : {}).catch(() => null)
    : null;
  if (mine !== asking) return; // a later question is on its way
  if (!given?.ok) { room.replaceChildren(); note.textContent = note.dataset.none; return; }
  room.innerHTML = await given.text();
  note.textContent = "";
  answered = wanted;
}

const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 200); };
form.addEventListener("change", ({ target }) => { if (NAMES.includes(target.name)) soon(); });
form.addEventListener("p2p:restored", () => { answered = ""; soon(); });

// Whoever presses Report before having been shown a flight is shown it, once; "send all the same" needs no second press.
const noticed = new Set();
function unnoticed(button) {
  const ids = [...room.querySelectorAll("[name=flights_shown]")].map(({ value }) => value);
  const fresh = ids.some((id) => !noticed.has(id));
  for (const id of ids) noticed.add(id);
  return fresh && !button?.closest("[data-flights-found]");
}

function show() {
  const found = room.querySelector("[data-flights-found]");
  found.scrollIntoView({ block: "center" });
  found.focus({ preventScroll: true });
}

// Before the outbox takes the form (send.js): "it is this one" leaves as forms leave; else what was not asked yet is asked.
let passed = false;
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name === "flight") { event.stopImmediatePropagation(); return; }
  if (passed || !drone()) { passed = false; return; }
  const settled = query() === answered;
  if (settled && !unnoticed(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (settled) { show(); return; }
  clearTimeout(timer); // or its question would overtake this one
  for (let turn = 0; turn < 2 && query() !== answered; turn++) await ask(PATIENCE);
  if (unnoticed(button)) { show(); return; }
  passed = true;
  // A form cannot be submitted while its own submit event is still on its way.
  await new Promise((done) => setTimeout(done));
  form.requestSubmit(button?.isConnected ? button : undefined);
}, { capture: true });

soon();
