// The comforts of tables: filter, density, copying. The figures are the server's; nothing here reckons any.

const zh = document.documentElement.lang.startsWith("zh");
const t = (chinese, english) => (zh ? chinese : english);
const field = document.body.classList.contains("field-face");
/* Fewer rows than this need no filter. */
const FEW = 8;

for (const table of document.querySelectorAll("table[data-copy]")) {
  const frame = table.closest(".table-frame");
  if (!frame) continue;
  const tools = document.createElement("div");
  tools.className = "table-tools";
  const rows = [...table.querySelectorAll("tbody tr")];
  if (!field && rows.length >= FEW) tools.append(...filter(table, rows));
  if (!field && rows.length >= FEW) tools.append(density());
  tools.append(copier(table.dataset, () => tsv(table)));
  frame.before(tools);
}
for (const area of document.querySelectorAll("textarea[data-copy]")) {
  const tools = document.createElement("div");
  tools.className = "table-tools";
  tools.append(copier(area.dataset, () => area.value));
  area.before(tools);
}

/* Rows that do not hold what is typed are hidden; the totals stay those of all rows, and it says so. */
function filter(table, rows) {
  const label = document.createElement("label");
  label.textContent = t("筛选本页", "Filter this page");
  const input = document.createElement("input");
  input.type = "search";
  input.setAttribute("aria-controls", table.id);
  label.append(input);
  const said = document.createElement("output");
  const keys = rows.map((row) => plain(row.textContent));
  const narrow = () => {
    const wanted = plain(input.value).split(" ").filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => keys[at].includes(word));
      if (!row.hidden) shown += 1;
    });
    const totals = table.tFoot ? t("；合计为全部行", "; the total is over all of them") : "";
    said.textContent = wanted.length
      ? t(`显示 ${shown} / ${rows.length} 行${totals}`, `${shown} of ${rows.length} rows${totals}`)
      : "";
  };
  input.addEventListener("input", (event) => event.isComposing || narrow());
  input.addEventListener("compositionend", narrow);
  return [label, said];
}

function plain(text) {
  return text.normalize("NFKC").replace(/(\d),(?=\d{3})/g, "$1").replace(/\s+/g, " ").trim().toLowerCase();
}

/* Comfortable or compact, for every table of this reader; the server reads the cookie. */
function density() {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.density = "";
  button.textContent = t("紧凑", "Compact");
  const show = () => button.setAttribute("aria-pressed", String(document.body.classList.contains("dense")));
  button.addEventListener("click", () => {
    const dense = document.body.classList.toggle("dense");
    document.cookie = `density=${dense ? "compact" : ""}; path=/; max-age=${dense ? 31536000 : 0}; samesite=lax`;
    document.querySelectorAll("[data-density]").forEach((each) => each.dispatchEvent(new Event("density")));
  });
  button.addEventListener("density", show);
  show();
  return button;
}

/* A button that copies; its words stand at the table or the text. */
function copier(said, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = said.copy;
  button.addEventListener("click", async () => {
    if (!(await copy(text()))) return;
    button.textContent = said.copied;
    setTimeout(() => (button.textContent = said.copy), 2000);
  });
  return button;
}

/* Tab-separated as Excel and WPS paste it: one row of headings, plain numbers, and of a filtered table the rows in
   view without their total, which is that of all. */
export function tsv(table) {
  const head = headings(table);
  const filtered = [...table.tBodies].some((body) => [...body.rows].some((row) => row.hidden));
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.hidden);
  if (table.tFoot && !filtered) rows.push(...table.tFoot.rows);
  const lines = rows.map((row) => cells(row).flatMap((cell) => [words(cell), ...Array(cell.colSpan - 1).fill("")]));
  return [...(head.length ? [head] : []), ...lines].map((line) => line.join("\t")).join("\r\n");
}

/* Boxes to tick are no figures. */
const cells = (row) => [...row.cells].filter((cell) => !cell.classList.contains("check"));

/* The rows of headings as one: each column's own words after those it shares with its neighbours. */
function headings(table) {
  const rows = [...(table.tHead?.rows ?? [])];
  const grid = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of cells(row)) {
      while (grid[y][x] !== undefined) x += 1;
      for (let dy = 0; dy < cell.rowSpan; dy += 1) {
        for (let dx = 0; dx < cell.colSpan; dx += 1) {
          if (grid[y + dy]) grid[y + dy][x + dx] = dy ? "" : words(cell);
        }
      }
    }
  });
  return (grid[0] ?? []).map((_, x) => grid.map((line) => line[x]).filter(Boolean).join(" "));
}

function words(cell) {
  const text = (cell.dataset.copy ?? cell.textContent).replace(/\s+/g, " ").trim();
  const body = cell.tagName === "TD" || cell.scope === "row";
  if (body && (text === "—" || text === "-")) return "";
  const number = text.replace(/^−/, "-").replaceAll(",", "");
  if (body && /^[+-]?\d+(\.\d+)?%?$/.test(number)) {
    // Twelve digits and more, or a nought before others, are a name: a spreadsheet would round them.
    const code = !cell.classList.contains("num") && /^(\d{12,}|0\d+)$/.test(text);
    return code ? `="${text}"` : number;
  }
  // What a spreadsheet would run as a formula is marked as text.
  return /^([=@]|[+-](?![\d.]))/.test(text) ? `'${text}` : text;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard outside a secure address: the old way, through a selected text box.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
