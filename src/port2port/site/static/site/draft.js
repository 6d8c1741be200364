// A form's draft stays in this browser until it is sent: a lost connection at 03:00 must not cost the text.
// Key: form and person (an opaque id), so that the next person at a shared machine does not meet it. Signing out clears.
const PREFIX = "p2p-draft";
const DAYS = 3;
const person = document.body.dataset.person ?? "";
const key = (form) => `${PREFIX}:${person}:${form.dataset.draft}`;
const forms = [...document.querySelectorAll("form[data-draft]:not([data-no-draft])")].filter(() => person);
const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const kept = (field) =>
  field.name && field.name !== "csrfmiddlewaretoken" && !field.matches("[type=password], [type=file], [type=hidden]:not([data-kept]), [data-no-draft]");

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (values[field.name] ??= []).push(field.value);
    } else if (field.value) values[field.name] = [field.value];
  }
  return values;
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!kept(field)) continue;
    const saved = values[field.name];
    if (field.type === "radio" || field.type === "checkbox") field.checked = saved ? saved.includes(field.value) : false;
    else if (saved) field.value = saved[0];
  }
  form.dispatchEvent(new CustomEvent("p2p:restored", { bubbles: true }));
}

function say(form, word, at) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.textContent = note.dataset[word]?.replace("%s", clock(at)) ?? "";
}

function keep(form) {
  const values = read(form);
  const at = Date.now();
  try {
    if (Object.keys(values).length) localStorage.setItem(key(form), JSON.stringify({ at, values }));
  } catch {
    return; // a full or forbidden store: the form still works, only without a draft
  }
  say(form, navigator.onLine ? "saved" : "kept", at);
}

function load(form) {
  const text = localStorage.getItem(key(form));
  if (!text) return null;
  try {
    const draft = JSON.parse(text);
    if (Date.now() - draft.at < DAYS * 86400000) return draft;
  } catch {
    // written by another version: of no use
  }
  localStorage.removeItem(key(form));
  return null;
}

// The page after a form was taken names the drafts that are done with.
for (const done of document.querySelectorAll("[data-draft-done]")) localStorage.removeItem(`${PREFIX}:${person}:${done.dataset.draftDone}`);

for (const form of forms) {
  // Errors came back: the server's values are newer than the draft.
  const draft = form.querySelector("[data-error-summary]") ? null : load(form);
  if (draft) {
    fill(form, draft.values);
    say(form, "restored", draft.at);
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), 400);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    keep(form);
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation(); // keeps form.js from counting it as sent
    say(form, "kept", Date.now());
  });
  addEventListener("online", () => say(form, "online", Date.now()));
  addEventListener("offline", () => timer && keep(form));
  addEventListener("pagehide", () => timer && keep(form));
  // Taken over by the outbox: nothing of it is left to keep here.
  form.addEventListener("p2p:taken", () => {
    clearTimeout(timer);
    timer = 0;
    localStorage.removeItem(key(form));
  });
  form.querySelector("[data-draft-clear]")?.addEventListener("click", () => {
    localStorage.removeItem(key(form));
    form.reset();
    say(form, "none", Date.now());
  });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith(`${PREFIX}:`)) localStorage.removeItem(name);
});
