// An alert that stands open says when a newer message came or it was withdrawn; answers of desks appear by themselves.
const here = document.querySelector("[data-alert]")?.dataset.alert;
const desks = document.querySelector("[data-recipients]");
let timer;

async function answers() {
  const answer = await fetch(desks.dataset.recipients).catch(() => null);
  if (answer?.ok) desks.innerHTML = await answer.text();
}

document.addEventListener("p2p:event", ({ detail }) => {
  if (!here || detail?.kind !== "alert" || detail.record !== here) return;
  if (detail.act === "acknowledged") {
    clearTimeout(timer);
    if (desks) timer = setTimeout(answers, 200);
    return;
  }
  const gone = detail.act === "withdrawn";
  if (!gone && detail.act !== "changed") return;
  document.querySelector("[data-alert-gone]").hidden = !gone;
  document.querySelector("[data-alert-changed]").hidden = gone;
  if (gone) for (const part of document.querySelectorAll(".pp-split, .pp-answer")) part.remove();
});
