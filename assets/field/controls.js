// One question of a form: label, hint, what is wrong, and its control, tied together for eyes and screen readers.

import { h, said, t } from "./dom.js";
import * as known from "./known.js";
import * as money from "./money.js";
import { picker } from "./picker.js";

/*
 * `view`: {app, record, records, problems, set(name, value), redraw(focus)}. Hands back the question's element.
 */
export function question(view, asked) {
  const draw = {
    client: picker, clients: households, line, loan, policy_part: insured, claim, disaster, product, choice, amount,
    tick, day: typed, percent: typed, number: typed, text: typed, long: typed, telephone: typed,
  }[asked.control];
  return draw ? draw(view, asked) : null;
}

export const wrongWith = (view, name) => view.problems.find((problem) => problem.field === name);

/* The mark that a question may stay empty, its hint, and its mistake. */
function around(view, asked) {
  const mistake = wrongWith(view, asked.name);
  return {
    mistake,
    mark: asked.required ? null : h("span", { class: "optional" }, t("（选填）", " (optional)")),
    hint: asked.hint && h("p", { class: "hint", id: `${asked.name}-hint` }, said(asked.hint)),
    error: mistake && h("p", { class: "error", id: `${asked.name}-error` }, h("span", { class: "unseen" }, t("错误：", "Error: ")), said(mistake.say)),
    aria: {
      "aria-describedby": [asked.hint && `${asked.name}-hint`, mistake && `${asked.name}-error`].filter(Boolean).join(" ") || null,
      "aria-invalid": mistake ? "true" : null,
    },
  };
}

const frame = (mistake, ...inside) => h("div", { class: mistake ? "field wrong" : "field" }, ...inside);

/* A labelled control. */
function labelled(view, asked, control) {
  const { mistake, mark, hint, error } = around(view, asked);
  return frame(mistake, h("label", { for: asked.name }, said(asked.label), mark), hint, error, control);
}

/* A group of boxes or buttons under a legend. */
export function grouped(view, asked, ...inside) {
  const { mistake, mark, hint, error, aria } = around(view, asked);
  return h(
    "fieldset", { class: mistake ? "field wrong" : "field", "aria-describedby": aria["aria-describedby"] },
    h("legend", null, said(asked.label), mark),
    hint,
    error,
    ...inside,
  );
}

const MODES = { percent: "decimal", number: "numeric", telephone: "tel" };

function typed(view, asked) {
  const { record, set } = view;
  const { control, name } = asked;
  const props = {
    id: name, name, value: record.fields[name] ?? "", autocomplete: "off", required: asked.required, ...around(view, asked).aria,
    oninput: (event) => set(name, event.target.value),
  };
  if (control === "long") return labelled(view, asked, h("textarea", { ...props, class: "full", rows: 3 }));
  const type = control === "day" ? "date" : control === "telephone" ? "tel" : "text";
  // A quantity may have a point, points may have a minus: neither keypad of digits has both.
  const mode = name === "bp" ? null : name === "quantity" ? "decimal" : MODES[control];
  const number = name === "number" || name === "new_number";
  const suffix = asked.suffix ? said(asked.suffix) : control === "percent" ? "%" : "";
  const input = h("input", {
    ...props, type, inputmode: mode ?? null, spellcheck: mode || number ? "false" : null, autocapitalize: number ? "characters" : null,
    enterkeyhint: "next", class: `${suffix ? "short" : control === "text" ? "full" : "medium"}${mode || number ? " figures" : ""}`,
  });
  return labelled(view, asked, suffix ? [input, h("span", { class: "suffix" }, suffix)] : input);
}

