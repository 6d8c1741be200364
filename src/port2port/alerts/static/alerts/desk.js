// The duty desk's screen keeps itself true for weeks: whatever happens, and every minute in any case, it asks for what
// stands there now and puts in place what differs. Nothing is added to the page but what replaces something, and every
// listener is on the document. It says how old its data is, and it is silent only when somebody wanted it so.
const $ = (name) => document.querySelector(`[data-desk${name}]`);
const room = $(""), bar = $("-bar"), ended = $("-ended"), age = $("-age"), clock = $("-clock"), day = $("-day");
const button = $("-sound"), silence = $("-silence"), light = document.querySelector("[data-live]"), form = document.getElementById("desk-acknowledge");
const words = room.dataset, lang = document.documentElement.lang.replace(/^en$/, "en-GB");

const BETWEEN = 2_000, MINUTE = 60_000, WHEN_CUT = 15_000, OLD = 2 * MINUTE, GRACE = 8_000, ANSWER_WITHIN = 20_000, HELD = 500;
const parts = new Map(); // name -> its markup as it was last sent
let over = false, asking = false, asked = Date.now(), got = Date.now(), cutSince = 0, timer = 0, was = "", turns = 0, shown = 0;

// ---- what stands there now

const proof = () => room.querySelector("[data-proof]")?.dataset;

function put(markup) {
  const page = new DOMParser().parseFromString(markup, "text/html");
  const held = document.activeElement?.id;
  for (const part of page.querySelectorAll("[data-part]")) {
    const name = part.dataset.part, now = part.outerHTML;
    if (parts.get(name) === now) continue;
    parts.set(name, now);
    room.querySelector(`[data-part="${name}"]`)?.replaceWith(document.adoptNode(part));
  }
  if (held && document.activeElement === document.body) document.getElementById(held)?.focus({ preventScroll: true });
}

// Asks the server and shows the answer. True when it took what was sent.
async function ask(address, options = {}) {
  const turn = ++turns;
  asking = true;
  asked = Date.now();
  try {
    const answer = await fetch(address, {
      cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN), ...options,
      headers: { "X-Desk-Shown": proof()?.proof ?? "", Accept: "text/html" },
    });
    // Whoever is not signed in is sent elsewhere.
    if (answer.type === "opaqueredirect" || answer.status === 401) end();
    if (over || !answer.ok) return false;
    const markup = await answer.text();
    if (over || !markup.includes("data-proof")) return false;
    if (turn < shown) return true; // asked before what stands there now: an answer that was overtaken
    shown = turn;
    put(markup);
    got = Date.now();
    listen();
    return true;
  } catch {
    return false; // the network; the bar says how old the data is
  } finally {
    asking = false;
    tick();
  }
}

// At most one question in two seconds, and never from under a finger.
function soon(least = 0) {
  if (over || timer) return;
  timer = setTimeout(() => {
    timer = 0;
    if (asking || room.querySelector(":active")) soon(HELD);
    else ask(words.desk);
  }, Math.max(least, asked + BETWEEN - Date.now()));
}

function end() {
  if (over) return;
  over = true;
  clearTimeout(timer);
  room.replaceChildren(); // what was for whoever was signed in goes with the session
  room.hidden = bar.hidden = true;
  ended.hidden = false;
  age.textContent = "";
  ring("lost");
}

document.addEventListener("p2p:event", () => soon());
document.addEventListener("p2p:reload", (event) => { event.preventDefault(); soon(); });
document.addEventListener("p2p:closed", (event) => { event.preventDefault(); end(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { soon(); stayAwake(); } });
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });

// In the first phase: form.js would take a second click for the same one.
document.addEventListener("submit", async (event) => {
  if (event.target !== form) return;
  event.preventDefault();
  event.stopPropagation();
  const pressed = event.submitter;
  if (!pressed || pressed.disabled) return;
  pressed.disabled = true;
  const took = await ask(pressed.formAction, { method: "POST", body: new FormData(form) });
  pressed.disabled = false;
  if (took || over) return;
  document.dispatchEvent(new CustomEvent("p2p:toast", { detail: words.wordFailed }));
  soon();
}, true);

// ---- the time, and how old the data is

