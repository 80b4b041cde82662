// The keys of the review desk. Every page works without this file.

const busy = (event) =>
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") ||
  document.querySelector("dialog[open]");

const calm = { block: "nearest", behavior: "instant" };
const keys = document.getElementById("keys");
const hint = document.querySelector("[data-keys-hint]");
if (hint) hint.hidden = false;

/* The queue: one row is current; its link has the focus, so that Enter opens it. */
const rows = [...document.querySelectorAll("#queue tbody tr")];
const shown = () => rows.filter((row) => !row.hidden);
const current = () => rows.find((row) => row.classList.contains("current"));

function go(step) {
  const list = shown();
  if (!list.length) return;
  const at = list.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1);
  current()?.classList.remove("current");
  list[next].classList.add("current");
  list[next].querySelector("th a")?.focus({ preventScroll: true });
  list[next].scrollIntoView(calm);
}

/* Boxes: all of the rows in view at once, and how many are ticked. */
const boxes = () => rows.map((row) => row.querySelector(".check input")).filter(Boolean);
const all = document.querySelector("input[data-choose-all]");
const told = document.querySelector("[data-chosen]");
const before = told?.textContent;

function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  if (told) told.textContent = ticked ? `${told.dataset.chosen} ${ticked}` : before;
  if (all) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  for (const row of rows) row.classList.toggle("chosen", Boolean(row.querySelector(".check input")?.checked));
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const row of shown()) {
      const box = row.querySelector(".check input");
      if (box) box.checked = all.checked;
    }
    count();
  });
}
document.addEventListener("change", (event) => event.target.closest(".check") && count());
addEventListener("pageshow", count);

/* The voucher: the same ways as its links and forms, under the hand. */
const decision = document.querySelector("form[action$='/approval']");
const ask = document.getElementById("ask-approve");

function into(field) {
  if (!field) return false;
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center", behavior: "instant" });
  return true;
}

function approve() {
  if (!decision) return false;
  const held = decision.querySelector("input[name=despite_hold]");
  if (held && !held.checked) return into(held);
  ask?.showModal();
  return true;
}

ask?.querySelector("[data-close]")?.addEventListener("click", () => ask.close());

const press = {
  j: () => rows.length && (go(1), true),
  k: () => rows.length && (go(-1), true),
  ArrowDown: () => rows.length && (go(1), true),
  ArrowUp: () => rows.length && (go(-1), true),
  x: () => {
    const box = current()?.querySelector(".check input");
    box?.click();
    return Boolean(box);
  },
  a: approve,
  r: () => into(document.querySelector("form[action$='/return'] textarea, form[action$='-return'] textarea")),
  c: () => into(document.querySelector("#conversation textarea")),
  "?": () => (keys?.showModal(), true),
};

document.addEventListener("keydown", (event) => {
  if (busy(event)) return;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) {
    event.preventDefault();
    link.click();
  } else if (press[event.key]?.()) {
    event.preventDefault();
  }
});

/* Remarks that have been in view are read. */
const seen = document.querySelector("form[data-seen]");
if (seen) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    const sent = fetch(seen.action, { method: "POST", body: new URLSearchParams(new FormData(seen)), redirect: "manual" });
    sent.then(() => seen.remove()).catch(() => {});
  });
  watch.observe(seen);
}