/* An amount with its unit, read back in capitals while it is typed. */
function amount(view, asked) {
  const { record, set } = view;
  const { name } = asked;
  const unit = `${name}_unit`;
  const output = h("output", { id: `${name}_capitals`, for: name, "aria-live": "polite" });
  const echo = () => {
    const text = record.fields[name] ?? "";
    const fen = money.read(text, record.fields[unit]);
    output.textContent = fen === null ? "" : `${t("", "In capitals: ")}人民币${money.capitals(fen)} · ¥${money.show(fen)}`;
    output.lang = "zh-CN";
  };
  const input = h("input", {
    type: "text", id: name, name, value: record.fields[name] ?? "", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
    enterkeyhint: "next", required: asked.required, class: "medium figures", ...around(view, asked).aria,
    oninput: (event) => (set(name, event.target.value), echo()),
  });
  const units = [["yuan", t("元", "yuan")], ["wan", t("万元", "× 10,000 yuan")]].map(([code, words]) => {
    const id = `${unit}_${code}`;
    const choose = () => (set(unit, code), view.app.store.set("unit", code), echo());
    return [h(
      "input", { type: "radio", id, name: unit, value: code, checked: record.fields[unit] === code, onchange: choose },
    ), h("label", { for: id }, words)];
  });
  echo();
  return labelled(
    view,
    asked,
    h("div", { class: "amount" }, input, h("span", { class: "switch", role: "radiogroup", "aria-label": t("单位", "Unit") }, units), output),
  );
}

function options(view, asked, choices, chosen = (value) => view.set(asked.name, value)) {
  const now = view.record.fields[asked.name] ?? "";
  const found = choices.some(([value]) => value === now);
  return h(
    "select",
    { id: asked.name, name: asked.name, class: "full", ...around(view, asked).aria, onchange: (event) => chosen(event.target.value) },
    found ? null : h("option", { value: "", selected: true }, t("请选择", "Choose one")),
    choices.map(([value, words]) => h("option", { value, selected: value === now }, words)),
  );
}

function radios(view, asked, choices, chosen = (value) => view.set(asked.name, value)) {
  const now = view.record.fields[asked.name] ?? "";
  const each = choices.map(([value, words, hint], at) => {
    const id = at === 0 ? asked.name : `${asked.name}-${at}`;
    return h(
      "div", { class: "choice" },
      h("input", { type: "radio", id, name: asked.name, value, checked: value === now, onchange: () => chosen(value) }),
      h("label", { for: id }, words), hint && h("p", { class: "hint" }, hint),
    );
  });
  return grouped(view, asked, each);
}

function choice(view, asked) {
  const choices = asked.choices.map((each) => [each.value, said(each.label), each.hint && said(each.hint)]);
  return asked.name === "day_count" ? labelled(view, asked, options(view, asked, choices)) : radios(view, asked, choices, asked.name === "kind" ? (value) => (view.set("kind", value), view.redraw(asked.name)) : undefined);
}

function product(view, asked) {
  if (view.record.fields.line) return null;
  const choices = known.products(view.app.pack, view.record.door).map((each) => [each.id, said(each.name)]);
  return labelled(view, asked, options(view, asked, choices));
}

/* Not asked where no disaster on record has struck. */
function disaster(view, asked) {
  const struck = (view.app.pack.disasters ?? []).filter((each) => each.villages.includes(view.record.village));
  if (struck.length === 0) return null;
  const none = ["", t("不属于登记的灾害", "No recorded disaster")];
  return labelled(view, asked, options(view, asked, [none, ...struck.map((each) => [each.id, each.name])]));
}

/* Asked only of firms, whose codes may fail the check; of the rest it is not there. */
function tick(view, asked) {
  const { record } = view;
  const wanted = record.fields[asked.name] === "yes" || view.problems.some((problem) => problem.code === "credit_code.check");
  if (!wanted) return null;
  const set = (event) => view.set(asked.name, event.target.checked ? "yes" : "");
  return frame(
    null,
    h(
      "div", { class: "choice" },
      h("input", { type: "checkbox", id: asked.name, name: asked.name, value: "yes", checked: record.fields[asked.name] === "yes", onchange: set }),
      h("label", { for: asked.name }, said(asked.label)),
      asked.hint && h("p", { class: "hint" }, said(asked.hint)),
    ),
  );
}

