// Light, dark or as the system: changed at once, kept in the cookie that the server reads on the next page.
const root = document.documentElement;

function show(theme) {
  root.dataset.theme = theme;
  if (theme === "system") root.removeAttribute("data-bs-theme");
  else root.setAttribute("data-bs-theme", theme);
  for (const button of document.querySelectorAll("[data-theme-form] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  document.dispatchEvent(new CustomEvent("p2p:theme", { detail: theme }));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  const theme = event.submitter?.value;
  if (!["system", "light", "dark"].includes(theme)) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
  show(theme);
});