const zone = { timeZone: "Europe/Brussels" };
const hours = new Intl.DateTimeFormat(lang, { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(lang, { ...zone, weekday: "short", day: "numeric", month: "short" });
const ago = new Intl.RelativeTimeFormat(lang);

const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };

function tick() {
  const now = Date.now(), live = light?.dataset.live === "on";
  say(clock, hours.format(now));
  say(day, days.format(now));
  if (over) return;
  cutSince = live ? 0 : cutSince || now;
  const cut = cutSince && now - cutSince >= GRACE, old = now - got;
  const minutes = Math.floor(old / MINUTE);
  const how = minutes ? ago.format(-minutes, "minute") : words.wordFresh;
  const data = words.wordData.replace("%s", proof()?.clock ?? "").replace("%s", how);
  const state = cut || old >= OLD ? "old" : "";
  say(age, state ? "" : data);
  say(bar, state ? [cut ? words.wordCut : "", data].filter(Boolean).join(" ") : "");
  bar.hidden = !state;
  if (state && !was) ring("lost");
  was = state;
  if (now - asked >= (cut ? WHEN_CUT : MINUTE)) soon();
}

// ---- the sound: two tones for an alert, again and again while an urgent one waits; an exercise sounds otherwise

const TONES = { urgent: [988, 740, 988, 740], alert: [660, 880], exercise: [440, 440, 440], lost: [330, 220] };
const KEPT = "p2p-desk-muted-until", MUTED_FOR = 60 * MINUTE, AGAIN = 4_000, LENGTH = 0.22;
const heard = new Set();
let sound = null, rung = 0, broken = false;

// A desk is muted for an hour and no longer: the next shift does not know that the last one muted it, and this screen
// does not know when the shift ends. An urgent alert ends it at once.
const mutedUntil = () => Number(localStorage.getItem(KEPT)) || 0;
const muted = () => mutedUntil() > Date.now();

function mute(until) {
  if (until) localStorage.setItem(KEPT, String(until));
  else localStorage.removeItem(KEPT);
  show();
}

function ring(tone) {
  if (muted() || sound?.state !== "running") return;
  TONES[tone].forEach((pitch, place) => {
    const start = sound.currentTime + place * LENGTH, voice = sound.createOscillator(), loud = sound.createGain();
    voice.type = tone === "exercise" ? "sine" : "triangle";
    voice.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, start);
    loud.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH);
    voice.connect(loud).connect(sound.destination);
    voice.start(start);
    voice.stop(start + LENGTH);
    voice.onended = () => loud.disconnect();
  });
}

// Rings for what was not there before; `first`: what stood there when the screen was opened is no news.
function listen(first = false) {
  const waiting = [...room.querySelectorAll("[data-alert]")];
  const fresh = waiting.filter((one) => !heard.has(one.dataset.alert));
  heard.clear();
  for (const one of waiting) heard.add(one.dataset.alert);
  const loudest = ["urgent", "alert", "exercise"].find((tone) => fresh.some((one) => one.dataset.tone === tone));
  if (first || !loudest) return;
  if (loudest === "urgent" && muted()) {
    broken = true;
    mute(0);
    allow();
  }
  rung = Date.now();
  ring(loudest);
}

function insist() {
  const lasting = [...room.querySelectorAll("[data-lasts]")].map((one) => one.dataset.tone);
  if (!lasting.length || Date.now() - rung < AGAIN) return;
  rung = Date.now();
  ring(lasting.includes("urgent") ? "urgent" : lasting[0]);
}

function show() {
  const state = muted() ? "off" : sound?.state === "running" ? "on" : "wait";
  button.dataset.state = state;
  button.setAttribute("aria-pressed", String(state === "on"));
  say(button, button.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`]);
  say(silence, state === "off" ? words.wordMuted.replace("%s", hours.format(mutedUntil())) : broken ? words.wordBroken : "");
  silence.hidden = !silence.textContent;
  silence.classList.toggle("is-over", broken && state !== "off");
}

// Browsers let a page sound only after somebody touched it.
async function allow() {
  if (muted() || sound?.state === "running") return;
  try {
    if (!sound) {
      sound = new AudioContext();
      sound.addEventListener("statechange", show);
    }
    await sound.resume();
  } catch (problem) {
    console.info("no sound", problem);
  }
  show();
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-desk-sound]")) return;
  broken = false;
  const silent = sound?.state === "running" && !muted();
  mute(silent ? Date.now() + MUTED_FOR : 0);
  if (!silent) allow().then(() => ring("alert"));
});
for (const touch of ["pointerup", "keydown"]) {
  // The button itself decides by what it showed: allowing first would turn its click into muting.
  document.addEventListener(touch, ({ target }) => { if (!target.closest?.("[data-desk-sound]")) allow(); });
}

// ---- the screen stays on, where the browser can

let awake = null;
async function stayAwake() {
  if (over || awake?.released === false) return;
  awake = await navigator.wakeLock?.request("screen").catch(() => null);
}

button.hidden = false;
show();
listen(true);
tick();
stayAwake();
setInterval(() => { tick(); show(); if (!over) insist(); }, 1_000);
