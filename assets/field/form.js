// A form, drawn from its description: filled in, kept at every keystroke, judged by the rules the server has too.

import { about, begin, like, returned } from "./draft.js";
import { autosave } from "./autosave.js";
import { question, wrongWith } from "./controls.js";
import { h, said, t } from "./dom.js";
import { findings } from "./judging.js";
import * as known from "./known.js";
import { photoField } from "./photo.js";
import { placeField } from "./place.js";
import { stops } from "./rules.js";
import { runningSum } from "./sitting.js";

/* `#/new/DOOR[/STAGE]?client=…&line=…`; with `like=ID` 照上一户. */
export async function fresh(app, { door, stage, ...asked }) {
  const form = known.form(app.pack, door, stage);
  if (!form) return absent(t("这个表单已经没有了，请联网刷新。", "This form is no longer there. Go online and refresh."));
  if (known.villages(app.pack).length === 0) return absent(t("还没有派驻的村，或还没有选要带的村。", "You have no village yet, or none was chosen to take along."));
  const before = asked.like && (await app.store.record(asked.like));
  const record = before ? like(form, before) : await begin(app, form, asked);
  return draw(app, form, record, before ? firstEmpty(form, record) : null);
}

/* `#/edit/ID`: a draft, one the server refused, one to be changed after it was sent, or one that came back. */
export async function edit(app, { id }) {
  let record = await app.store.record(id);
  const back = app.pack.todo?.returned?.find((each) => each.voucher === id && each.fields);
  if (back && (!record || !["draft", "ready", "sending"].includes(record.state))) record = returned(app, back);
  const form = record && known.form(app.pack, record.door, record.stage ?? undefined);
  if (!form) return absent(t("本机没有这条记录。", "This record is not on this phone."));
  if (record.door === "client" && record.receipt) return absent(t(
    "已登记的客户在网页版里更改。",
    "A client who is registered already is changed on the plain pages.",
  ));
  if (["received", "returned"].includes(record.state)) record = amended(record);
  return draw(app, form, record, null);
}

/* What was sent once is sent anew as the revision after the one received. */
function amended(record) {
  const base = record.receipt?.revision ?? record.base_revision;
  return { ...record, was: record, state: "draft", base_revision: base, amending: true, problems: [], command: null, tried: [] };
}

const absent = (words) => h("div", { class: "empty" }, h("p", null, words), h("p", null, h("a", { href: "#/" }, t("回到今日", "Back to today"))));

const firstEmpty = (form, record) => ("new_name" in record.fields ? "new_name" : form.fields.find((each) => !record.fields[each.name])?.name);

async function draw(app, form, record, focus) {
  let records = await app.store.records();
  const page = h("div", { class: "record-form" });
  const alarm = h("div", { role: "alert" });
  const saving = autosave(app.store, record, (error) => tell(alarm, error));
  const view = { app, form, record, records, problems: record.problems ?? [] };
  let named = false;

  /* From the first keystroke on the record has an address of its own: a page that comes back finds it again. */
  const kept = () => {
    if (record.state === "ready" || record.state === "problem") record.state = "draft";
    if (!named) history.replaceState(null, "", `#/edit/${record.id}`);
    named = true;
    page.dataset.kept = "no";
    const done = saving.changed();
    done.then((all) => all && (page.dataset.kept = "yes"));
    return done;
  };
  view.set = (name, value) => {
    record.fields[name] = value;
    kept();
    total.replaceWith((total = runningSum(record, records)));
  };
  view.about = (asked) => {
    about(app, record, asked);
    kept();
  };
  let total = runningSum(record, records);
  view.redraw = (at) => {
    total = runningSum(record, records);
    page.replaceChildren(alarm, ...parts(view, total, kept));
    if (at) page.querySelector(`[id="${at}"]`)?.focus();
  };
  view.next = async (event) => {
    event.preventDefault();
    view.records = records = await app.store.records();
    view.problems = findings(app.pack, records, record).filter(stops);
    record.problems = [];
    if (view.problems.length > 0) {
      view.redraw();
      page.querySelector(".error-summary")?.focus();
      return;
    }
    named = true;
    if (await kept()) app.go(`#/check/${record.id}`);
  };
  view.redraw();
  // What the camera or another app interrupts is on disk before it.
  const hidden = () => saving.flush();
  for (const name of ["pagehide", "visibilitychange"]) addEventListener(name, hidden, true);
  app.leave(() => {
    for (const name of ["pagehide", "visibilitychange"]) removeEventListener(name, hidden, true);
    saving.flush();
  });
  if (focus) page.querySelector(`[id="${focus}"]`)?.setAttribute("autofocus", "");
  if (focus) requestAnimationFrame(() => page.querySelector(`[id="${focus}"]`)?.focus());
  return page;
}

function tell(alarm, error) {
  if (!error) return alarm.replaceChildren();
  const full = error.code === "storage.full";
  const words = full
    ? t(
      "手机存储已满，刚输入的还没有存下。请不要离开本页，清出一些空间后再输入一个字。",
      "The phone's storage is full and the last input is not kept. Stay on this page, free some space and type once more.",
    )
    : t("没有存下，请不要离开本页，再输入一个字试试。", "It could not be kept. Stay on this page and type once more.");
  return alarm.replaceChildren(h("div", { class: "flash refused" }, h("p", null, words)));
}

