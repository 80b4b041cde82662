// Saving the outbox as a file: a passphrase is offered, and must be told to the office another way.

import { h, t } from "./dom.js";
import { SHORTEST, suggested, write } from "./handfile.js";
import { inWeChat } from "./install.js";
import { button, download, labelled, trouble } from "./parts.js";

export function saveAsFile(app) {
  const input = h("input", { type: "text", class: "medium figures", value: suggested(), autocomplete: "off", spellcheck: "false", minlength: SHORTEST });
  const told = h("p", { role: "status" });
  const save = async (give) => {
    if (input.value.trim().length < SHORTEST) {
      told.textContent = t(`口令至少 ${SHORTEST} 个字符。`, `The passphrase takes at least ${SHORTEST} characters.`);
      return input.focus();
    }
    told.textContent = t("正在加密…", "Encrypting…");
    try {
      const { blob, count } = await write({ id: app.user.id, name: app.user.name ?? "" }, input.value.trim());
      const day = new Date().toISOString().slice(0, 10);
      await give(new File([blob], `cunxin-${day}-${count}.cunxin`, { type: blob.type }));
      told.textContent = t(`已存 ${count} 条。请另外把口令告诉办公室，不要和文件一起发。`, `${count} saved. Tell the office the passphrase another way, not along with the file.`);
    } catch (error) {
      told.textContent = error.name === "AbortError" ? "" : trouble(error);
    }
  };
  const toDisk = (file) => download(file, file.name);
  const shareable = navigator.canShare?.({ files: [new File([""], "a.cunxin", { type: "application/octet-stream" })] });
  return h("div", null,
    labelled("passphrase", t("口令", "Passphrase"), t("请抄下来。没有口令，谁也打不开这个文件。", "Write it down. Without it nobody can open the file."), input),
    h("div", { class: "actions" },
      button(t("存成加密文件", "Save as an encrypted file"), () => save(toDisk), "secondary"),
      shareable ? button(t("直接转发", "Share it"), () => save((file) => navigator.share({ files: [file] })), "secondary") : null),
    inWeChat ? h("p", { class: "hint" }, t("微信里不能存文件：请点右上角“···”，选“在浏览器打开”。", "WeChat does not save files: tap ··· at the top right and choose “open in browser”.")) : null,
    told);
}
