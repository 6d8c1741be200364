// What is new is told, never pushed in: a bar above the list counts it. Toasts go by themselves unless they can be undone.
const room = document.getElementById("toasts");
const number = new Intl.NumberFormat(document.documentElement.lang);

export function toast(text) {
  if (!room) return;
  const item = document.createElement("div");
  item.className = "pp-toast";
  item.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words);
  room.append(item);
  leave(item);
}

function leave(item) {
  if (item.querySelector("form")) return; // an Undo waits for the person
  let timer = setTimeout(() => item.remove(), 8000);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("focusin", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => (timer = setTimeout(() => item.remove(), 4000)));
}

for (const item of room?.querySelectorAll("[data-toast]") ?? []) leave(item);

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove());
document.addEventListener("p2p:toast", (event) => toast(event.detail));

// live.js says what happened: {kind, act, record, new}. Only what is new to this list is counted, each record once.
for (const bar of document.querySelectorAll("[data-newbar]")) {
  const seen = new Set();
  const link = bar.querySelector("a");
  document.addEventListener("p2p:event", (event) => {
    const { kind, act, record } = event.detail ?? {};
    if (kind !== bar.dataset.newbarKind || !["shared", "widened"].includes(act) || seen.has(record)) return;
    seen.add(record);
    link.textContent = (seen.size === 1 ? bar.dataset.one : bar.dataset.many).replace("%s", number.format(seen.size));
    link.hidden = false;
    bar.dataset.filled = "";
  });
}

// "8 min ago" stays true on a screen that stands open all night.
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "short" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function age() {
  for (const element of document.querySelectorAll("[data-ago]")) {
    const seconds = (Date.parse(element.dataset.ago) - Date.now()) / 1000;
    const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
    if (!unit) continue;
    const text = relative.format(Math.round(seconds / unit[1]), unit[0]);
    element.textContent = document.documentElement.lang.startsWith("de") ? text : text.replace(".", "");
  }
}
setInterval(age, 30000);
