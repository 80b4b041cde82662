// Loaded by the pages that offer to read a file; each works without it, by pasting.

/* A file's text goes into the field beside it; banks write UTF-8 or the Chinese national encoding. */
for (const picker of document.querySelectorAll("[data-file-into]")) {
  const area = document.getElementById(picker.dataset.fileInto);
  picker.hidden = false;
  picker.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const bytes = await file.arrayBuffer();
    try {
      area.value = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      area.value = new TextDecoder("gb18030").decode(bytes);
    }
  });
}
