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
const shown = () => Boolean(room.querySelector("[data-flights-found]"));

// Returns whether flights were found that were not shown a moment ago.
async function ask(patience) {
  const mine = ++asking, wanted = query();
  if (!drone()) { room.replaceChildren(); note.textContent = ""; answered = wanted; return false; }
  if (wanted === answered) return false;
  const before = new Set([...room.querySelectorAll("[name=flights_shown]")].map((one) => one.value));
  const given = navigator.onLine
    ? await fetch(`${form.dataset.flights}?${wanted}`, patience ? { signal: AbortSignal.timeout(patience) } : {}).catch(() => null)
    : null;
  if (mine !== asking) return false; // a later question is on its way
  if (!given?.ok) { room.replaceChildren(); note.textContent = note.dataset.none; return false; }
  room.innerHTML = await given.text();
  note.textContent = "";
  answered = wanted;
  return [...room.querySelectorAll("[name=flights_shown]")].some((one) => !before.has(one.value));
}

const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 200); };
form.addEventListener("change", ({ target }) => { if (NAMES.includes(target.name)) soon(); });
form.addEventListener("p2p:restored", () => { answered = ""; soon(); });

// Before the outbox takes the form (send.js): "it is this one" leaves as forms leave; else what was not asked yet is asked.
let passed = false;
form.addEventListener("submit", async (event) => {
  if (event.submitter?.name === "flight") { event.stopImmediatePropagation(); return; }
  if (passed || !drone() || query() === answered) { passed = false; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const fresh = await ask(PATIENCE);
  if (fresh && shown()) {
    const found = room.querySelector("[data-flights-found]");
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
    return;
  }
  passed = true;
  // A form cannot be submitted while its own submit event is still on its way.
  await new Promise((done) => setTimeout(done));
  form.requestSubmit(event.submitter ?? undefined);
}, { capture: true });

soon();
