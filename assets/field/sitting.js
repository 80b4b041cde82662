// The running sum of a sitting: the households recorded one like the other, and this one.

import { h, t } from "./dom.js";
import { sum } from "./known.js";
import * as money from "./money.js";

/* The records of this sitting that are done, this one left out. */
export const done = (record, records) =>
  records.filter((each) => each.id !== record.id && each.door === record.door && each.stage === record.stage && each.sitting === record.sitting && !["draft", "void"].includes(each.state));

/* How many and how much with this one, as a line under the form; nothing for the first of a sitting. */
export function runningSum(record, records) {
  const before = done(record, records);
  if (before.length === 0 || !("amount" in record.fields)) return h("p", { class: "running", hidden: true });
  const so_far = sum(before);
  const all = so_far + sum([record]);
  return h(
    "p", { class: "running", "aria-live": "polite" },
    t(`本次已记 ${before.length} 户，¥${money.show(so_far)}。`, `${before.length} recorded so far, ¥${money.show(so_far)}. `),
    h("b", null, t(`连同本户共 ${before.length + 1} 户，¥${money.show(all)}`, `With this one ${before.length + 1}, ¥${money.show(all)}`)),
    h("span", { class: "capitals", lang: "zh-CN" }, `人民币${money.capitals(all)}`),
  );
}
