// The rules of loans: paid out, repaid (loans/lending.rs, repaying.rs, rules.rs, pricing.rs). Pure: no page.

import * as money from "./money.js";
import { oddTerm } from "./reader.js";
import { large, needsClient, needsProduct, notPositive, odd } from "./rules.js";
import { narrow, refuse, warn, whole } from "./text.js";

const GUARANTEES = ["credit", "guarantee", "mortgage", "pledge", "agri-guarantee"];
const METHODS = ["equal-instalment", "equal-principal", "interest-only", "bullet"];
const DAY_COUNTS = ["30/360", "actual/365", "actual/360", "actual/actual"];
const LONGEST_NOTE = 40;

export function loan(read, known) {
  const amount = read.amount("amount");
  const day = read.day("business_date");
  const rate = read.percent("rate_percent");
  const due = read.day("matures_on");
  const purpose = read.required("purpose", "请写明贷款用途。", "Say what the loan is for.");
  const guarantee = read.required("guarantee", "请选择担保方式。", "Choose the kind of guarantee.");
  const method = read.required("method", "请选择还款方式。", "Choose how it is repaid.");
  const dayCount = read.required("day_count", "请选择计息方式。", "Choose how days are counted.");
  const lpr = readLpr(read);
  if (!known.line) needsProduct(read, known);
  needsClient(read, known);
  const judged = () => {
    const found = [...notPositive(amount), ...price(rate, lpr, dayCount, known.limits)];
    if (due <= day) {
      found.push(
        refuse("loan.maturity", "matures_on", `到期日 ${due} 要晚于放款日 ${day}。`, `The maturity ${due} must be after the day of disbursement, ${day}.`),
      );
    }
    found.push(...oddTerm(day, due, "matures_on", known.limits), ...large(amount, known));
    found.push(...odd("purpose", purpose, known.limits.longest_purpose));
    if (!GUARANTEES.includes(guarantee)) {
      found.push(refuse("loan.guarantee", "guarantee", `不认识的担保方式“${guarantee}”。`, `Unknown guarantee “${guarantee}”.`));
    }
    if (!METHODS.includes(method)) {
      found.push(refuse("loan.method", "method", `不认识的还款方式“${method}”。`, `Unknown way of repayment “${method}”.`));
    }
    found.push(...odd("note_number", narrow(read.raw("note_number")), LONGEST_NOTE));
    if (known.line) found.push(...draw(amount, day, due, known));
    return found;
  };
  return { day, judged };
}

/* LPR and points, both or neither. */
function readLpr(read) {
  const points = narrow(read.raw("bp"));
  if (!read.text("lpr_percent") && !points) return null;
  const base = read.percent("lpr_percent");
  const bp = whole(points.replace(/^\+/, ""), -4800, 4800);
  if (bp === null) {
    read.add(
      refuse(
        "loan.points",
        "bp",
        "加点请填整数，单位是基点（0.01%）；减点写负数，例如 40 或 -30。",
        "Enter the points as a whole number of basis points (0.01%), below LPR with a minus: 40 or -30.",
      ),
    );
  }
  return base === null || bp === null ? null : { base, bp };
}

function price(rate, lpr, dayCount, limits) {
  const found = [];
  if (!DAY_COUNTS.includes(dayCount)) {
    found.push(refuse("loan.day_count", "day_count", `不认识的计息方式“${dayCount}”。`, `Unknown way of counting days “${dayCount}”.`));
  }
  const most = limits.highest_rate;
  const shown = money.showPercent(rate);
  if (rate <= 0n || rate > money.percent(most)) {
    found.push(
      refuse(
        "loan.rate",
        "rate_percent",
        `年利率要大于 0，且不超过 ${most}%；填写的是 ${shown}%。`,
        `The yearly rate must be above 0 and at most ${most}%; it says ${shown}%.`,
      ),
    );
  }
  if (lpr) found.push(...lprFinding(lpr, rate, shown));
  return found;
}

/* LPR and the points make up the rate; many points are pointed out. */
function lprFinding({ base, bp }, rate, shown) {
  if (base <= 0n) return [refuse("loan.lpr", "lpr_percent", "LPR 要大于 0。", "LPR must be above 0.")];
  const sum = base + BigInt(bp) * 100n;
  if (sum !== rate) {
    const [lpr, makes] = [money.showPercent(base), money.showPercent(sum)];
    return [
      refuse(
        "loan.lpr_sum",
        "rate_percent",
        `LPR ${lpr}% 加 ${bp} 个基点是 ${makes}%，年利率填写的是 ${shown}%。`,
        `LPR ${lpr}% and ${bp} basis points make ${makes}%, but the yearly rate says ${shown}%.`,
      ),
    ];
  }
  if (bp <= 400) return [];
  return [
    warn(
      "loan.lpr_points",
      "bp",
      `加点 ${bp} 个基点，超过 400 个，请核对合同。`,
      `${bp} basis points are more than 400 above LPR; check the contract.`,
    ),
  ];
}

