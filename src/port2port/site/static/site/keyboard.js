// "/" search, "n" new report, "?" the list of keys, arrows and Enter in lists. Never while something is typed.
const typing = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const inDialog = (target) => target.closest?.("dialog, [popover]");

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
}

function follow(key) {
  const field = document.querySelector(`input[data-key="${key}"]`);
  if (field) {
    field.closest("details:not([open])")?.setAttribute("open", "");
    field.focus();
    field.select();
    return true;
  }
  const link = document.querySelector(`a[data-key="${key}"]`);
  if (!link) return false;
  link.click();
  return true;
}

// Lists: rows of [data-list]; the first link of a row takes the focus, so that Enter opens it and a reader hears it.
function step(by) {
  const lists = [...document.querySelectorAll("[data-list]")];
  const list = lists.find((item) => item.contains(document.activeElement)) ?? lists[0];
  if (!list) return false;
  const links = [...list.children].map((row) => row.querySelector("a[href], button")).filter(Boolean);
  if (!links.length) return false;
  const row = [...list.children].find((item) => item.contains(document.activeElement));
  const here = row ? links.findIndex((link) => row.contains(link)) : -1;
  if (here === -1 && document.activeElement !== document.body) return false;
  const next = here === -1 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + by, 0), links.length - 1);
  links[next].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || inDialog(event.target)) return;
  let done = false;
  if (event.key === "?") done = (showKeys(), true);
  else if (event.key === "/" || event.key === "n") done = follow(event.key);
  else if (event.key === "ArrowDown") done = step(1);
  else if (event.key === "ArrowUp") done = step(-1);
  if (done) event.preventDefault();
});
