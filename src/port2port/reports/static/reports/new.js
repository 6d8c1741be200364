// The form of a report: the default audience follows what it is, the preview follows every choice, the position comes
// from the device. Without this script all of it still works: the server fills in what was left open.
const form = document.querySelector("[data-report-form]");
const field = (name) => form.elements[name];
const room = form.querySelector("[data-preview-room]");
const other = form.querySelector("[data-other-time]");
const choose = form.querySelector("[data-choose]");
const note = form.querySelector("[data-position-note]");
const button = form.querySelector("[data-position]");
const cyber = form.querySelector("[data-cyber]");
const positions = JSON.parse(document.getElementById("positions").textContent);

let touched = Boolean(form.querySelector("[name=audience]:checked")), asked = 0, timer;

function shape() {
  if (cyber) cyber.hidden = field("threat").value !== "cyber_attack";
  if (other) other.hidden = field("when").value !== "other";
  const free = ["waterway", "sea", "point"].includes(field("where").value);
  if (free) form.querySelector("[data-more]").open = true;
  if (choose) choose.hidden = field("audience").value !== "choose";
  if (choose && !choose.hidden) choose.open = true;
}

async function preview() {
  if (!room) return;
  const query = new URLSearchParams();
  for (const name of ["threat", "where", "tlp"]) if (field(name)?.value) query.set(name, field(name).value);
  if (touched && field("audience").value) query.set("audience", field("audience").value);
  for (const name of ["circles", "organisations", "persons"])
    for (const box of form.querySelectorAll(`[name=${name}]:checked`)) query.append(name, box.value);
  const mine = ++asked;
  const answer = await fetch(`${form.dataset.preview}?${query}`).catch(() => null);
  if (!answer?.ok || mine !== asked) return; // a later choice is on its way
  room.innerHTML = await answer.text();
  const advice = room.querySelector("[data-advice]")?.dataset.advice;
  if (!touched && advice) {
    const wanted = form.querySelector(`[name=audience][value="${CSS.escape(advice)}"]`);
    if (wanted) wanted.checked = true;
  }
  shape();
}

const soon = () => { clearTimeout(timer); timer = setTimeout(preview, 150); };

form.addEventListener("change", ({ target }) => {
  if (target.name === "audience") touched = true;
  // What names a colleague must not stay wide because something else was chosen before.
  if (target.name === "threat" && target.value === "insider") touched = false;
  // Nor may the suggestion for what was chosen before: without a network there is no other, and the server decides.
  if (target.name === "threat" && !touched) for (const box of form.querySelectorAll("[name=audience]:checked")) box.checked = false;
  if (target.name === "where" && !["sea", "point", "waterway"].includes(target.value) && field("lat").value) {
    field("lat").value = field("lon").value = "";
    if (note) note.textContent = "";
  }
  shape();
  if (["threat", "where", "audience", "tlp", "circles", "organisations", "persons"].includes(target.name)) soon();
});

// A draft may wait for the network: "now" is when it was written, not when it arrives.
form.addEventListener("input", () => {
  if (field("written_at") && !field("written_at").value) field("written_at").value = new Date().toISOString().slice(0, 19) + "+00:00";
});
form.addEventListener("p2p:restored", () => { touched = Boolean(form.querySelector("[name=audience]:checked")); shape(); soon(); });

const RADIANS = Math.PI / 180;
function kilometres([lat, lon], [otherLat, otherLon]) {
  const half = Math.sin(((otherLat - lat) * RADIANS) / 2) ** 2 +
    Math.cos(lat * RADIANS) * Math.cos(otherLat * RADIANS) * Math.sin(((otherLon - lon) * RADIANS) / 2) ** 2;
  return 12742 * Math.asin(Math.sqrt(half));
}

// The nearest quay, lock or bridge within 3 km; else the port within 60; else only the point.
function nearest(here) {
  const near = (kinds, most) => Object.entries(positions)
    .filter(([value]) => kinds.includes(value.split(":")[0]))
    .map(([value, there]) => [kilometres(here, there), value])
    .filter(([away]) => away <= most)
    .sort((a, b) => a[0] - b[0])[0]?.[1];
  return near(["facility", "landmark"], 3) ?? near(["port"], 60) ?? "point";
}

if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    note.textContent = note.dataset.asking;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const value = nearest([coords.latitude, coords.longitude]);
      field("where").value = value;
      field("lat").value = coords.latitude.toFixed(5);
      field("lon").value = coords.longitude.toFixed(5);
      note.textContent = note.dataset.found.replace("%s", field("where").selectedOptions[0]?.textContent ?? "");
      form.dispatchEvent(new Event("input"));
      shape();
      soon();
    }, () => { note.textContent = note.dataset.none; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
}

shape();
soon();
