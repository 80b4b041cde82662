// This phone: whose it is, what it keeps, and how it is left.

import { h, said, t } from "./dom.js";
import { unsent } from "./handfile.js";
import { saveAsFile } from "./handfile-view.js";
import { canInstall, inWeChat, install, installed, onApple } from "./install.js";
import { owe, settleDebt } from "./leaving.js";
import { RETENTION_DAYS } from "./outbox.js";
import { button, labelled, moment, notice } from "./parts.js";

/* The most villages a clerk takes along. */
const MOST = 20;

export async function settings(app) {
  return h("div", null,
    h("h1", null, t("本机", "This phone")),
    inWeChat ? wechat() : null,
    h("dl", { class: "summary" }, await facts(app)),
    ...(await keeping(app)),
    ...(installed() ? [] : start(app)),
    app.user?.role === "clerk" ? await villages(app) : null,
    h("h2", null, t("退出", "Sign out")),
    h("p", null, h("a", { class: "button secondary", href: "#/sign-out" }, t("退出登录…", "Sign out…"))),
    h("p", null, h("a", { href: "/field" }, t("网页版（要联网）", "Plain pages (need a network)"))));
}

const row = (name, value) => h("div", null, h("dt", null, name), h("dd", null, value));

async function facts(app) {
  const { user, pack } = app;
  const others = (await app.store.users()).filter((id) => id !== user.id).length;
  const state = app.outbox.state();
  return [
    row(t("使用人", "User"), `${user.name ?? ""} ${said(user.institution)}`),
    row(t("资料更新到", "Data as of"), moment(pack?.kept_at) || t("不详", "unknown")),
    row(t("村 / 客户", "Villages / clients"), `${pack?.villages?.length ?? 0} / ${pack?.clients?.length ?? 0}`),
    row(t("最近联系上服务器", "Last answer of the server"), moment(state.lastAnswer) || t("本次打开后还没有", "not since this was opened")),
    others ? row(t("其他人", "Others"), t(`另有 ${others} 人用过这台手机，他们的记录您看不到`, `${others} more have used this phone; you see nothing of theirs`)) : null,
  ];
}

async function keeping(app) {
  const safe = await navigator.storage?.persisted?.().catch(() => false);
  const ask = button(t("请浏览器不要清理", "Ask the browser not to clear it"), async () => {
    await navigator.storage.persist();
    app.again();
  }, "secondary");
  const room = await navigator.storage?.estimate?.().catch(() => null);
  const used = room ? t(`已用 ${megabytes(room.usage)}，还可用约 ${megabytes(room.quota - room.usage)}。`, `${megabytes(room.usage)} used, about ${megabytes(room.quota - room.usage)} left.`) : "";
  return [
    h("h2", null, t("存储", "Storage")),
    h("p", null, safe ? t("浏览器已答应不清理这里的记录。", "The browser has promised not to clear what is kept here.") : t("手机空间不够时，浏览器可能清理这里的记录。请及时上报。", "When the phone runs short of room the browser may clear what is kept here. Send your records soon."), " ", used),
    safe || !navigator.storage?.persist ? null : h("p", null, ask),
    onApple && !installed() ? h("p", null, t("苹果手机上，七天不打开就会清理；放到主屏幕后不会。", "On an iPhone it is cleared after seven days unless the app is on the home screen.")) : null,
    h("p", { class: "hint" }, t(`记录在本机加密保存。服务器收到满 ${RETENTION_DAYS} 天后，内容自动从本机清除。`, `Records are kept encrypted. ${RETENTION_DAYS} days after the server has received one, its contents leave this phone.`)),
  ];
}

const megabytes = (bytes) => `${Math.max(1, Math.round(bytes / 1_048_576))} MB`;

function start(app) {
  const heading = h("h2", null, t("放到主屏幕", "Put it on the start screen"));
  if (canInstall()) return [heading, h("p", null, button(t("安装", "Install"), async () => (await install(), app.again())))];
  const how = onApple
    ? t("用 Safari 打开本页，点“分享”，再点“添加到主屏幕”。", "Open this page in Safari, tap Share, then “Add to Home Screen”.")
    : t("在浏览器的菜单里选“安装应用”或“添加到主屏幕”。", "In the browser's menu choose “Install app” or “Add to Home screen”.");
  return [heading, h("p", null, how)];
}

function wechat() {
  return notice("notice",
    h("p", null, h("b", null, t("您在微信里打开了本页", "You opened this inside WeChat"))),
    h("p", null, t("可以填写和上报。但微信可能清理没有上报的记录，也不能存文件、不能放到主屏幕。", "You can record and send here. But WeChat may clear what has not been sent, saves no files, and puts nothing on the start screen.")),
    h("p", null, t("请点右上角“···”，选“在浏览器打开”。", "Tap ··· at the top right and choose “open in browser”.")));
}

/* ---- A clerk's villages ---- */

