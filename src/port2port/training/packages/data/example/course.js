// A small course that speaks SCORM 1.2: where one is, what one answered, and what it comes to.
const find = (at) => at.API ?? (at === at.parent ? null : find(at.parent));
const api = find(window);
const pages = [...document.querySelectorAll("section")], questions = [...document.querySelectorAll("form")];
const back = document.querySelector("[data-back]"), on = document.querySelector("[data-on]"), place = document.querySelector("[data-place]");
let at = 0, over = false;

const set = (name, value) => api.LMSSetValue(`cmi.core.${name}`, String(value));
const chosen = () => questions.map((form) => new FormData(form).get("answer") ?? "");

function show() {
  pages.forEach((page, number) => { page.hidden = number !== at; });
  place.textContent = `${at + 1} of ${pages.length}`;
  back.hidden = at === 0;
  on.hidden = at === pages.length - 1;
  const form = pages[at].querySelector("form");
  on.disabled = Boolean(form) && !new FormData(form).get("answer");
  if (at === pages.length - 1) finish();
}

function keep() {
  if (over) return;
  set("lesson_location", at);
  api.LMSSetValue("cmi.suspend_data", chosen().join(","));
  set("exit", "suspend");
  api.LMSCommit("");
}

function finish() {
  const right = questions.filter((form) => new FormData(form).get("answer") === form.dataset.right).length;
  const score = Math.round((right / questions.length) * 100);
  document.querySelector("[data-result]").textContent = `${right} of ${questions.length} right. ${score === 100 ? "You passed." : "Take it again: both are needed."}`;
  if (over) return;
  set("score.raw", score);
  set("lesson_status", score === 100 ? "passed" : "failed");
  set("exit", "");
  api.LMSFinish("");
  over = true;
}

for (const form of questions)
  form.addEventListener("change", () => {
    const right = new FormData(form).get("answer") === form.dataset.right;
    form.querySelector("[role=status]").textContent = right ? "Right." : "Not that: think of who decides, and of who must not know.";
    on.disabled = false;
    keep();
  });
back.addEventListener("click", () => { at -= 1; show(); keep(); });
on.addEventListener("click", () => { at += 1; show(); keep(); });

api.LMSInitialize("");
const before = api.LMSGetValue("cmi.suspend_data").split(",");
questions.forEach((form, number) => { if (before[number]) form.elements.answer.value = before[number]; });
at = Math.min(Number(api.LMSGetValue("cmi.core.lesson_location")) || 0, pages.length - 1);
set("lesson_status", "incomplete");
show();
