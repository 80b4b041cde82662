// Choosing the client of a record: found by name, initials or last digits, or a new household written down with it.

import { h, said, t } from "./dom.js";
import { question, wrongWith } from "./controls.js";
import { newcomer, noNewcomer } from "./draft.js";
import * as known from "./known.js";

const SHOWN = 6;

export function picker(view, asked) {
  const { app, record } = view;
  if ("new_name" in record.fields) return household(view);
  const chosen = known.client(app.pack, view.records, record.fields.client);
  return chosen ? card(view, asked, chosen) : finder(view, asked);
}

/* Who was chosen, and the way to choose another; a line or a loan fixes its own. */
function card(view, asked, chosen) {
  const fixed = Boolean(view.record.fields.line) && view.record.door === "credit";
  const again = () => {
    view.set("client", "");
    if (view.record.fields.line) {
      view.set("line", "");
      view.set("village", view.record.village);
    }
    view.redraw("client");
  };
  return h(
    "div", { class: "field" },
    h("b", { class: "asked" }, t("客户", "Client")),
    h(
      "div", { class: "chosen", id: asked.name },
      h("span", null, h("b", null, chosen.name), h("small", null, chosen.masked)),
      fixed ? null : h("button", { type: "button", class: "button secondary", onclick: again }, t("换一户", "Change")),
    ),
  );
}

function finder(view, asked) {
  const { app, record } = view;
  const all = known.clients(app.pack, view.records, record.village);
  const list = h("ul", { class: "found" });
  const count = h("output", { class: "hint", for: asked.name, "aria-live": "polite" });
  const take = (client) => {
    view.set("client", client.id);
    view.redraw("amount");
  };
  const show = (typed) => {
    const found = known.search(all, typed);
    list.replaceChildren(
      ...found.slice(0, SHOWN).map((client) => h(
        "li", null,
        h("button", { type: "button", onclick: () => take(client) }, h("b", null, client.name), h("small", null, client.masked)),
      )),
    );
    count.textContent = found.length > SHOWN ? t(
      `共 ${found.length} 户，再输入几个字缩小范围`,
      `${found.length} clients; type more to narrow them down`,
    ) : found.length === 0 && all.length > 0 ? t("没有符合的", "None matches") : "";
  };
  show("");
  const start = () => {
    newcomer(record);
    view.set("new_name", "");
    view.redraw("new_name");
  };
  const mistake = wrongWith(view, asked.name);
  return h(
    "div", { class: mistake ? "field picker wrong" : "field picker" },
    h("label", { for: asked.name }, t("客户", "Client")),
    h("p", { class: "hint", id: `${asked.name}-hint` }, t("姓名、拼音首字母或证件号后四位", "Name, pinyin initials or last four digits")),
    mistake && h("p", { class: "error", id: `${asked.name}-error` }, said(mistake.say)),
    h(
      "input",
      { type: "search", id: asked.name, class: "full", autocomplete: "off", "aria-describedby": `${asked.name}-hint`, "aria-invalid": mistake ? "true" : null, oninput: (event) => show(event.target.value) },
    ),
    list, count,
    h("button", { type: "button", class: "button secondary", onclick: start }, t("新的一户：登记姓名和身份证号", "A new household: name and identity number")),
  );
}

const NAME = { name: "new_name", control: "text", required: true, label: { zh: "户主姓名", en: "Name of the head" } };
const NUMBER = { name: "new_number", control: "text", required: true, label: { zh: "身份证号", en: "Identity number" } };
const CONSENT = {
  name: "new_consent_on", control: "day", required: true, label: { zh: "授权书签署日期", en: "Authorisation signed on" },
};

/* A household that is registered with its record. */
function household(view) {
  const back = () => {
    noNewcomer(view.record);
    view.set("client", "");
    view.redraw("client");
  };
  return h(
    "fieldset", { class: "newcomer" },
    h("legend", null, t("新登记的一户", "A new household")),
    question(view, NAME), question(view, NUMBER),
    h(
      "details", { open: Boolean(wrongWith(view, CONSENT.name)) },
      h("summary", null, t(`授权书 ${view.record.fields.new_consent_on} 签署`, `Authorisation signed on ${view.record.fields.new_consent_on}`)),
      question(view, CONSENT),
    ),
    h("button", { type: "button", class: "button secondary", onclick: back }, t("改从名单里选", "Choose from the list instead")),
  );
}
