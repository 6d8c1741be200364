// Copies what stands in the element named by data-copy, and says so.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue
  button.hidden = false
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim())
    button.textContent = button.dataset.copied
  })
}
