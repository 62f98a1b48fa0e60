// Copies what stands beside a button. Where the browser does not allow it, the text is selected instead.

addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-copy]");
  const text = button?.parentElement.querySelector(".copy");
  if (!text) return;
  const words = button.querySelector("span");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(text.textContent);
    words.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(text);
    words.textContent = "Selected";
  }
  setTimeout(() => (words.textContent = before), 2000);
});
