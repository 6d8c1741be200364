// The list stays true while it stands open: what is new waits behind the bar; what was withdrawn, updated or cancelled
// is fetched again and put in its place. Rows come from the server, under the policy.
const room = document.querySelector("[data-alerts]");
let timer;

const row = (where, id) => where.querySelector(`[data-record="${CSS.escape(id)}"]`);

async function refresh() {
  if (room.contains(document.activeElement)) { // never from under a hand
    timer = setTimeout(refresh, 3000);
    return;
  }
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const one of room.querySelectorAll("[data-record]")) {
    const now = row(page, one.dataset.record);
    if (now && now.tagName === one.tagName) one.replaceWith(document.adoptNode(now));
    else one.remove();
  }
}

document.addEventListener("p2p:event", ({ detail }) => {
  if (!room || detail?.kind !== "alert") return;
  if (row(room, detail.record)) {
    clearTimeout(timer);
    timer = setTimeout(refresh, 300);
  }
});
