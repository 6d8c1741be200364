// What happens elsewhere reaches this screen: one stream of events per browser, shared between its tabs.
// The tab that holds the lock reads the stream and passes each message on; when it closes, the next takes over.
// fetch and not EventSource: it tells "signed out" from "not reachable", hears every kind of event without a list of
// them, and notices a line that died in silence (no heartbeat). The protocol is the same, Last-Event-ID included.
//
// Pages listen on document: "p2p:event" {id, kind, act, record}; "p2p:reload" when too much was missed, "p2p:closed" when the
// session ended (both preventable).

const script = document.querySelector("script[data-events]");
const address = script?.dataset.events || "/live/events";
const lights = document.querySelectorAll("[data-live]");
const name = `p2p-live-${document.body.dataset.person ?? ""}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;

const KEPT = 500; // ids not to be told twice
const OVERLAP = 30_000; // a tab that just opened is told what happened while it was loading
const SILENCE = 40_000; // two heartbeats and a half
const SHORTEST = 2_000, LONGEST = 30_000;

const seen = new Set();
const recent = [];
let last = document.querySelector("[data-live-after]")?.dataset.liveAfter ?? "";
let state = "off", leading = false, wait = SHORTEST, stop = () => {}, wake = () => {};

function show(now) {
  state = now;
  for (const light of lights) {
    if (light.dataset.live === now) continue;
    light.dataset.live = now;
    const word = light.getAttribute(`data-live-${now}`) ?? light.getAttribute("data-live-off");
    if (word !== null) light.textContent = word;
    // A light that brings its words along shows the one of its state.
    for (const part of light.querySelectorAll("[data-live-word]"))
      part.hidden = part.dataset.liveWord !== (now === "on" ? "on" : "off");
  }
  if (leading) channel?.postMessage({ state });
}

// UUIDv7: the later id is the greater text.
const resumeFrom = (id) => { if (id > last) last = id; };

function tell(event) {
  if (seen.has(event.id)) return;
  seen.add(event.id);
  if (seen.size > KEPT) seen.delete(seen.values().next().value);
  resumeFrom(event.id);
  if (leading) {
    recent.push({ at: Date.now(), event });
    while (recent.length > KEPT || (recent[0] && Date.now() - recent[0].at > OVERLAP)) recent.shift();
    channel?.postMessage({ event });
  }
  document.dispatchEvent(new CustomEvent("p2p:event", { detail: event }));
}

function reload() {
  if (!document.dispatchEvent(new CustomEvent("p2p:reload", { cancelable: true }))) return;
  if (!document.activeElement?.closest("form")) location.reload(); // never under somebody's hands
}

function leave() {
  show("off");
  if (!document.dispatchEvent(new CustomEvent("p2p:closed", { cancelable: true }))) return; // the page says so itself
  // Once: a page that is open to all stays, and does not reload for ever.
  if (Date.now() - Number(sessionStorage.getItem(name)) < 30_000) return;
  sessionStorage.setItem(name, String(Date.now()));
  location.reload(); // which leads to the sign-in page
}

function hear({ event: kind = "", id = "", data = "" }) {
  if (kind === "ready") {
    wait = SHORTEST;
    resumeFrom(id);
    channel?.postMessage({ since: id });
    show("on");
  } else if (kind === "fresh") show("on");
  else if (kind === "stale") show("stale");
  else if (kind === "reload" || kind === "closed") {
    channel?.postMessage({ order: kind });
    if (kind === "reload") reload();
    return kind !== "closed";
  } else if (id && data) tell({ id, ...JSON.parse(data) });
  return true;
}

// Reads one connection to its end; true when another may follow.
async function read() {
  const line = new AbortController();
  let timer;
  const alive = () => { clearTimeout(timer); timer = setTimeout(() => line.abort(), SILENCE); };
  stop = () => line.abort();
  try {
    alive();
    const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
    const response = await fetch(address, { headers, cache: "no-store", signal: line.signal });
    if (response.status === 401) return false;
    if (!response.ok) return true;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return true;
      alive();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split("\n").map((text) => text.split(/: ?(.*)/s, 2)));
        if (!hear(fields)) return false;
      }
    }
  } catch {
    return true; // the line broke, or we cut it
  } finally {
    clearTimeout(timer);
    line.abort();
  }
}

const pause = (time) => new Promise((done) => { wake = done; setTimeout(done, time); });

async function lead() {
  leading = true;
  for (;;) {
    if (!(await read())) {
      channel?.postMessage({ order: "closed" });
      return leave();
    }
    show("off");
    // Not all browsers at the same moment when a server comes back.
    await pause(navigator.onLine ? wait * (0.5 + Math.random()) : LONGEST);
    wait = Math.min(wait * 2, LONGEST);
  }
}

channel?.addEventListener("message", ({ data }) => {
  if (data.hello !== undefined && leading) {
    channel.postMessage({ state });
    for (const { event } of recent) channel.postMessage({ event });
  } else if (!leading) {
    if (data.state) show(data.state);
    if (data.since) resumeFrom(data.since);
    if (data.event) tell(data.event);
    if (data.order === "reload") reload();
    if (data.order === "closed") leave();
  }
});

addEventListener("offline", () => { stop(); if (leading) show("off"); });
addEventListener("online", () => { wait = SHORTEST; wake(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });

if (lights.length || script) {
  show("off");
  channel?.postMessage({ hello: true });
  if (channel && navigator.locks) navigator.locks.request(name, lead);
  else lead();
}
