// The repayment calculator: the four ways of repayment, the four ways of counting days. Nothing is recorded.

import { question } from "./controls.js";
import * as days from "./day.js";
import { h, said, t } from "./dom.js";
import { summary } from "./form.js";
import * as money from "./money.js";
import { Reader } from "./reader.js";
import { MOST_PERIODS, planOf } from "./schedule.js";
import { narrow, refuse, whole } from "./text.js";

/* `#/calculator?principal=…&rate=…` */
export async function calculator(app, asked) {
  const fields = {
    principal: asked.principal ?? "", principal_unit: asked.principal ? "yuan" : ((await app.store.setting("unit")) ?? "yuan"), rate: asked.rate ?? "", periods: "12",
    start: days.today(app.pack), method: asked.method ?? "equal-instalment", day_count: asked.day_count ?? "30/360",
  };
  const page = h("div", { class: "calculator" });
  const loan = app.pack.forms.find((form) => form.door === "loan");
  const choices = (name) => loan?.fields.find((each) => each.name === name)?.choices ?? [];
  const view = { app, record: { fields }, records: [], problems: [], set: (name, value) => (fields[name] = value), redraw: () => draw() };
  const reckon = (event) => {
    event?.preventDefault();
    const [problems, plan] = judged(fields, app.pack.limits);
    view.problems = problems;
    draw(plan);
    page.querySelector(problems.length > 0 ? ".error-summary" : "#plan")?.focus();
  };
  const draw = (plan) =>
    page.replaceChildren(
      h("h1", null, t("还款计算器", "Repayment calculator")),
      h("p", { class: "lead" }, t("只作试算，不记录任何内容；以合同为准。", "A trial calculation: nothing is recorded, and the contract decides.")),
      ...[summary(view.problems), plan && result(fields, plan)].filter(Boolean),
      h(
        "form", { novalidate: true, onsubmit: reckon },
        questions(choices).map((each) => question(view, each)),
        h("div", { class: "actions" }, h("button", { class: "button primary", type: "submit" }, t("试算", "Calculate"))),
      ),
    );
  draw();
  return page;
}

const asks = (name, control, zh, en, more) => ({ name, control, required: true, label: { zh, en }, ...more });

const questions = (choices) => [
  asks("principal", "amount", "贷款金额", "Amount lent"),
  asks("rate", "percent", "年利率", "Yearly rate"),
  asks("periods", "number", "期限", "Term", { suffix: { zh: "个月", en: "months" } }),
  asks("start", "day", "放款日", "Paid out on"),
  asks("method", "choice", "还款方式", "How it is repaid", { choices: choices("method") }),
  asks("day_count", "choice", "计息方式", "How days are counted", { choices: choices("day_count") }),
];

/* What is wrong, or the plan. */
function judged(fields, limits) {
  const read = new Reader(fields, limits);
  const principal = read.amount("principal");
  const rate = read.percent("rate");
  const start = read.day("start");
  const periods = whole(narrow(fields.periods), 1, MOST_PERIODS);
  if (read.found.length === 0 && principal <= 0n) {
    const shown = money.show(principal);
    read.add(refuse("schedule.principal", "principal", `贷款金额要大于零；填写的是 ${shown} 元。`, `The principal must be above zero; it says ${shown} yuan.`));
  }
  if (rate !== null && (rate <= 0n || rate > money.percent(limits.highest_rate))) {
    const [most, shown] = [limits.highest_rate, money.showPercent(rate)];
    read.add(refuse(
      "schedule.rate",
      "rate",
      `年利率要大于 0，且不超过 ${most}%；填写的是 ${shown}%。`,
      `The yearly rate must be above 0 and at most ${most}%; it says ${shown}%.`,
    ));
  }
  if (periods === null) {
    read.add(refuse("schedule.periods", "periods", `期数要在 1 到 ${MOST_PERIODS} 之间。`, `There must be 1 to ${MOST_PERIODS} periods.`));
  }
  if (read.found.length > 0) return [read.found, null];
  return [[], planOf({ principal, rate, method: fields.method, dayCount: fields.day_count }, start, periods)];
}

function result(fields, plan) {
  const yuan = (fen) => `¥${money.show(fen)}`;
  const row = (label, ...value) => h("div", null, h("dt", null, label), h("dd", null, ...value));
  const principal = money.parse(fields.principal, fields.principal_unit);
  return h(
    "section", { id: "plan", tabindex: "-1", "aria-label": t("还款计划", "Repayment plan") },
    h(
      "dl", { class: "summary" },
      row(
        t("贷款金额", "Amount lent"),
        h("strong", null, yuan(principal)),
        h("span", { class: "capitals", lang: "zh-CN" }, `人民币${money.capitals(principal)}`),
      ),
      row(t("还款额", "Payments"), payments(plan.rows)),
      row(t("利息合计", "Interest in all"), h("strong", null, yuan(plan.interest))),
      row(t("还款合计", "Repaid in all"), yuan(plan.payment)),
    ),
    h(
      "div", { class: "table-frame", role: "region", tabindex: "0", "aria-label": t("还款计划（元）", "Repayment plan (yuan)") },
      h(
        "table", { class: "plan" },
        h("caption", null, t("还款计划（元）", "Repayment plan (yuan)")),
        h(
          "thead", null,
          h(
            "tr", null,
            [t("期", "No."), t("还款日", "Due"), t("还款额", "Payment"), t("本金", "Principal"), t("利息", "Interest"), t("剩余本金", "Balance")].map((words) => h("th", { scope: "col" }, words)),
          ),
        ),
        h("tbody", null, plan.rows.map(line)),
      ),
    ),
    h("h2", null, t("再算一次", "Calculate again")),
  );
}

function line(row) {
  const cell = (label, fen) => h("td", { class: "num", "data-label": label }, money.show(fen));
  return h(
    "tr", null,
    h("th", { scope: "row" }, String(row.n)), h("td", { class: "due" }, h("time", null, row.due)), h("td", { class: "num payment" }, money.show(row.payment)),
    cell(t("本金", "Principal"), row.principal), cell(t("利息", "Interest"), row.interest), cell(t("剩余本金", "Balance"), row.balance),
  );
}

/* What is paid each time: the one amount where they are equal, else the first and the last. */
function payments(rows) {
  const [first, last] = [rows[0], rows[rows.length - 1]].map((row) => `¥${money.show(row.payment)}`);
  if (rows.length === 1) return t(`到期一次 ${first}`, `${first} once, at maturity`);
  const others = rows.filter((row) => row.payment !== rows[0].payment).length;
  if (others === 0) return t(`每期 ${first}，共 ${rows.length} 期`, `${first} each, ${rows.length} in all`);
  if (others === 1 && first !== last) return t(`每期 ${first}，末期 ${last}，共 ${rows.length} 期`, `${first} each, the last ${last}, ${rows.length} in all`);
  return t(`首期 ${first}，末期 ${last}，共 ${rows.length} 期`, `First ${first}, last ${last}, ${rows.length} in all`);
}
