// The outbox: forms that wait in this browser for a network, each sent exactly once. Pages and the worker share this
// file (importScripts), so it is no module. What waits is encrypted with a key that cannot be exported; that key lies
// beside it, so it keeps out a glance at the files and no more (README of site).
//
// One at a time sends (a Web Lock over all tabs and the worker), and the server takes a key once. The server forgets
// keys after a day: what may have arrived longer ago is not sent again without asking.
self.p2pOutbox = (() => {
  const NAME = "p2p-outbox";
  const ANSWER = 15_000, SENDING = 120_000; // how long a page and a form with files may take
  const REMEMBERED = 20 * 3_600_000; // the server's day, with room for slow clocks
  const RECEIPT = 86_400_000;
  const works = Boolean(self.indexedDB && self.crypto?.subtle && self.navigator.locks && self.BroadcastChannel);
  const channel = works ? new BroadcastChannel(NAME) : null;
  let opened;

  const settled = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  function database() {
    return (opened ??= new Promise((done, failed) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("waiting", { keyPath: "id" });
        request.result.createObjectStore("receipts", { keyPath: "id" });
        request.result.createObjectStore("keys");
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    }));
  }

  // Runs `work` on these stores in one transaction, and returns its answer once that is on the disk.
  async function within(stores, mode, work) {
    const transaction = (await database()).transaction(stores, mode, { durability: "strict" });
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    const [answer] = await Promise.all([settled(work((name) => transaction.objectStore(name))), ended]);
    return answer;
  }
  const all = (store) => within(store, "readonly", (of) => of(store).getAll());

  // A key for each person. Two tabs may make one at once: the one that was kept first is used.
  const keyOf = (person) => within("keys", "readonly", (of) => of("keys").get(person));
  async function keyFor(person) {
    const found = await keyOf(person);
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await within("keys", "readwrite", (of) => of("keys").add(made, person)).catch(() => null);
    return keyOf(person);
  }

  async function seal(key, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  }
  const unseal = (key, { iv, bytes }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes);

  async function sealed({ id, person, at, fields, ...rest }) {
    const key = await keyFor(person), files = [], told = [];
    for (const [name, value] of fields) {
      if (!(value instanceof Blob)) told.push([name, value]);
      else {
        told.push([name, null, files.length, value.name ?? "", value.type]);
        files.push(await seal(key, await value.arrayBuffer()));
      }
    }
    const words = new TextEncoder().encode(JSON.stringify({ ...rest, fields: told }));
    return { id, person, at, words: await seal(key, words), files };
  }

  // Undefined when its key has gone: its person is signing out at this moment.
  async function unsealed({ id, person, at, words, files }) {
    const key = await keyOf(person);
    if (!key) return undefined;
    const told = JSON.parse(new TextDecoder().decode(await unseal(key, words)));
    const fields = [];
    for (const [name, value, number, called, type] of told.fields)
      fields.push([name, number === undefined ? value : new File([await unseal(key, files[number])], called, { type })]);
    return { ...told, id, person, at, fields };
  }

  // Keeps a form that is to be sent: {id, person, at, url, title, fields, instead}. `id` is its idempotency key; `fields` are pairs as in
  // FormData, a value may be a File; `instead` holds values that are sent in place of what was typed.
  async function keep(entry) {
    const row = await sealed(entry);
    await within("waiting", "readwrite", (of) => of("waiting").put(row));
  }

  // Changes what is kept, and tells whether it still was: it may have been deleted while it was on its way.
  async function renew(entry) {
    const row = await sealed(entry);
    return within("waiting", "readwrite", (of) => {
      const found = of("waiting").getKey(row.id);
      found.addEventListener("success", () => found.result && of("waiting").put(row));
      return found;
    });
  }

  // What waits of this person, oldest first; `problems` when the server did not take it, `unsure` when it may have.
  async function waiting(person) {
    const rows = (await all("waiting")).filter((row) => row.person === person).sort((a, b) => a.at - b.at);
    const entries = (await Promise.all(rows.map(unsealed))).filter(Boolean);
    return entries.map((entry) => ({ ...entry, unsure: isUnsure(entry) }));
  }
  const entry = async (id) => {
    const row = await within("waiting", "readonly", (of) => of("waiting").get(id));
    return row && unsealed(row);
  };
  const isUnsure = ({ tried }) => Boolean(tried) && Date.now() - tried > REMEMBERED;

  const count = async () => (await all("waiting")).length;
  const remove = (id) => within("waiting", "readwrite", (of) => of("waiting").delete(id));

  // Everything of a person goes, the key too: what the browser's files may still hold of it cannot be read again.
  async function forget(person) {
    const ids = async (store) => (await all(store)).filter((row) => row.person === person).map((row) => row.id);
    for (const store of ["waiting", "receipts"])
      for (const id of await ids(store)) await within(store, "readwrite", (of) => of(store).delete(id));
    await within("keys", "readwrite", (of) => of("keys").delete(person));
    announce();
  }

  // What was sent: {id, at, written, url, people}; without content, and for a day.
  async function receipts(person) {
    const rows = (await all("receipts")).filter((row) => row.person === person);
    for (const row of rows) if (Date.now() - row.at > RECEIPT) await seen(row.id);
    return rows.filter((row) => Date.now() - row.at <= RECEIPT);
  }
  const seen = (id) => within("receipts", "readwrite", (of) => of("receipts").delete(id));

  function announce(reach) {
    self.dispatchEvent(new CustomEvent(NAME, { detail: { reach } }));
    channel?.postMessage({ reach });
  }
  channel?.addEventListener("message", ({ data }) => self.dispatchEvent(new CustomEvent(NAME, { detail: data })));

  const ask = (url, time, more = {}) =>
    fetch(url, {
      ...more, headers: { Accept: "application/json", ...more.headers }, redirect: "manual", cache: "no-store",
      credentials: "same-origin", signal: AbortSignal.timeout(time),
    }).catch(() => null);

  const isSignedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 401;
  const isLater = (answer) => answer.status >= 500 || [408, 425, 429].includes(answer.status);

  async function problemsOf(answer) {
    const told = await answer.json().catch(() => ({}));
    return told.errors ?? [{ field: "", message: told.detail ?? told.title ?? String(answer.status) }];
  }

  // Sends one. Returns "sent", "waiting" (no answer), "signin", "other" (another person is signed in), "gone"
  // (deleted meanwhile) or "problems".
  async function sendOne(entry) {
    const pass = await ask(entry.url, ANSWER);
    if (!pass || isLater(pass)) return "waiting";
    if (isSignedOut(pass)) return "signin";
    if (!pass.ok) return refused(entry, pass);
    const { person, csrf } = await pass.json(); // fresh: the secret of a page that was kept is not
    if (person !== entry.person) return "other";

    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    for (const [name, value] of Object.entries(entry.instead ?? {})) body.set(name, value);
    const tried = entry.tried ?? Date.now();
    if (!(await renew({ ...entry, tried }))) return "gone"; // written before it leaves: from now on it may have arrived
    const answer = await ask(entry.url, SENDING, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
    if (!answer || isLater(answer)) return "waiting";
    if (isSignedOut(answer)) return "signin";
    if (answer.status !== 201) return refused(entry, answer);
    const { url, at, people } = await answer.json();
    const receipt = { id: entry.id, person: entry.person, at: Date.parse(at), written: entry.at, url, people };
    await within(["waiting", "receipts"], "readwrite", (of) => {
      of("receipts").put(receipt);
      return of("waiting").delete(entry.id);
    });
    return "sent";
  }

  async function refused(entry, answer) {
    await renew({ ...entry, tried: undefined, problems: await problemsOf(answer) });
    return "problems";
  }

  // Sends what can be sent. Returns "sent" when nothing is left to send by itself, else why not.
  const send = () => navigator.locks.request(NAME, async () => {
    let reach = "sent";
    const rows = (await all("waiting")).sort((a, b) => a.at - b.at);
    for (const row of rows) {
      const one = await unsealed(row);
      if (!one || one.problems || isUnsure(one)) continue;
      const result = await sendOne(one);
      if (result !== "waiting" && result !== "signin") continue;
      reach = result;
      break; // the next one would meet the same
    }
    if (rows.length) announce(reach);
    return reach;
  });

  return { works, NAME, keep, waiting, entry, count, remove, forget, receipts, seen, announce, send };
})();