async function villages(app) {
  const chosen = new Set((await app.store.setting("villages")) ?? []);
  const known = app.pack.county_villages ?? [];
  const told = h("p", { role: "status" });
  const box = (village) => {
    const input = h("input", { type: "checkbox", id: `village_${village.id}`, checked: chosen.has(village.id) });
    input.addEventListener("change", async () => {
      if (input.checked && chosen.size >= MOST) {
        input.checked = false;
        told.textContent = t(`最多 ${MOST} 个村。`, `${MOST} villages at most.`);
        return;
      }
      input.checked ? chosen.add(village.id) : chosen.delete(village.id);
      await app.store.set("villages", [...chosen]);
      told.textContent = t(`已选 ${chosen.size} 个，有网络时更新资料。`, `${chosen.size} chosen; their data comes with the next network.`);
      const outcome = await app.refresh();
      if (outcome.pack) told.textContent = t(`已选 ${chosen.size} 个，资料已更新。`, `${chosen.size} chosen; their data is here.`);
    });
    return h("div", { class: "choice" }, input, h("label", { for: input.id }, said(village.name), " ", h("small", null, said(village.town))));
  };
  const find = h("input", { type: "search", class: "medium", autocomplete: "off" });
  const list = h("div", { class: "village-list" });
  const narrow = () => {
    const wanted = find.value.trim().toLowerCase();
    const fits = (village) => chosen.has(village.id) || (wanted && [village.name, village.town].some((name) => `${name.zh} ${name.en}`.toLowerCase().includes(wanted)));
    list.replaceChildren(...known.filter(fits).slice(0, 60).map(box));
  };
  find.addEventListener("input", narrow);
  narrow();
  return h("section", null,
    h("h2", null, t("带到手机上的村", "Villages taken along")),
    labelled("find_village", t("找村", "Find a village"), t(`最多 ${MOST} 个；手机上只存这些村的客户。`, `${MOST} at most; only their clients are kept on this phone.`), find),
    list, told);
}

/* ---- Leaving ---- */

export async function signOut(app) {
  const left = (await app.store.records()).filter(unsent);
  const told = h("p", { role: "alert" });
  const wipe = () => leave(app, () => app.store.forget());
  const lock = () => leave(app, () => app.store.leave());
  if (!left.length) {
    return h("div", null, h("h1", null, t("退出登录", "Sign out")),
      h("p", null, t("全部记录已上报。退出后，本机上您的资料全部清除。", "Everything has been sent. Signing out clears all your data from this phone.")),
      h("div", { class: "actions" }, button(t("退出并清除", "Sign out and clear"), wipe), h("a", { href: "#/" }, t("不退出", "Stay"))));
  }
  const sure = h("input", { type: "checkbox", id: "sure" });
  const clear = button(t("清除并退出", "Clear and sign out"), () => {
    if (sure.checked) return wipe();
    told.textContent = t("请先勾选。", "Tick the box first.");
    return sure.focus();
  }, "grave");
  return h("div", null,
    h("h1", null, t(`还有 ${left.length} 条没有上报`, `${left.length} records have not been sent`)),
    notice("warnings", h("p", null, t("这些记录只在这台手机上。先上报，或存成文件。", "These records are on this phone only. Send them first, or save them as a file."))),
    h("div", { class: "actions" }, h("a", { class: "button", href: "#/outbox" }, t("去上报", "Send them"))),
    h("details", { class: "more" }, h("summary", null, t("存成加密文件", "Save as an encrypted file")), saveAsFile(app)),
    h("h2", null, t("把手机交给别人用", "Give the phone to somebody else")),
    h("p", null, t("退出登录，记录加密留在本机；您再登录时接着上报。别人看不到。", "Sign out; the records stay here encrypted, and go out when you sign in again. Nobody else sees them.")),
    h("div", { class: "actions" }, button(t("退出，记录留下", "Sign out, keep the records"), lock, "secondary")),
    h("details", { class: "more" }, h("summary", null, t("不要这些记录了", "Throw these records away")),
      h("div", { class: "choice" }, sure, h("label", { for: "sure" }, t(`我知道这 ${left.length} 条记录会永远丢失`, `I know that these ${left.length} records will be lost for good`))),
      told, clear));
}

/* The session ends on the server too; where it cannot be reached now, the app sees to it before it opens again. */
async function leave(app, wipe) {
  await owe(app.pack?.csrf ?? "");
  await wipe();
  await settleDebt();
  location.replace("/field/app");
  location.reload();
}

/* ---- A plain page that could not be reached ---- */

export async function offline(app, { from = "/field" }) {
  const ours = from.startsWith("/field") ? from : "/field";
  return h("div", null,
    h("h1", null, t("这一页要联网", "That page takes a network")),
    h("p", null, t("现在连不上服务器。记录可以照常在这里填，有网络时自动上报。", "The server cannot be reached now. You can go on recording here; it is sent when there is a network.")),
    h("div", { class: "actions" }, h("a", { class: "button", href: "#/" }, t("在这里记录", "Record here")), h("a", { class: "button secondary", href: ours }, t("再试那一页", "Try that page again"))));
}
