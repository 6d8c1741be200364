// Puts a picture where one was typing last, and leaves the cursor where its words belong. Without it the line that
// shows the picture stands beside it, to be typed.
let last = document.querySelector("textarea[name=done]");

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("form textarea")) last = event.target;
});

document.querySelector("[data-pictures]")?.addEventListener("click", (event) => {
  const written = event.target.closest("[data-put]")?.dataset.put;
  if (!written || !last) return;
  const at = last.selectionEnd ?? last.value.length;
  const before = last.value.slice(0, at).replace(/[ \t]*$/, "");
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  last.focus();
  last.setRangeText(`${gap}${written}\n`, before.length, at, "end");
  const words = before.length + gap.length + "![".length;
  last.setSelectionRange(words, words);
  last.dispatchEvent(new Event("input", { bubbles: true }));
  last.scrollIntoView({ block: "center" });
});