/* The lines of the client that something can be drawn under or signed; of a loan also none. */
function line(view, asked) {
  const { app, record } = view;
  const { pack } = app;
  const signing = record.stage === "credit.signature";
  const mine = (each) => (signing ? each.stage === "credit.grant" : each.stage !== "credit.preapproval" && !each.frozen && money.read(each.available) > 0n);
  const possible = (pack.lines ?? []).filter((each) => (signing ? inVillage(view, each) : each.client === record.fields.client) && mine(each));
  const fixed = record.fields.line && known.line(pack, record.fields.line);
  if (fixed && !possible.includes(fixed)) possible.push(fixed);
  if (!signing && possible.length === 0) return null;
  const words = (each) => [
    each.id,
    `${signing ? `${known.client(pack, view.records, each.client)?.name ?? "—"} · ` : ""}${said(known.product(pack, each.product)?.name)} ¥${money.show(money.parse(each.limit))}`,
    t(
      `可用 ¥${money.show(money.parse(each.available))}，至 ${each.valid_to}`,
      `¥${money.show(money.parse(each.available))} available, until ${each.valid_to}`,
    ),
  ];
  const choices = possible.map(words);
  if (!signing) choices.push(["", t("单笔放款（不占授信额度）", "Standalone, under no line")]);
  const chosen = (value) => {
    if (value) view.about({ line: value });
    else {
      view.set("line", "");
      view.set("village", record.village);
    }
    view.redraw(asked.name);
  };
  if (signing && choices.length === 0) return nothing(asked, t("这个村没有等签约的额度。", "No line in this village waits to be signed."));
  return signing && choices.length > 8 ? labelled(view, asked, options(view, asked, choices, chosen)) : radios(view, asked, choices, chosen);
}

const inVillage = (view, contract) => contract.village === view.record.village;

const nothing = (asked, words) => h("div", { class: "field" }, h("b", null, said(asked.label)), h("p", { class: "hint", id: asked.name }, words));

/* Loans of the village by their borrower, those with something past due first. */
function loan(view, asked) {
  const { pack } = view.app;
  const due = (each) => (each.past_due && each.past_due !== "0.00" ? 0 : 1);
  const all = (pack.loans ?? []).filter((each) => inVillage(view, each)).sort((a, b) => due(a) - due(b) || (a.next?.due ?? "9") .localeCompare(b.next?.due ?? "9"));
  if (all.length === 0) return nothing(asked, t("这个村没有未还清的贷款。", "No loan in this village is still owed."));
  const choices = all.map((each) => {
    const late = each.past_due && each.past_due !== "0.00" ? t(
      `，逾期 ¥${money.show(money.parse(each.past_due))}`,
      `, past due ¥${money.show(money.parse(each.past_due))}`,
    ) : "";
    const next = each.next ? t(
      `；下一期 ${each.next.due} ¥${money.show(money.parse(each.next.payment))}`,
      `; next ${each.next.due} ¥${money.show(money.parse(each.next.payment))}`,
    ) : "";
    return [
      each.id,
      `${known.client(pack, view.records, each.client)?.name ?? "—"} · ¥${money.show(money.parse(each.balance))}`,
      `${said(known.product(pack, each.product)?.name)} ${each.rate_percent}%${late}${next}`,
    ];
  });
  const chosen = (value) => (view.about({ loan: value }), view.redraw(asked.name));
  if (choices.length <= 8) return radios(view, asked, choices, chosen);
  const own = known.loan(pack, view.record.fields.loan);
  return frame(null, labelled(
    view,
    asked,
    options(view, asked, choices.map(([value, words, more]) => [value, `${words} · ${more}`]), chosen),
  ), own ? facts(view, own) : null);
}

const facts = (view, own) => h(
  "p", { class: "hint" },
  t(
    `贷款余额 ¥${money.show(money.parse(own.balance))}，${own.paid_out_on} 放款，${own.matures_on} 到期。`,
    `Balance ¥${money.show(money.parse(own.balance))}, paid out ${own.paid_out_on}, matures ${own.matures_on}.`,
  ),
);