/* A draw under a credit line, with what this phone has still to send. */
function draw(amount, day, due, known) {
  const { line } = known;
  if (line.stage === "credit.preapproval") {
    return [refuse("line.not_granted", "line", "这笔额度还没有授信，不能放款。", "The credit line has not been granted, so nothing can be drawn.")];
  }
  const [from, to] = [line.valid_from, line.valid_to];
  if (day < from || day > to) {
    return [
      refuse(
        "line.out_of_validity",
        "business_date",
        `放款日 ${day} 不在额度有效期内（${from} 至 ${to}）；到期的额度要先续期。`,
        `The day of disbursement, ${day}, is outside the line's validity (${from} to ${to}); a line that has expired is renewed first.`,
      ),
    ];
  }
  const freeze = frozen(line, day);
  if (freeze) return [freeze];
  const found = [];
  if (due > to) {
    found.push(
      warn(
        "loan.outlives_line",
        "matures_on",
        `贷款到期日 ${due} 晚于额度到期日 ${to}。`,
        `The loan matures on ${due}, after the line ends on ${to}.`,
      ),
    );
  }
  const available = money.parse(line.available) - (known.drawn ?? 0n);
  if (amount > available) {
    const [asked, left] = [money.show(amount), money.show(available)];
    found.push(
      refuse(
        "line.overdrawn",
        "amount",
        `放款 ${asked} 元超过可用额度，还可用 ${left} 元。`,
        `${asked} yuan is above what may be drawn; ${left} yuan is still available.`,
      ),
    );
  } else if (line.stage !== "credit.signature") {
    const limit = money.show(money.parse(line.limit));
    found.push(
      warn(
        "line.not_signed",
        "line",
        `这笔 ${limit} 元的额度还没有签约，请核对合同。`,
        `This line of ${limit} yuan has not been signed; check the contract.`,
      ),
    );
  }
  return found;
}

/* Nothing new is drawn from the day a line was frozen to the day that was lifted. */
function frozen({ frozen_on: since, unfrozen_on: until }, day) {
  if (!since || day < since) return null;
  if (!until) {
    return refuse(
      "line.not_active",
      "line",
      `这笔额度自 ${since} 起冻结，不能新放款；原有贷款照常。`,
      `The line has been frozen since ${since}; nothing new can be drawn, old loans run on.`,
    );
  }
  if (day >= until) return null;
  return refuse(
    "line.not_active",
    "line",
    `放款日 ${day} 在额度冻结期间（${since} 起，${until} 解冻），不能放款。`,
    `On ${day} the line was frozen (from ${since}, lifted on ${until}); nothing could be drawn.`,
  );
}

export function repayment(read, known) {
  const parts = ["amount", "interest", "penalty"].map((name) => [name, read.optionalAmount(name)]);
  const day = read.day("business_date");
  const own = known.loan;
  if (!own) read.add(refuse("loan.unknown", "loan", "请选择贷款。", "Choose the loan."));
  const judged = () => {
    const found = parts
      .filter(([, part]) => part < 0n)
      .map(([name, part]) =>
        refuse("amount.negative", name, `金额不能是负数（${money.show(part)} 元）。`, `The amount cannot be negative (${money.show(part)} yuan).`),
      );
    if (parts.every(([, part]) => part === 0n)) {
      found.push(
        refuse("repayment.empty", "amount", "本金、利息、罚息至少填一项。", "Enter at least one of principal, interest and penalty interest."),
      );
    }
    if (day < own.paid_out_on) {
      found.push(
        refuse(
          "loan.before_disbursement",
          "business_date",
          `业务日期 ${day} 早于放款日 ${own.paid_out_on}。`,
          `The business date ${day} is before the loan was paid out on ${own.paid_out_on}.`,
        ),
      );
    }
    const [paid, left] = [parts[0][1], money.parse(own.balance) - (known.repaid ?? 0n)];
    if (paid > left) {
      const [asked, shown] = [money.show(paid), money.show(left)];
      found.push(
        refuse(
          "loan.overpaid",
          "amount",
          `归还本金 ${asked} 元超过贷款余额 ${shown} 元。`,
          `Principal of ${asked} yuan is above the loan's balance of ${shown} yuan.`,
        ),
      );
    }
    return found;
  };
  return { day, judged };
}
