// Small comforts. Every page works without this file; nothing here decides anything.

import "./table.js";

const zh = document.documentElement.lang.startsWith("zh");

/* The error summary takes the focus, so that it is read first. */
document.querySelector(".error-summary")?.focus();

/* A form on its way is not sent twice. The server recognises a repeat all the same. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("once" in form.dataset)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // After this turn: a disabled button would not send its name and value.
  setTimeout(() => buttons(form).forEach((button) => (button.disabled = !event.defaultPrevented)));
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    buttons(form).forEach((button) => (button.disabled = false));
  }
});

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

/* 大写: what is typed as an amount is read back in capitals, by the server's own rules. */
for (const box of document.querySelectorAll("[data-amount]")) {
  const input = box.querySelector("input[inputmode]");
  const output = box.querySelector("output");
  let timer = 0;
  let latest = 0;

  const say = (text, refused) => {
    output.textContent = text;
    output.classList.toggle("refused", refused);
  };

  const ask = async () => {
    const mine = ++latest;
    const text = input.value.trim();
    if (!text) return say("", false);
    const unit = box.querySelector("input[type=radio]:checked")?.value ?? "yuan";
    try {
      const query = new URLSearchParams({ text, unit });
      const answer = await (await fetch(`/api/v1/amount?${query}`)).json();
      if (mine !== latest) return;
      if (answer.error) say(answer.error[zh ? "zh" : "en"] ?? "", true);
      else say(`${zh ? "" : "In capitals: "}人民币${answer.capitals} · ¥${grouped(answer.yuan)}`, false);
    } catch {
      if (mine === latest) say("", false); // no network: the check waits for the server
    }
  };

  const later = (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  };
  box.addEventListener("input", later);
  box.addEventListener("compositionend", later);
}

/* Finding in a list: it grows shorter while typing. What is chosen stays in view. */
for (const input of document.querySelectorAll("input[data-find]")) {
  const list = document.getElementById(input.dataset.find);
  const none = input.parentElement.querySelector("output");
  input.parentElement.querySelector("button").hidden = true;
  const means = (element, label, wanted) =>
    !wanted || label.toLowerCase().includes(wanted) || keys(element).some((key) => key.startsWith(wanted));
  const options = list instanceof HTMLSelectElement ? [...list.options] : null;

  const narrow = () => {
    const wanted = input.value.trim().normalize("NFKC").toLowerCase();
    let found = 0;
    if (options) {
      // Not every browser hides an option; all let it be taken out.
      const chosen = list.value;
      const kept = options.filter((option) => {
        const fits = means(option, option.text, wanted);
        if (fits && option.value) found += 1;
        return fits || !option.value || option.value === chosen;
      });
      list.replaceChildren(...kept);
      list.value = chosen;
    } else {
      for (const row of list.querySelectorAll("[data-keys]")) {
        const fits = means(row, row.querySelector("label").textContent, wanted);
        if (fits) found += 1;
        row.hidden = !fits && !row.querySelector("input:checked");
      }
    }
    none.textContent = found ? "" : none.dataset.none;
  };
  input.addEventListener("input", (event) => event.isComposing || narrow());
  input.addEventListener("compositionend", narrow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) event.preventDefault();
  });
}

function keys(element) {
  return (element.dataset.keys ?? "").split(" ");
}

/* Digits in threes; the amount stays text throughout. */
function grouped(yuan) {
  const [whole, part] = yuan.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

/* A row that leads somewhere may be clicked anywhere, but selecting text in it is not a click. */
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, summary")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href);
  else location.assign(row.dataset.href);
});
