// A text of a course looks beside it as its readers will see it. Without this script it does so once it is kept.
const form = document.querySelector("[data-look]");
const timers = new Map();

async function look(area) {
  const room = form.querySelector(`[data-look-of="${area.name}"]`), text = area.value;
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, text });
  const answer = await fetch(form.dataset.look, { method: "POST", body }).catch(() => null);
  if (answer?.ok && area.value === text) room.innerHTML = await answer.text(); // cleaned by the server
}

form.addEventListener("input", ({ target }) => {
  if (!target.matches("textarea")) return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(look, 400, target));
});
