// A report that stands open says when it was changed or withdrawn; it does not change under the reader's eyes.
const here = document.querySelector("[data-report]")?.dataset.report;

document.addEventListener("p2p:event", ({ detail }) => {
  if (!here || detail?.record !== here) return;
  const gone = detail.act === "withdrawn";
  document.querySelector("[data-report-gone]").hidden = !gone;
  document.querySelector("[data-report-changed]").hidden = gone;
  if (gone) for (const part of document.querySelectorAll(".pp-split, .pp-answer")) part.remove();
});
