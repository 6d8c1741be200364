// The list stays true while it stands open: what is new waits behind the bar, what was withdrawn goes, what changed is
// fetched again. Rows come from the server, under the policy; an event alone shows nothing.
const body = document.querySelector("[data-reports]");
const bar = document.querySelector("[data-newbar] a");
const waiting = new Set();
let changed = new Set(), timer;

async function rows(ids) {
  const address = new URL(body.dataset.rows, location.href);
  address.searchParams.set("ids", [...ids].join(","));
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const room = document.createElement("tbody");
  room.innerHTML = await answer.text();
  return [...room.children];
}

const row = (id) => body.querySelector(`tr[data-record="${CSS.escape(id)}"]`);

// Never from under a hand: a row that has the focus, or is pressed, is replaced when it was left.
const held = (element) => element.contains(document.activeElement) || element.matches(":active");

async function refresh() {
  const ids = [...changed].filter((id) => row(id) && !held(row(id)));
  if (changed.size > ids.length) timer = setTimeout(refresh, 3000);
  for (const id of ids) changed.delete(id);
  if (!ids.length) return;
  const found = await rows(ids).catch(() => null);
  if (!found) return;
  for (const id of ids) {
    const now = found.find((item) => item.dataset.record === id);
    if (now) {
      now.querySelector(".pp-count")?.remove();
      row(id)?.replaceWith(now);
    } else row(id)?.remove();
  }
}

document.addEventListener("p2p:event", ({ detail }) => {
  if (!body || detail?.kind !== "report") return;
  const { act, record } = detail;
  if (act === "withdrawn") {
    waiting.delete(record);
    row(record)?.remove(); // its author keeps it: asked for again
    changed.delete(record);
  } else if (row(record)) {
    changed.add(record);
    clearTimeout(timer);
    timer = setTimeout(refresh, 300);
  } else if (["shared", "widened"].includes(act)) waiting.add(record);
});

bar?.addEventListener("click", async (event) => {
  if (!body || !waiting.size || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const found = await rows(waiting).catch(() => null);
  if (!found) {
    location.assign(bar.href);
    return;
  }
  for (const item of found.reverse()) {
    row(item.dataset.record)?.remove();
    body.prepend(item);
  }
  waiting.clear();
  bar.hidden = true;
  delete bar.closest("[data-newbar]").dataset.filled;
  body.querySelector("a")?.focus();
});
