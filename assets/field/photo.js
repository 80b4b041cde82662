// A photo as evidence: made small on the phone, drawn anew so that nothing but the picture is left of it (no place,
// no camera, no time), named by its digest, kept sealed beside its record.

import { h, t } from "./dom.js";
import { makeRoom } from "./outbox.js";
import { trouble } from "./parts.js";
import { digest } from "./seal.js";
import * as store from "./store.js";

/* The most bytes a photo may have when it is sent. */
export const LARGEST = 200_000;
/* Longest edges and qualities to try, until it is small enough. */
const EDGES = [1600, 1280, 1024, 800, 640, 480];
const QUALITIES = [0.82, 0.7, 0.55];
const MOST = 6;

/*
 * A field to take or choose photos for `record`. `before` saves the form before the camera opens, for a phone short of
 * memory may start the page anew when it comes back; `changed` is called when `record.photos` has changed.
 */
export function photoField(app, record, { name, label, hint, before, changed }) {
  record.photos ??= [];
  const input = h("input", { type: "file", id: name, name, class: "file", accept: "image/*", multiple: true });
  const told = h("p", { class: "error", role: "alert" });
  const list = h("ul", { class: "photos" });
  const draw = async () => list.replaceChildren(...(await Promise.all(record.photos.map((photo) => item(record, photo, async () => (await changed?.(), draw()), told)))));
  for (const kind of ["pointerdown", "keydown", "focus"]) input.addEventListener(kind, () => before?.());
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    told.textContent = chosen.length ? t("正在处理照片…", "Preparing the photo…") : "";
    try {
      for (const file of chosen) await add(record, file);
      told.textContent = "";
    } catch (error) {
      told.textContent = said(error);
    }
    await changed?.();
    await draw();
  });
  draw();
  return h("div", { class: "field photo-field" },
    h("label", { for: name }, label),
    h("p", { class: "hint", id: `${name}_hint` }, hint ?? t(`最多 ${MOST} 张，在手机上缩小后随记录上报；拍摄地点等信息会去掉。`, `${MOST} at most; made small on the phone and sent after the record, without where or when they were taken.`)),
    input, told, list);
}

function said(error) {
  if (error.code === "photo.unreadable") return t("这个文件不是照片，或浏览器打不开。请换一张。", "This is no photo, or the browser cannot read it. Choose another.");
  if (error.code === "photo.many") return t(`最多 ${MOST} 张。`, `${MOST} photos at most.`);
  return trouble(error);
}

const fail = (code) => Object.assign(new Error(code), { code });

/* Puts a photo with its record: on disk first, then named in the record. A full phone gives up photos already sent. */
export async function add(record, file) {
  if (record.photos.length >= MOST) throw fail("photo.many");
  const bytes = await small(file);
  const photo = { digest: await digest(bytes), bytes };
  if (record.photos.some((known) => known.digest === photo.digest)) return;
  try {
    await store.keepPhoto(record.id, photo);
  } catch (error) {
    if (error.code !== "storage.full" || !(await makeRoom())) throw error;
    await store.keepPhoto(record.id, photo);
  }
  record.photos.push({ digest: photo.digest, type: "image/jpeg", bytes: bytes.length, sent: false });
}

/* A JPEG of at most LARGEST bytes. */
export async function small(file) {
  const picture = await decoded(file);
  const { width, height } = picture;
  if (!width || !height) throw fail("photo.unreadable");
  for (const edge of EDGES) {
    const scale = Math.min(1, edge / Math.max(width, height));
    const canvas = h("canvas", { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
    const draw = canvas.getContext("2d");
    draw.fillStyle = "#fff";
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (!blob) throw fail("photo.unreadable");
      if (blob.size <= LARGEST) {
        picture.close?.();
        return new Uint8Array(await blob.arrayBuffer());
      }
    }
  }
  throw fail("photo.unreadable");
}

/* The picture the right way up, whatever the camera noted about how it was held. */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return inElement(file);
  }
}

/* For browsers whose createImageBitmap knows no files of this kind. */
function inElement(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(fail("photo.unreadable"));
    reader.onload = () => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => reject(fail("photo.unreadable"));
      image.src = reader.result;
    };
    reader.readAsDataURL(file);
  });
}

async function item(record, photo, changed, told) {
  const bytes = await store.photo(record.id, photo.digest);
  const size = t(`${Math.ceil(photo.bytes / 1000)} kB`, `${Math.ceil(photo.bytes / 1000)} kB`);
  const remove = h("button", { type: "button", class: "button secondary", onclick: async () => {
    record.photos = record.photos.filter((other) => other !== photo);
    try {
      await store.dropPhoto(record.id, photo.digest);
      await changed();
    } catch (error) {
      told.textContent = said(error);
    }
  } }, t("去掉", "Remove"));
  return h("li", null, bytes ? await thumbnail(bytes) : null, h("span", null, photo.sent ? t("已上报", "Sent") : size), photo.sent ? null : remove);
}

/* Drawn, not linked: the page's policy lets no picture come from anywhere but the server. */
export async function thumbnail(bytes) {
  try {
    const picture = await decoded(new Blob([bytes], { type: "image/jpeg" }));
    const scale = 144 / Math.max(picture.width, picture.height);
    const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale), role: "img", "aria-label": t("照片", "Photo") });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    return null;
  }
}
