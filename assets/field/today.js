// The first page: what waits for this person, the five things done most, the villages.

import { today as dayOf } from "./day.js";
import { h, said, t } from "./dom.js";
import * as known from "./known.js";
import * as money from "./money.js";
import { pill, title } from "./parts.js";

const SHOWN = 5;

export async function today(app) {
  const { pack } = app;
  const records = await app.store.records();
  return h(
    "div", { class: "today" },
    h("h1", null, t("今日", "Today")),
    h("p", { class: "lead" }, `${pack.user.name} · ${said(pack.user.institution)} · ${dayOf(pack)}`),
    h("nav", { class: "big-links", "aria-label": t("记一笔", "Record") }, pack.forms.filter((form) => form.big).map((form) => big(form))),
    todo(pack, records),
    drafts(records),
    others(pack),
    villages(pack),
    h(
      "div", { class: "actions" },
      h("a", { class: "button secondary", href: "#/calculator" }, t("还款计算器", "Repayment calculator")),
      h("a", { class: "button secondary", href: "/field" }, t("网页版（要联网）", "Plain pages (online)")),
    ),
  );
}

const address = (form, query = "") => `#/new/${form.door}${form.stage ? `/${form.stage}` : ""}${query}`;

/* What a button is called: the title without its verb is short enough for a thumb. */
export const big = (form, query) => h("a", { href: address(form, query) }, h("span", null, h("b", null, said(form.title))));

function others(pack) {
  const small = pack.forms.filter((form) => !form.big);
  if (small.length === 0) return null;
  return h("section", null, h("h2", null, t("还可以记", "Also")), picks(small.map((form) => ({ href: address(form), title: said(form.title) }))));
}

export const picks = (rows) =>
  h(
    "ul", { class: "picks" },
    rows.map((row) => h(
      "li", null,
      h(
        "a", { href: row.href },
        h("span", { class: "pick" }, h("b", null, row.title), row.detail && h("small", null, row.detail)),
        row.aside && h("span", { class: "pick-aside" }, row.aside),
      ),
    )),
  );

/* A list that says how many more there are, and shows them when asked. */
function list(heading, rows) {
  if (rows.length === 0) return null;
  const more = rows.slice(SHOWN);
  return h(
    "section", { class: "todo" },
    h("h2", null, heading, " ", h("span", { class: "count" }, String(rows.length))),
    picks(rows.slice(0, SHOWN)),
    more.length > 0 && h("details", { class: "more" }, h("summary", null, t(`还有 ${more.length} 条`, `${more.length} more`)), picks(more)),
  );
}

function todo(pack, records) {
  const name = (id) => known.client(pack, records, id)?.name ?? "—";
  const { returned = [], expiring = [], due = [], ending = [] } = pack.todo ?? {};
  const seen = new Set(returned.map((each) => each.voucher));
  const on_the_way = (id) => records.some((record) => record.id === id && ["ready", "sending"].includes(record.state));
  const here = records.filter((record) => record.state === "returned" && !seen.has(record.id));
  const back = [
    ...returned.filter((each) => !on_the_way(each.voucher)).map((each) => ({
      // What no form of the phone corrects is corrected on its page.
      href: each.fields ? `#/edit/${each.voucher}` : `/records/${each.book}/${each.voucher}`,
      title: `${said(each.title)} · ${each.business_date}`,
      detail: t(`退回原因：${each.reason}`, `Returned because: ${each.reason}`),
    })),
    ...here.map((record) => ({ href: `#/edit/${record.id}`, title: title(record), detail: t(
      `退回原因：${record.reason ?? ""}`,
      `Returned because: ${record.reason ?? ""}`,
    ) })),
  ];
  const yuan = (text) => `¥${money.show(money.read(text) ?? 0n)}`;
  return [
    list(t("退回，请更正", "Returned to be corrected"), back),
    list(
      t("待还款", "Instalments due"),
      due.map((each) => {
        const late = money.read(each.past_due) > 0n;
        const words = each.due ? `${each.due} ${yuan(each.payment)}` : "";
        return { href: `#/client/${each.client}`, title: name(each.client), detail: [words, late && t(
          `逾期 ${yuan(each.past_due)}`,
          `past due ${yuan(each.past_due)}`,
        )].filter(Boolean).join(" · ") };
      }),
    ),
    list(t("额度快到期", "Lines about to expire"), expiring.map((each) => ({ href: `#/client/${each.client}`, title: name(each.client), detail: t(`至 ${each.valid_to}`, `until ${each.valid_to}`) }))),
    list(
      t("保单快到期", "Policies about to end"),
      ending.map((each) => {
        const policy = pack.policies?.find((one) => one.id === each.policy);
        const report = pack.forms.find((form) => form.door === "claim");
        const query = policy ? `?policy=${policy.id}&part=${policy.parts[0]?.n}` : "";
        return { href: report ? address(report, query) : "#/", title: policy ? `${said(policy.parts[0]?.insured)} · ${policy.number}` : "—", detail: t(`至 ${each.ends_on}`, `until ${each.ends_on}`) };
      }),
    ),
  ];
}

/* What was begun and not confirmed. */
function drafts(records) {
  const open = records.filter((record) => ["draft", "problem"].includes(record.state)).reverse();
  return list(t("没写完的", "Not finished"), open.map((record) => ({ href: `#/edit/${record.id}`, title: draftTitle(record), detail: record.changed?.slice(0, 10), aside: pill(record) })));
}

const draftTitle = (record) => [title(record), record.fields?.new_name || record.fields?.name].filter(Boolean).join(" · ");

function villages(pack) {
  const all = known.villages(pack);
  const count = (id) => pack.clients.filter((client) => client.village === id).length;
  const rows = all.map((village) => ({
    href: `#/clients?village=${village.id}`,
    title: said(village.name),
    detail: `${said(village.town)} · ${t(`${count(village.id)} 户`, `${count(village.id)} clients`)}${village.active ? "" : t(" · 派驻已结束", " · posting ended")}`,
  }));
  if (rows.length === 0) {
    const clerk = pack.user.role === "clerk";
    const words = clerk ? t(
      "还没有选要带在手机上的村。",
      "No village has been chosen to take along yet.",
    ) : t("还没有派驻的村。派驻由县里登记。", "You are not posted to a village yet. The county records that.");
    return h(
      "div", { class: "empty" },
      h("p", null, words),
      clerk && h("p", null, h("a", { class: "button", href: "#/settings" }, t("选要带的村", "Choose villages"))),
    );
  }
  return h("section", null, h("h2", null, t("我的村", "My villages")), picks(rows));
}
