// Pressing Report puts the report into the outbox first and sends it from there: whatever the network does, it is not
// lost, and it arrives once. A browser without an outbox sends the form as forms are sent.
const form = document.querySelector("[data-report-form]");
const field = (name) => form.elements[name];
const outbox = self.p2pOutbox;
const note = form.querySelector("[data-position-note]");
const words = form.querySelector("[data-draft-note]");
const DRAFT = form.dataset.draft;
const PATIENCE = 15000; // then the page says that it waits, and goes on trying
const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const iso = (at) => new Date(at).toISOString().slice(0, 19) + "+00:00";
const say = (word, at = Date.now()) => { words.textContent = words.dataset[word].replace("%s", clock(at)); };

function fresh() {
  if (location.hash) history.replaceState(null, "", location.pathname);
  form.dataset.draft = DRAFT;
  form.reset();
  field("written_at").value = "";
  field("key").value = crypto.randomUUID();
  if (note) note.textContent = "";
  form.querySelector("[data-recognised]")?.replaceChildren(); // of the one before
  clearProblems();
  form.dispatchEvent(new CustomEvent("p2p:restored")); // new.js and observe.js look at it anew
}

// "Now" and "half an hour ago" count from when it was written, however long it waits.
function moment() {
  if (field("when").value === "other") return {};
  const back = Number(field("when").value) || 0;
  return { when: "other", occurred_at: iso(Date.parse(field("written_at").value) - back * 60000) };
}

async function report() {
  const at = Date.now(), id = field("key").value;
  field("written_at").value ||= iso(at);
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const threat = form.querySelector("[name=threat]:checked")?.closest("label").textContent.trim();
  const title = (field("title").value || field("text").value.trim().split("\n")[0] || threat || "-").slice(0, 80);
  await outbox.keep({ id, person: document.body.dataset.person, at, url: location.pathname, title, fields, instead: moment() });
  form.dispatchEvent(new CustomEvent("p2p:taken"));
  say("sending");
  const late = new Promise((done) => setTimeout(done, PATIENCE, "waiting"));
  const reach = navigator.onLine ? await Promise.race([outbox.send(), late]) : "waiting";
  const left = await outbox.entry(id);
  if (!left) {
    const receipt = (await outbox.receipts(document.body.dataset.person)).find((one) => one.id === id);
    fresh();
    location.assign(receipt?.url ?? "/reports/");
  } else if (left.problems) {
    // It is in the form again, and so in the draft; one that was opened from the list stays there until it is sent.
    if (form.dataset.draft === DRAFT) await outbox.remove(id);
    outbox.announce(reach);
    form.dispatchEvent(new Event("input"));
    words.textContent = "";
    showProblems(left.problems);
  } else {
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register(outbox.NAME)).catch(() => null);
    outbox.announce(reach);
    fresh();
    say("queued", at);
    queued = id;
    const room = document.querySelector("[data-outbox]");
    room.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }
}

// The line beside the button is true only as long as the last report waits.
let queued = "";
addEventListener(outbox?.NAME ?? "", async () => {
  if (!queued || (await outbox.entry(queued))) return;
  queued = "";
  words.textContent = "";
});

let busy = false;
form.addEventListener("submit", async (event) => {
  if (!outbox?.works || !document.body.dataset.person) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // draft.js and form.js look after forms that leave the page
  if (busy) return;
  busy = true;
  form.setAttribute("aria-busy", "true");
  try {
    await report();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    form.submit(); // the browser keeps nothing (full, or forbidden)
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}, { capture: true });

function clearProblems() {
  for (const shown of form.querySelectorAll("[data-error-summary], .pp-error")) shown.remove();
  for (const one of form.querySelectorAll(".is-error")) one.classList.remove("is-error");
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

// What the server would not take, as its own page shows it: a summary that links, and a line at each field.
function showProblems(problems) {
  clearProblems();
  const summary = form.querySelector("template[data-problems]").content.cloneNode(true).firstElementChild;
  const { one, many } = summary.dataset;
  summary.querySelector("h2").textContent = problems.length === 1 ? one : many.replace("{n}", problems.length);
  for (const { field: name, message } of problems) {
    const item = document.createElement("li"), control = name && form.querySelector(`[name="${CSS.escape(name)}"]`);
    item.textContent = message;
    if (control) {
      const link = document.createElement("a"), line = document.createElement("p");
      const box = control.closest(".pp-field") ?? control.parentElement;
      const label = box.querySelector(".pp-label")?.firstChild.textContent.trim();
      link.href = `#${control.id}`;
      link.textContent = [label && `${label.replace(/\?$/, "")}:`, message].filter(Boolean).join(" ");
      item.replaceChildren(link);
      line.className = "pp-error";
      line.id = `${control.id}-error`;
      line.textContent = message;
      box.classList.add("is-error");
      (box.querySelector(".pp-hint, .pp-label") ?? control).after(line);
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", line.id);
      for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        control.focus();
        box.scrollIntoView({ block: "center" });
      });
    }
    summary.querySelector("ul").append(item);
  }
  form.querySelector(".pp-head").after(summary);
  summary.focus();
}

// Opened from the list of what waits: as it was typed, with what must be put right.
async function reopen() {
  const id = location.hash.match(/^#kept-([0-9a-f-]{36})$/)?.[1];
  const kept = id && outbox?.works && (await outbox.entry(id));
  if (!kept || kept.person !== document.body.dataset.person) return;
  form.dataset.draft = `report-${id}`; // another draft stays as it is
  for (const one of form.elements) {
    if (one.type === "file") {
      const back = new DataTransfer();
      for (const [name, value] of kept.fields) if (name === one.name && value instanceof File && value.size) back.items.add(value);
      one.files = back.files;
      continue;
    }
    const values = kept.fields.filter(([name, value]) => name === one.name && typeof value === "string").map(([, value]) => value);
    if (!one.name || one.name === "csrfmiddlewaretoken" || one.closest("[data-recognised]")) continue;
    if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
  form.dispatchEvent(new CustomEvent("p2p:restored"));
  if (kept.problems) showProblems(kept.problems);
}

// A form that was kept for later has no secret; what it asks the server meanwhile needs one, once there is a network.
async function freshen() {
  const secret = form.elements.csrfmiddlewaretoken;
  if (secret.value || !navigator.onLine) return;
  const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const { person, csrf } = await answer.json();
  if (person === document.body.dataset.person) secret.value = csrf;
}

addEventListener("hashchange", reopen);
addEventListener("online", freshen);
freshen();
// A form that was kept for later has no key: each report that is written in it has one of its own.
if (!field("key").value && self.crypto?.randomUUID) field("key").value = crypto.randomUUID();
reopen();
