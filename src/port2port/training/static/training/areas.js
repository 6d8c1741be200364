// Places in a picture are drawn with a pointer; the numbers in the form are what counts, and can be typed instead.
const room = document.querySelector("[data-areas]"), svg = room.querySelector("svg");
const form = room.closest("form"), picture = form.elements.picture;
const sources = new Map(Object.entries(room.dataset).filter(([key]) => key.startsWith("src"))
  .map(([, value]) => [value.slice(0, value.indexOf(" ")), value.slice(value.indexOf(" ") + 1)]));
const SIDES = ["x", "y", "width", "height"], SPACE = "http://www.w3.org/2000/svg", WHOLE = 100;
const options = [...form.querySelectorAll("[data-option]")];
let current = options[0].dataset.option, height = 62.5, from = null;

const field = (code, side) => form.elements[`options_${code}_${side}`];
const area = (code) => SIDES.map((side) => field(code, side).value);

function made(name, values) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
  return node;
}

function draw() {
  svg.replaceChildren(made("image", { href: sources.get(picture.value), width: WHOLE, height, preserveAspectRatio: "none" }));
  options.forEach(({ dataset: { option } }, number) => {
    const [x, y, width, tall] = area(option);
    if ([x, y, width, tall].includes("")) return;
    const box = { x: `${x}%`, y: `${y}%`, width: `${width}%`, height: `${tall}%` };
    const words = made("text", { x: Number(x) + 1, y: (Number(y) * height) / WHOLE + 5, class: "pp-spot__number" });
    words.textContent = number + 1;
    svg.append(made("rect", { ...box, class: option === current ? "pp-spot__drawn is-current" : "pp-spot__drawn" }), words);
  });
}

function choose() {
  const source = sources.get(picture.value);
  svg.toggleAttribute("hidden", !source);
  for (const one of [room.querySelector("[data-areas-said]"), ...form.querySelectorAll("[data-draw]")]) one.hidden = !source;
  if (!source) return;
  const image = new Image();
  image.addEventListener("load", () => {
    height = (WHOLE * image.naturalHeight) / image.naturalWidth || height;
    svg.setAttribute("viewBox", `0 0 ${WHOLE} ${height}`);
    draw();
  });
  image.src = source;
}

function at({ clientX, clientY }) {
  const box = svg.getBoundingClientRect();
  const share = (value, whole) => Math.round(Math.min(1, Math.max(0, value / whole)) * WHOLE);
  return [share(clientX - box.left, box.width), share(clientY - box.top, box.height)];
}

svg.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  svg.setPointerCapture(event.pointerId);
  from = at(event);
});
svg.addEventListener("pointermove", (event) => {
  if (!from) return;
  const to = at(event);
  [0, 1].forEach((n) => {
    field(current, SIDES[n]).value = Math.min(from[n], to[n]);
    field(current, SIDES[n + 2]).value = Math.abs(to[n] - from[n]);
  });
  draw();
});
for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { from = null; });

form.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-draw]");
  if (!button) return;
  current = button.closest("[data-option]").dataset.option;
  draw();
  svg.scrollIntoView({ block: "center" });
});
form.addEventListener("input", ({ target }) => {
  if (target.type === "number") draw();
});
picture.addEventListener("change", choose);
choose();
