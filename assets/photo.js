// Loaded by the pages that take a photo; each works without it, with a photo small enough as the camera made it.

/* The longest edge, in pixels, at which a licence plate or a form can still be read. */
const EDGE = 1600;

/* A chosen photo is drawn anew, small, in place of the camera's own file. */
for (const form of document.querySelectorAll("form[data-photo]")) {
  const input = form.querySelector("input[type=file]");
  // Whatever the browser can draw will do: it leaves as a JPEG.
  input.accept = "image/*";
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const small = await drawn(file).catch(() => null);
    if (!small || input.files[0] !== file) return;
    const chosen = new DataTransfer();
    chosen.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
    input.files = chosen.files;
  });
}

async function drawn(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.75));
}
