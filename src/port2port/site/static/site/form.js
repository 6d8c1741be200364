// Forms: sent once, and a page that came back with errors is read from the summary.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.matches("[data-again]")) return; // a file comes of it, and the page stays
  if (event.defaultPrevented || !form.matches("[data-form], form[method=post]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // The network may never answer; after a while the person may press again (the server takes the same key once).
  setTimeout(() => release(form), 15000);
});

function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}

// Back from the next page: the browser may show this one as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) release(form);
});

// A link in the error summary goes to its field, also when the field lies in a closed part.
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.closest("details:not([open])")?.setAttribute("open", "");
  field.focus();
  (field.closest(".pp-field") ?? field).scrollIntoView({ block: "center" });
});
