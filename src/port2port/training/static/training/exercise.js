// A screen of an exercise keeps itself true: whatever happens to it is asked for at once, and when nothing was asked in ten seconds.
// The clock runs on between two answers. Of injects only what is new is asked for, and put above the others: a hall full of screens
// asks at the same second, and what somebody is typing is never taken from under the hands. A screen has all that came before its
// newest: what comes is committed in the order of its moment. A busy server is asked again soon, not by all screens at one moment.
const room = document.querySelector("[data-exercise]");
const EVERY = 10_000, TICK = 250, SOON = 50, BUSY = 100, SPREAD = 300, OVER = 410;
let asking = false, again = false, asked = performance.now(), got = asked;

const rows = () => room.querySelector("[data-exercise-rows]");
const busy = () => [...room.querySelectorAll("textarea")].some((one) => one.value.trim() || one === document.activeElement);

// `whole`: all of it, since not only something new came.
async function ask(whole) {
  if (asking) { again ||= true; if (whole) again = "whole"; return; }
  asking = true;
  asked = performance.now();
  let wait = SOON;
  const newest = whole ? "" : rows().querySelector("[data-inject]")?.dataset.at ?? "";
  const address = room.dataset.part + (newest && `&after=${encodeURIComponent(newest)}`);
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", headers: { Accept: "text/html" } });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-exercise-rows]"), !newest);
    else if (answer.status === OVER && !busy()) location.reload(); // the page says so itself
    else if (answer.status === 503 || answer.status === 429) { again ||= whole ? "whole" : true; wait = BUSY + Math.random() * SPREAD; }
  } catch {
    // the network; the next one comes
  } finally {
    asking = false;
    if (again) { const next = again === "whole"; again = false; setTimeout(ask, wait, next); }
  }
}

function put(fresh, whole) {
  if (!fresh) return;
  got = performance.now();
  if (whole && !busy()) { rows().replaceWith(document.adoptNode(fresh)); return; }
  const there = rows(), list = there.querySelector("[data-injects]");
  if (!whole && there.dataset.as !== fresh.dataset.as) again = "whole"; // another role, or it has begun or ended
  for (const name of ["seconds", "running"]) there.dataset[name] = fresh.dataset[name];
  there.querySelector(".pp-head").replaceWith(document.adoptNode(fresh.querySelector(".pp-head")));
  for (const one of [...fresh.querySelectorAll("[data-inject]")].reverse())
    if (list && !there.querySelector(`[data-inject="${one.dataset.inject}"]`)) list.prepend(document.adoptNode(one));
}

function show() {
  const now = rows(), face = now.querySelector("[data-exercise-clock]");
  if (!face) return;
  const passed = now.dataset.running === "1" ? (performance.now() - got) / 1000 : 0;
  const whole = Math.floor(Number(now.dataset.seconds) + passed);
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor((whole % 3600) / 60);
  const text = hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  if (face.textContent !== text) face.textContent = text;
}

if (room) {
  document.addEventListener("p2p:event", ({ detail }) => {
    if ([detail.record, "any"].includes(room.dataset.exercise)) ask(!["inject", "clock"].includes(detail.act));
  });
  document.addEventListener("p2p:reload", (event) => { event.preventDefault(); ask(true); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(true); });
  setInterval(() => { if (performance.now() - asked >= EVERY) ask(false); }, TICK);
  setInterval(show, TICK);
}
