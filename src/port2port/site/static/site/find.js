// The search box: it opens over the page, answers while one types, and is worked with the keys. Without it the link of
// the top bar leads to the search as a page. Hits come from the server, under the policy.
const box = document.getElementById("find");
const field = box?.querySelector("input");
const room = box?.querySelector("#find-hits");
const said = box?.querySelector("[data-said]");
const WAIT = 180; // ms after the last key
let timer, asking, at = -1;

const options = () => [...room.querySelectorAll("[role=option]")];

function choose(to) {
  const all = options();
  at = all.length ? (to + all.length + 1) % (all.length + 1) : -1; // one more place: the field itself
  if (at === all.length) at = -1;
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  if (at === -1) field.removeAttribute("aria-activedescendant");
  else {
    field.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }
}

function show(html) {
  // the answer is our own server's page part: parsed as a document, in which no script runs
  room.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  at = -1;
  field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-expanded", String(options().length > 0));
  said.textContent = room.querySelector("[data-answer]")?.dataset.answer ?? "";
}

async function ask() {
  asking?.abort();
  const q = field.value.trim();
  if (q.length < 2) return show("");
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(`${box.dataset.now}?q=${encodeURIComponent(q)}`, { signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const html = await answer.text();
    if (!signal.aborted) show(html);
  } catch (error) {
    if (error.name === "AbortError" || signal.aborted) return;
    show("");
    said.textContent = box.dataset.failed;
    room.append(Object.assign(document.createElement("p"), { className: "pp-finder__note", textContent: box.dataset.failed }));
  }
}

function open(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  if (!box.open) box.showModal();
  field.focus();
  field.select();
}

if (box) {
  document.querySelectorAll("a.pp-find").forEach((link) => link.addEventListener("click", open));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.target !== field || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && at > -1) {
      event.preventDefault();
      options()[at].click();
    } else if (event.key === "Escape") {
      event.preventDefault(); // some browsers empty the field first
      box.close();
    }
  });
  box.querySelector("[data-close]").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}
