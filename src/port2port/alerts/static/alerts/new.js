// The complete alert, in all languages, stands beside the form as it is written. Without this script the button
// "Look at it first" does the same.
const form = document.querySelector("[data-alert-form]");
const room = document.querySelector("[data-preview-room]");
const choose = form.querySelector("[data-choose]");
const users = form.querySelector("[data-users]");
const where = form.querySelector("[data-where]");
let asked = 0, timer, moved = false;

function shape() {
  choose.hidden = form.elements.audience.value !== "choose";
  if (!choose.hidden) choose.open = true;
  users.hidden = form.elements.audience.value !== "users";
  if (!users.hidden) users.open = true;
  if (["waterway", "point", "polygon"].includes(form.elements.where.value)) where.open = true;
}

async function preview() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!answer?.ok || mine !== asked) return; // a later choice is on its way
  room.innerHTML = await answer.text();
}

const soon = (wait) => { clearTimeout(timer); timer = setTimeout(preview, wait); };
form.addEventListener("change", ({ target }) => {
  // Whoever uses a system uses it anywhere: a place that nobody chose goes.
  if (target.name === "where") moved = true;
  if (target.name === "audience" && target.value === "users" && !moved) form.elements.where.value = "";
  shape();
  soon(150);
});
form.addEventListener("input", () => soon(600));
for (const button of form.querySelectorAll("[data-look]")) button.hidden = true;
shape();
soon(0);
