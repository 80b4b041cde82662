// A list to print, sign and hand over: what is on this phone and not on the server.

import { h, t } from "./dom.js";
import { unsent } from "./handfile.js";
import { button, moment, title, words } from "./parts.js";

export async function printed(app) {
  const records = (await app.store.records()).filter(unsent);
  const head = [t("序号", "No."), t("记录", "Record"), t("填写时间", "Written"), t("状态", "State")];
  const row = (record, at) =>
    h("tr", null, h("td", { class: "num" }, String(at + 1)), h("th", { scope: "row" }, title(record), h("code", { class: "wrap record-id" }, record.id)), h("td", null, moment(record.changed)), h("td", null, words(record)));
  return h("div", { class: "portrait" },
    h("h1", null, t("未上报记录清单", "Records not sent")),
    h("p", null, `${app.user?.name ?? ""} · ${moment(new Date().toISOString())} · ${t(`共 ${records.length} 条`, `${records.length} in all`)}`),
    h("div", { class: "table-frame" }, h("table", null, h("thead", null, h("tr", null, head.map((text) => h("th", { scope: "col" }, text)))), h("tbody", null, records.map(row)))),
    h("p", { class: "sign-here" }, t("填报人：　　　　　　　　日期：", "Signed:                          Date:")),
    h("div", { class: "actions" }, button(t("打印", "Print"), () => print()), h("a", { href: "#/outbox" }, t("返回", "Back"))));
}
