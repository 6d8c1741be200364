// What is being written is sent to be recognised, and what was recognised stands under the field before anything is
// saved. Without this script the server shows it when the form is sent, and asks once more.
const form = document.querySelector("[data-observe], [data-report-form]");
const paste = form?.querySelector("[data-recognise]");
const room = form?.querySelector("[data-recognised]");
let timer, asked = 0;

async function recognise() {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "text", "observables", "observable_kind", "observable_value"])
    if (form.elements[name]) data.set(name, form.elements[name].value);
  for (const box of room.querySelectorAll("[name=observable]:checked")) data.append("observable", box.value);
  for (const shown of room.querySelectorAll("[name=offered]")) data.append("offered", shown.value);
  const mine = ++asked;
  const answer = await fetch(paste.dataset.recognise, { method: "POST", body: data }).catch(() => null);
  if (!answer?.ok || mine !== asked || room.contains(document.activeElement)) return; // never under somebody's hands
  room.innerHTML = await answer.text();
  const fold = room.closest("[data-observed]");
  if (fold && room.querySelector("[name=offered]")) fold.open = true;
}

if (paste) {
  const soon = () => { clearTimeout(timer); timer = setTimeout(recognise, 400); };
  for (const name of ["text", "observables", "observable_value"]) form.elements[name]?.addEventListener("input", soon);
  form.elements.observable_kind?.addEventListener("change", soon);
  form.addEventListener("p2p:restored", soon);
  if (paste.value) soon();
}
