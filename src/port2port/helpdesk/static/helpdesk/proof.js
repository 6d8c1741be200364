// The public form: while its reader writes, the browser does a second of work, which shows that a person takes the time.
// SHA-256 of "token:number" must begin with some zero bits. Without this script, or without Web Crypto, the form works as it is;
// the server then asks for half a minute instead.
const BATCH = 512;
const bytes = new TextEncoder();

function zeros(digest) {
  let count = 0;
  for (const byte of new Uint8Array(digest)) {
    if (byte === 0) count += 8;
    else return count + Math.clz32(byte) - 24;
  }
  return count;
}

async function work(token, bits) {
  for (let from = 0; ; from += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, at) => from + at);
    const digests = await Promise.all(numbers.map((one) => crypto.subtle.digest("SHA-256", bytes.encode(`${token}:${one}`))));
    const found = digests.findIndex((digest) => zeros(digest) >= bits);
    if (found >= 0) return numbers[found];
    await new Promise((done) => setTimeout(done)); // a finger on the page goes first
  }
}

for (const form of crypto.subtle ? document.querySelectorAll("form[data-proof]") : []) {
  const { token, bits, soonest } = form.dataset;
  const note = form.querySelector("[data-proof-note]");
  const loaded = performance.now();
  const done = work(token, Number(bits)).then((number) => {
    form.elements.proof.value = String(number);
  });
  form.addEventListener("submit", (event) => {
    const early = Number(soonest) * 1000 + 500 - (performance.now() - loaded);
    if (form.elements.proof.value && early <= 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (note.textContent) return;
    note.textContent = note.dataset.working;
    Promise.all([done, new Promise((wait) => setTimeout(wait, Math.max(0, early)))]).then(() => {
      note.textContent = "";
      form.requestSubmit();
    });
  });
}