/* Rows of policies in the village. */
function insured(view, asked) {
  const { pack } = view.app;
  const rows = (pack.policies ?? []).flatMap((policy) => policy.parts.filter((each) => each.village === view.record.village).map((row) => [policy, row]));
  if (rows.length === 0) return nothing(asked, t("这个村没有保单。", "There is no policy in this village."));
  const { fields } = view.record;
  const value = fields.policy ? `${fields.policy}/${fields.part}` : "";
  const choices = rows.map(([policy, row]) => [`${policy.id}/${row.n}`, `${said(row.insured)} · ${said(known.product(pack, policy.product)?.name)}`, `${policy.number} · ${policy.starts_on} ～ ${policy.ends_on} · ${row.quantity}`]);
  return chooseFrom(view, asked, choices, value, (chosen) => {
    const [policy, n] = chosen.split("/");
    view.about({ policy, part: n });
  });
}

/* Claims that are open in the village. */
function claim(view, asked) {
  const rows = (view.app.pack.claims ?? []).filter((each) => inVillage(view, each));
  if (rows.length === 0) return nothing(asked, t("这个村没有可查勘的报案。", "No claim in this village waits for a survey."));
  const { fields } = view.record;
  const value = fields.policy ? [fields.policy, fields.part, fields.claim].join("/") : "";
  const choices = rows.map((each) => [[each.policy, each.part, each.number].join("/"), `${said(each.insured)} · ${each.number}`, `${each.loss_date} ${each.cause}`]);
  return chooseFrom(view, asked, choices, value, (chosen) => {
    const [policy, n, ...number] = chosen.split("/");
    view.about({ policy, part: n, claim: number.join("/") });
  });
}

/* A choice whose value is several fields together. */
function chooseFrom(view, asked, choices, value, chosen) {
  const shown = { ...view, record: { ...view.record, fields: { ...view.record.fields, [asked.name]: value } } };
  const take = (picked) => (chosen(picked), view.redraw(asked.name));
  return choices.length <= 8 ? radios(shown, asked, choices, take) : labelled(
    shown,
    asked,
    options(shown, asked, choices.map(([code, words, more]) => [code, `${words} · ${more}`]), take),
  );
}

/* Households to tick, each with a note. */
function households(view, asked) {
  const { record, set } = view;
  const all = known.clients(view.app.pack, view.records, record.village);
  const list = h("div", { id: "rows" });
  const ticked = () => [].concat(record.fields[asked.name] ?? []);
  const row = (each) => {
    const note = `note_${each.id}`;
    const tickIt = (event) => set(asked.name, event.target.checked ? [...ticked(), each.id] : ticked().filter((id) => id !== each.id));
    return h(
      "div", { class: "household" },
      h(
        "div", { class: "choice" },
        h("input", { type: "checkbox", id: each.id, checked: ticked().includes(each.id), onchange: tickIt }),
        h("label", { for: each.id }, `${each.name}（${each.masked}）`),
      ),
      h(
        "details", { open: Boolean(record.fields[note]) },
        h("summary", null, t("备注", "Note"), h("span", { class: "unseen" }, ` ${each.name}`)),
        h(
          "input",
          { class: "full", type: "text", autocomplete: "off", value: record.fields[note] ?? "", "aria-label": `${t("备注", "Note")} ${each.name}`, oninput: (event) => set(note, event.target.value) },
        ),
      ),
    );
  };
  const narrowed = (typedWords) => {
    const found = known.search(all, typedWords).slice(0, 60);
    const chosen = all.filter((each) => ticked().includes(each.id) && !found.includes(each));
    list.replaceChildren(...[...chosen, ...found].map(row));
  };
  narrowed("");
  const find = all.length > 8 && h(
    "div", { class: "find" },
    h("label", { for: "find" }, t("查找：姓名、拼音首字母或证件号后四位", "Find: name, pinyin initials or last four digits")),
    h("input", { type: "search", id: "find", class: "full", autocomplete: "off", oninput: (event) => narrowed(event.target.value) }),
  );
  const mistake = wrongWith(view, "rows");
  const none = all.length === 0 && h("p", { class: "hint" }, t("这个村还没有登记客户。", "No client is recorded in this village yet."));
  return grouped({ ...view, problems: mistake ? [{ ...mistake, field: asked.name }] : [] }, { ...asked, required: true }, none, find, list);
}
