// Menus are <details>: they work without this. It closes them on Esc, on a click beside them, and when another opens.
const open = () => document.querySelectorAll("details.pp-menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details.pp-menu[open]")) return;
    for (const menu of open()) if (menu !== event.target) menu.open = false;
  },
  true,
);

// The bar keeps what fits (words are longer in Dutch and German); the rest stands under More, out of the tab order here.
for (const nav of document.querySelectorAll("[data-nav]")) {
  const links = [...nav.querySelectorAll(".pp-nav__list > a")];
  const twins = [...nav.querySelectorAll("[data-spill]")];
  const more = nav.querySelector("details");
  const always = twins.length < nav.querySelectorAll(".pp-menu__panel a").length;
  const list = links[0].parentElement;
  const sort = () => {
    list.style.maxWidth = "";
    const gone = links.map((link) => link.offsetTop > links[0].offsetTop);
    links.forEach((link, i) => {
      link.tabIndex = gone[i] ? -1 : 0;
      link.ariaHidden = gone[i] ? "true" : null;
      twins[i].hidden = !gone[i];
    });
    const last = links.findLast((link, i) => !gone[i]);
    // to the part of a pixel: whole ones would be too few for words that end within one
    const width = last.getBoundingClientRect().right - list.getBoundingClientRect().left;
    list.style.maxWidth = `${Math.ceil(width) + 1}px`;
    more.classList.toggle("is-empty", !always && !gone.includes(true));
  };
  new ResizeObserver(sort).observe(nav);
}