function parts(view, total, kept) {
  const { app, form, record, problems } = view;
  return [
    h("h1", { tabindex: "-1" }, said(form.title)),
    record.reason ? h("div", { class: "notice" }, h("p", null, h("strong", null, t("退回原因：", "Returned because: ")), record.reason)) : null,
    summary(problems),
    h(
      "form", { novalidate: true, autocomplete: "off", onsubmit: view.next, onkeydown: onward },
      where(view),
      questions(view, total, kept),
      form.door === "client" ? null : placeField(record, kept),
      h("div", { class: "actions" }, h("button", { class: "button primary", type: "submit" }, t("下一步：核对", "Next: check")), leave(view)),
      h("p", { class: "hint kept" }, t("写到哪里都已存于本机，随时可以离开。", "Everything typed so far is kept on this phone; you can leave at any time.")),
    ),
  ].filter(Boolean);
}

const FOLDED = ["text", "percent", "number", "long", "telephone"];

/* The questions; those at the end that few answer are folded away until one of them is. */
function questions(view, total, kept) {
  const { fields } = view.form;
  const one = (asked) => [asked.control === "photo" ? evidence(view, asked, kept) : question(view, asked), asked.name === "amount" ? total : null];
  let end = fields.length;
  while (end > 0 && !fields[end - 1].required && FOLDED.includes(fields[end - 1].control)) end -= 1;
  const rest = fields.slice(end);
  if (rest.length < 2) return fields.map(one);
  const open = rest.some((asked) => view.record.fields[asked.name] || wrongWith(view, asked.name));
  const words = rest.map((asked) => said(asked.label)).join(t("、", ", "));
  return [fields.slice(0, end).map(one), h(
    "details", { class: "more", open },
    h("summary", null, t(`选填：${words}`, `Optional: ${words}`)),
    rest.map(one),
  )];
}

/* Photos: taken while the rest of the form is already on disk. */
const evidence = ({ app, record }, asked, kept) =>
  photoField(app, record, { name: asked.name, label: [said(asked.label), h("span", { class: "optional" }, t("（选填）", " (optional)"))], before: kept, changed: kept });

/* The ways out: a draft may lie, or be thrown away; what was sent can stay as it was sent. */
function leave(view) {
  const { app, record } = view;
  const words = record.was ? t("不改了，保持原样", "Leave it as it was sent") : record.amending || !record.created ? null : t("删除草稿", "Delete the draft");
  const away = async (event) => {
    const { target } = event;
    if (!record.was && !target.dataset.sure) {
      target.dataset.sure = "1";
      target.textContent = t("确定删除？再点一次", "Delete for good? Tap again");
      return target.classList.add("grave");
    }
    await (record.was ? app.store.keep(record.was) : app.store.drop(record.id));
    return app.go(record.was ? `#/record/${record.id}` : "#/");
  };
  return [
    h("a", { class: "button secondary", href: "#/" }, t("先放着", "Leave it for now")),
    words && h("button", { type: "button", class: "button secondary", onclick: away }, words),
  ];
}

/* All that is wrong, each line leading to its field. */
export function summary(problems) {
  if (problems.length === 0) return null;
  const to = (name) => (event) => {
    event.preventDefault();
    const field = document.getElementById(name) ?? document.querySelector(`[name="${name}"]`);
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  };
  return h(
    "div", { class: "error-summary", role: "alert", tabindex: "-1", "aria-labelledby": "error-summary-title" },
    h("h2", { id: "error-summary-title" }, t("有内容需要更改", "There is a problem")),
    h(
      "ul", null,
      problems.map((each) => h("li", null, each.field ? h("a", { href: "#", onclick: to(each.field) }, said(each.say)) : said(each.say))),
    ),
  );
}

/* The village: chosen once for all that is recorded in it; what follows a contract stays where that is. */
function where(view) {
  const { app, record } = view;
  const all = known.villages(app.pack);
  const at = known.village(app.pack, record.village);
  const name = (each) => (each ? `${said(each.town)} ${said(each.name)}`.trim() : "—");
  const fixed = all.length < 2 || record.amending || record.fields.village?.includes("@");
  if (fixed) return h("p", { class: "lead" }, name(at));
  const chosen = (event) => {
    const village = known.village(app.pack, event.target.value);
    Object.assign(record, { village: village.id, book: village.book });
    app.store.set("village", village.id);
    for (const own of ["client", "visited", "policy", "part"]) if (own in record.fields && !("new_name" in record.fields)) record.fields[own] = "";
    view.set("village", village.id);
    view.redraw("village");
  };
  return h(
    "div", { class: "field" },
    h("label", { for: "village" }, t("村", "Village")),
    h(
      "select", { id: "village", class: "full", onchange: chosen },
      all.map((each) => h(
        "option", { value: each.id, selected: each.id === record.village },
        name(each) + (each.active ? "" : t("（派驻已结束）", " (posting ended)")),
      )),
    ),
  );
}

/* Enter goes to the next question that must be answered and is not, and from the last one on. */
function onward(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.isComposing || target.tagName !== "INPUT" || ["radio", "checkbox", "search"].includes(target.type)) return;
  event.preventDefault();
  const open = [...target.form.querySelectorAll("input[required]")].filter((each) => each.offsetParent && !each.value);
  const next = open.find((each) => target.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (next) next.focus();
  else target.form.requestSubmit();
}
