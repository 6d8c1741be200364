// Only what belongs to the chosen state is shown; without this script all fields stand there, and the rules say what is missing.
const form = document.querySelector("[data-adoption]");

function show() {
  const state = form.querySelector("input[name=state]:checked")?.value ?? "";
  for (const part of form.querySelectorAll("[data-only]")) {
    part.hidden = !part.dataset.only.split(" ").includes(state);
  }
}

form?.addEventListener("change", show);
if (form) show();
