// What is being written may be the same event as a report that its writer sees: asked before it is sent, and shown above
// the button. Without this script the page of the report says it afterwards.
const form = document.querySelector("[data-report-form]");
const room = form?.querySelector("[data-possible]");
const ASKED = ["where", "when", "occurred_at", "written_at", "occurred_precision", "occurred_margin", "modus_operandi", "waterway",
  "waterway_km", "lat", "lon"];
let timer, asked = 0;

async function look() {
  const mine = ++asked;
  if (!form.elements.modus_operandi?.value) { room.replaceChildren(); return; } // without a method nothing is compared
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", ...ASKED]) if (form.elements[name]) data.set(name, form.elements[name].value);
  const answer = await fetch(room.dataset.ask, { method: "POST", body: data }).catch(() => null);
  if (!answer?.ok || mine !== asked || room.contains(document.activeElement)) return; // never under somebody's hands
  room.innerHTML = await answer.text();
}

if (room) {
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 400); };
  form.addEventListener("change", ({ target }) => { if (ASKED.includes(target.name)) soon(); });
  form.addEventListener("p2p:restored", soon);
  if (form.elements.modus_operandi?.value) soon();
}
