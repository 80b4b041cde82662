// Finding a client, and what stands about one: lines, loans with what is due next, what waits on the phone.

import { h, said, t } from "./dom.js";
import * as known from "./known.js";
import * as money from "./money.js";
import { pill, title } from "./parts.js";
import { big, picks } from "./today.js";

const SHOWN = 60;

/* `#/clients?village=…&q=…` */
export async function clients(app, { village, q = "" }) {
  const { pack } = app;
  const records = await app.store.records();
  const all = known.clients(pack, records, village);
  const at = village && known.village(pack, village);
  const list = h("div");
  const count = h("output", { class: "hint", for: "q", "aria-live": "polite" });
  const show = (typed) => {
    const found = known.search(all, typed);
    const name = (client) => (village ? "" : ` · ${said(known.village(pack, client.village)?.name)}`);
    list.replaceChildren(picks(found.slice(0, SHOWN).map((client) => ({ href: `#/client/${client.id}`, title: client.name, detail: `${client.masked}${name(client)}`, aside: client.own ? t("未上报", "Not sent") : null }))));
    count.textContent = found.length === 0 ? t("没有符合的", "None matches") : found.length > SHOWN ? t(
      `共 ${found.length} 户，只列出 ${SHOWN} 户`,
      `${found.length} clients, of which ${SHOWN} are shown`,
    ) : t(`${found.length} 户`, `${found.length} clients`);
  };
  show(q);
  // The address keeps what was looked for, so that the way back from a client leads here.
  const typed = (event) => {
    const query = new URLSearchParams({ ...(village && { village }), ...(event.target.value && { q: event.target.value }) });
    history.replaceState(null, "", `#/clients?${query}`);
    show(event.target.value);
  };
  const registering = pack.forms.find((form) => form.door === "client");
  return h(
    "div", { class: "clients" },
    h("h1", null, at ? said(at.name) : t("客户", "Clients")),
    at && h("p", { class: "lead" }, said(at.town)),
    at && h(
      "nav", { class: "big-links", "aria-label": t("记一笔", "Record") },
      pack.forms.filter((form) => form.big && form.door !== "client").map((form) => big(form, `?village=${at.id}`)),
    ),
    h(
      "div", { class: "find", role: "search" },
      h("label", { for: "q" }, t("查找：姓名、拼音首字母或证件号后四位", "Find: name, pinyin initials or last four digits")),
      h("input", { type: "search", id: "q", class: "full", value: q, autocomplete: "off", oninput: typed }),
      count,
    ),
    list,
    registering && h(
      "div", { class: "actions" },
      h("a", { class: "button secondary", href: `#/new/client${village ? `?village=${village}` : ""}` }, said(registering.title)),
    ),
  );
}

/* `#/client/ID` */
export async function client(app, { id }) {
  const { pack } = app;
  const records = await app.store.records();
  const found = known.client(pack, records, id);
  if (!found) return h(
    "div", { class: "empty" },
    h("h1", null, t("本机没有这位客户", "This client is not on the phone")),
    h("p", null, h("a", { href: "#/clients" }, t("查找客户", "Find a client"))),
  );
  const own = (each) => each.client === found.id;
  const lines = (pack.lines ?? []).filter(own);
  const loans = (pack.loans ?? []).filter(own);
  const waiting = records.filter((record) => [found.id, found.own].includes(record.fields?.client) && record.state !== "void" && !(record.state === "received" && record.receipt?.state === "approved"));
  const village = known.village(pack, found.village);
  const about = `village=${found.village}&client=${found.id}`;
  const grant = pack.forms.find((form) => form.stage === "credit.grant");
  return h(
    "div", { class: "client" },
    h("h1", null, found.name),
    h("p", { class: "lead" }, `${found.masked} · ${said(village?.town)} ${said(village?.name)}`),
    waiting.length > 0 && h(
      "section", null,
      h("h2", null, t("手机上的记录", "Records on this phone")),
      picks(waiting.map((record) => ({ href: `#/record/${record.id}`, title: title(record), detail: record.fields.business_date, aside: pill(record) }))),
    ),
    grant && [
      h("h2", null, t("额度", "Credit lines")),
      lines.length === 0 ? h("p", null, t("还没有额度。", "No credit line yet.")) : lines.map((each) => lineCard(pack, each)),
      h("h2", null, t("贷款", "Loans")),
      loans.length === 0 ? h("p", null, t("没有未还清的贷款。", "No loan is owed.")) : loans.map((each) => loanCard(pack, each)),
      h(
        "div", { class: "actions" },
        h("a", { class: "button secondary", href: `#/new/credit/credit.grant?${about}` }, t("新的授信", "New grant")),
        h("a", { class: "button secondary", href: `#/new/loan?${about}` }, t("单笔放款（不占授信额度）", "Standalone loan, under no line")),
      ),
    ],
  );
}

const yuan = (text) => `¥${money.show(money.read(text) ?? 0n)}`;
const row = (label, ...value) => h("div", null, h("dt", null, label), h("dd", null, ...value));

function lineCard(pack, line) {
  const way = (href, words) => h("a", { class: "button secondary", href }, words);
  const ready = line.stage !== "credit.preapproval";
  return h(
    "section", { class: "card" },
    h("h3", null, said(known.product(pack, line.product)?.name), line.frozen && h("span", { class: "pill wrong" }, t("冻结", "Frozen"))),
    h(
      "dl", { class: "summary" },
      row(
        { "credit.preapproval": t("预授信", "Pre-approved"), "credit.grant": t("授信", "Granted"), "credit.signature": t("授信（已签约）", "Granted (signed)") }[line.stage],
        yuan(line.limit),
      ),
      row(t("可用额度", "Available"), h("strong", null, line.frozen ? "—" : yuan(line.available))),
      row(t("有效期", "Validity"), `${line.valid_from} ～ ${line.valid_to}`),
    ),
    line.frozen
      ? null
      : h(
          "div", { class: "actions" },
          !ready && way(`#/new/credit/credit.grant?line=${line.id}`, t("授信", "Grant")),
          line.stage === "credit.grant" && way(`#/new/credit/credit.signature?line=${line.id}`, t("签约", "Sign")),
          ready && money.read(line.available) > 0n && way(`#/new/loan?line=${line.id}`, t("放款", "Draw a loan")),
        ),
  );
}

function loanCard(pack, loan) {
  const late = money.read(loan.past_due) > 0n;
  const plan = new URLSearchParams({ principal: loan.balance, rate: loan.rate_percent, method: loan.method, day_count: loan.day_count });
  return h(
    "section", { class: "card" },
    h("h3", null, `${said(known.product(pack, loan.product)?.name)} · ${loan.rate_percent}%`),
    h(
      "dl", { class: "summary" },
      row(t("余额", "Balance"), h("strong", null, yuan(loan.balance))),
      late && row(t("逾期未还", "Past due"), h("span", { class: "pill wrong" }, yuan(loan.past_due))),
      loan.next && row(t("下一期", "Next instalment"), `${loan.next.due} ${yuan(loan.next.payment)}`),
      row(t("放款日至到期日", "From and until"), `${loan.paid_out_on} ～ ${loan.matures_on}`),
    ),
    h(
      "div", { class: "actions" },
      h("a", { class: "button secondary", href: `#/new/repayment?loan=${loan.id}` }, t("还款", "Repayment")),
      h("a", { class: "button secondary", href: `#/calculator?${plan}` }, t("试算", "Calculate")),
    ),
  );
}
