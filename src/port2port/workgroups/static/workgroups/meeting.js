// What is typed and chosen during a meeting is saved at once. Each item is saved by itself with its version, so that two
// who write do not overwrite each other; whoever comes second keeps the text and is told to press Save, which shows both.
const page = document.querySelector("[data-meeting]");
const WAIT = 1500; // after the last key
const AGAIN = 5000; // without network

async function post(form) {
  return fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
}

function writing(form) {
  const field = form.querySelector("textarea");
  const said = form.querySelector("[data-saved]");
  let kept = field.value;
  let timer;
  let busy = false;
  let stopped = false;

  async function save() {
    if (busy || stopped || field.value === kept) return;
    busy = true;
    const text = field.value;
    said.textContent = page.dataset.saving;
    const answer = await post(form).catch(() => null);
    busy = false;
    if (answer?.ok) {
      const { version, saved } = await answer.json();
      form.elements.version.value = version;
      kept = text;
      said.textContent = saved;
      if (field.value !== kept) later();
    } else if (answer?.status === 409) {
      stopped = true;
      said.textContent = page.dataset.conflict;
    } else if (answer) {
      const problem = await answer.json().catch(() => ({}));
      said.textContent = problem.errors?.[0]?.message ?? problem.title ?? page.dataset.failed;
    } else {
      said.textContent = page.dataset.failed;
      later(AGAIN);
    }
  }

  function later(wait = WAIT) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  field.addEventListener("input", () => later());
  field.addEventListener("blur", () => later(0));
  addEventListener("beforeunload", (event) => {
    if (field.value !== kept && !form.dataset.sent) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    form.dataset.sent = "1";
  });
}

function attending(form) {
  const state = form.elements.state;
  const by = form.elements.replaced_by;
  const said = form.querySelector("[data-saved]");
  const show = () => by.toggleAttribute("data-only-replaced", state.value !== "replaced");

  async function save() {
    if (!state.value || (state.value === "replaced" && !by.value.trim())) return;
    const answer = await post(form).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({})) : {};
    said.textContent = answer?.ok ? told.saved : (told.errors?.[0]?.message ?? told.title ?? page.dataset.failed);
  }

  form.classList.add("wg-there--live");
  state.addEventListener("change", () => {
    show();
    if (state.value === "replaced") by.focus();
    save();
  });
  by.addEventListener("change", save);
  show();
}

for (const form of document.querySelectorAll("[data-minutes]")) writing(form);
for (const form of document.querySelectorAll("[data-there]")) attending(form);

// Whoever reads along is told that something was written; the page does not change under the reader's eyes.
const bar = document.querySelector("[data-followed]");
const followed = new Set(bar?.dataset.followed.trim().split(" "));
document.addEventListener("p2p:event", ({ detail }) => {
  if (bar && followed.has(detail?.record)) bar.hidden = false;
});
