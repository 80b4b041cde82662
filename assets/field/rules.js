// What a record must be before it is worth sending: the server's own rules, codes and sentences, for everything a
// phone can know. Pure: no page. `tests/phone_rules.rs` holds every finding against the server's.
//
// As on the server three passes follow one another: what does not read; a day in the future; then the rules between
// fields. A pass that refuses ends the judging.

import { claim, survey } from "./rules-claim.js";
import { loan, repayment } from "./rules-loan.js";
import * as person from "./person.js";
import { Reader, future, oddTerm } from "./reader.js";
import * as money from "./money.js";
import { Wrong, checkText, hold, narrow, refuse, trim, warn, whole } from "./text.js";

/*
 * Judges a record. `known` is what the phone knows around it:
 * today, limits, products (ids offered), client ({kind} or null), line, loan, part ({policy, part}), claims (of the
 * part), drawn and repaid (fen of what still waits on this phone), twin (the client has such a line), postings (from
 * when to when the specialist is posted to the village; null for a clerk, who needs none).
 */
export function judge(door, fields, known) {
  const read = new Reader(fields, known.limits);
  const rules = { credit, loan, repayment, visit, talk, client, claim, reversal }[door];
  const kind = door === "claim" && fields.stage === "insurance.claim_survey" ? survey : rules;
  if (!kind) return [];
  const then = kind(read, known);
  if (read.found.length > 0) return read.found;
  const late = then.day ? future(then.day, known.today) : [];
  if (late.length > 0) return late;
  return [...then.judged(), ...outOfPost(then.day, known)];
}

/* Whether a finding keeps the record from being sent. */
export const stops = (finding) => finding.severity === "refuse";

function outOfPost(day, known) {
  const posted = known.postings?.some(([from, to]) => from <= day && (to === null || day <= to));
  if (!known.postings || posted || !day) return [];
  return [
    hold(
      "assignment.inactive",
      "village",
      `特派员在 ${day} 没有派驻该村，这条记录要由审核人核实决定。`,
      `The specialist was not posted to this village on ${day}; the reviewer must look into it and decide.`,
    ),
  ];
}

export const notPositive = (amount) =>
  amount > 0n ? [] : [refuse("amount.not_positive", "amount", "金额要大于零。", "The amount must be above zero.")];

/* An amount with a zero too many, for a household or for others. */
export function large(amount, known) {
  const { limits } = known;
  const limit = money.parse(known.client?.kind === "household" ? limits.large_household : limits.large_anyone);
  if (amount <= limit) return [];
  const [yuan, wan] = [money.show(amount), money.show(limit, "wan")];
  return [
    warn(
      "amount.large",
      "amount",
      `金额 ${yuan} 元超过 ${wan} 万元，请核对单位和是否多写了零。`,
      `${yuan} yuan is above ${wan} × 10,000 yuan; check the unit and for an extra zero.`,
    ),
  ];
}

/* The client chosen; a line or a loan brings its own. */
export function needsClient(read, known) {
  if (!known.client) read.add(refuse("client.missing", "client", "请选择客户。", "Choose a client."));
}

/* The product chosen among those offered. */
export function needsProduct(read, known) {
  const product = whole(read.text("product"), 1, "9223372036854775807");
  if (product === null) read.add(refuse("field.not_chosen", "product", "请选择产品。", "Choose a product."));
  else if (!known.products.includes(String(product))) {
    read.add(refuse("product.not_offered", "product", "本机构没有这个产品。", "Your institution does not offer this product."));
  }
}

function credit(read, known) {
  const amount = read.amount("amount");
  const day = read.day("business_date");
  const [from, to] = [read.day("valid_from"), read.day("valid_to")];
  needsProduct(read, known);
  needsClient(read, known);
  const judged = () => {
    const found = notPositive(amount);
    if (from > to || to < day) {
      found.push(
        refuse("line.validity", "valid_to", "有效期的终止日要晚于起始日和业务日期。", "Validity must end after it begins and not before the business date."),
      );
    }
    found.push(...oddTerm(from, to, "valid_to", known.limits), ...large(amount, known));
    if (known.line) found.push(...furtherStage(read.raw("stage"), amount, known.line));
    else if (read.raw("stage") === "credit.signature") found.push(notGranted());
    if (!known.line && known.twin) {
      found.push(
        warn("line.twin", "client", "该客户在本机构同一产品下已有一笔额度。", "This client already has a line of this institution and product."),
      );
    }
    return found;
  };
  return { day, judged };
}

const notGranted = () =>
  refuse("line.not_granted", "", "还没有授信，不能签约。", "The line has not been granted, so it cannot be signed.");

/* A stage of a line that stands already. */
function furtherStage(stage, amount, line) {
  const found = [];
  const limit = money.parse(line.limit);
  const granted = line.stage !== "credit.preapproval";
  if (line.frozen) {
    found.push(refuse("line.frozen", "", "这笔额度已经冻结，解冻后才能签约。", "This line is frozen; lift the freeze before it is signed."));
  }
  if (stage === "credit.preapproval") {
    found.push(refuse("line.preapproved_already", "", "这笔额度已经有预授信。", "This line has been pre-approved already."));
  } else if (stage === "credit.grant" && granted) {
    found.push(refuse("line.granted_already", "", "这笔额度已经授信，调整额度请另走调整。", "This line has been granted already."));
  } else if (stage === "credit.grant" && amount > limit) {
    const [asked, before] = [money.show(amount), money.show(limit)];
    found.push(
      warn(
        "line.above_preapproval",
        "amount",
        `授信 ${asked} 元高于预授信 ${before} 元，请核对是否多写了零。`,
        `The grant of ${asked} yuan is above the pre-approval of ${before} yuan; check for an extra zero.`,
      ),
    );
  } else if (stage === "credit.signature" && !granted) {
    found.push(notGranted());
  } else if (stage === "credit.signature" && line.stage === "credit.signature") {
    found.push(refuse("line.signed_already", "", "这笔额度已经签约。", "This line has been signed already."));
  } else if (stage === "credit.signature" && amount > limit) {
    const shown = money.show(limit);
    found.push(
      refuse("line.above_grant", "amount", `签约金额不能高于授信 ${shown} 元。`, `The signed amount cannot exceed the grant of ${shown} yuan.`),
    );
  }
  return found;
}

/* A whole number of people or households; left empty it is zero. */
function count(read, name, most) {
  const text = narrow(read.raw(name));
  if (!text) return 0;
  const number = whole(text, 0, most);
  if (number === null) {
    read.add(refuse("count.not_a_number", name, `请填 0 到 ${most} 之间的整数。`, `Enter a whole number from 0 to ${most}.`));
  }
  return number ?? 0;
}

function visit(read, known) {
  const day = read.day("business_date");
  const unregistered = count(read, "unregistered", 500);
  const visited = read.all("visited");
  if (visited.length === 0 && unregistered === 0) {
    read.add(
      refuse("visit.empty", "rows", "请勾选走访的农户，或填写未登记的户数。", "Tick the households visited, or give the number of unregistered ones."),
    );
  }
  const judged = () => visited.flatMap((id) => odd("rows", read.text(`note_${id}`), known.limits.longest_reason));
  return { day, judged };
}

/* A text without an end, or with invisible signs. */
export function odd(field, text, most) {
  try {
    checkText(text, most);
    return [];
  } catch (mistake) {
    if (!(mistake instanceof Wrong)) throw mistake;
    return [mistake.at(field)];
  }
}

function talk(read, known) {
  const day = read.day("business_date");
  const topic = read.required("topic", "请写明宣讲主题。", "Say what the talk was about.");
  const present = count(read, "attendance", 100000);
  const judged = () => {
    const found = odd("topic", topic, known.limits.longest_topic);
    if (present < 1) {
      found.push(
        refuse("talk.attendance", "attendance", `到场人数至少是 1；填写的是 ${present}。`, `At least 1 person must have been there; it says ${present}.`),
      );
    } else if (present > 500) {
      found.push(
        warn("talk.many", "attendance", `到场 ${present} 人次，请核对是否多写了零。`, `${present} persons at one talk; check for an extra digit.`),
      );
    }
    return found;
  };
  return { day, judged };
}

const KINDS = ["household", "family-farm", "cooperative", "firm"];

function client(read, known) {
  const kind = read.raw("kind");
  if (!KINDS.includes(kind)) {
    read.add(refuse("field.not_chosen", "kind", "请选择客户类别。", "Choose the kind of client."));
    return {};
  }
  const signed = read.text("consent_on") ? read.day("consent_on") : "";
  const found = [];
  const keep = (name, check) => {
    try {
      return check();
    } catch (mistake) {
      if (!(mistake instanceof Wrong)) throw mistake;
      found.push(mistake.at(name));
      return "";
    }
  };
  keep("name", () => person.name(read.raw("name")));
  const number = keep("number", () => clientNumber(kind, read, known.today));
  if (read.text("phone")) keep("phone", () => person.phone(read.raw("phone")));
  keep("address", () => checkText(read.raw("address"), known.limits.longest_address));
  found.push(...signedLater(signed, known.today));
  found.push(...members(kind, found.length === 0 ? number : "", read, known));
  if (signed === "") found.push(...unsigned(kind, read.raw("number")));
  return { judged: () => found };
}

/* A household by the identity number of its head, a family farm by either, others by credit code. */
function clientNumber(kind, read, today) {
  const text = read.raw("number");
  const firm = () => person.creditCode(text, read.raw("compared") === "yes");
  if (kind === "household") return person.idNumber(text, today);
  if (kind !== "family-farm" || narrow(text).startsWith("9")) return firm();
  try {
    return person.idNumber(text, today);
  } catch (mistake) {
    try {
      return person.creditCode(text);
    } catch {
      throw mistake;
    }
  }
}

/* The other members of a household: real numbers, each once, none the head's. */
function members(kind, head, read, known) {
  const most = known.limits.most_members;
  const typed = read.raw("members").split(/[\s,，、;；]+/u).filter(Boolean);
  if (typed.length === 0) return [];
  const wrong = (code, zh, en) => refuse(code, "members", zh, en);
  if (kind !== "household") return [wrong("members.not_a_household", "只有农户填写其他成员。", "Only a household has other members.")];
  if (typed.length > most) return [wrong("members.too_many", `其他成员最多 ${most} 人。`, `At most ${most} other members.`)];
  const seen = new Set([head]);
  return typed.flatMap((text, at) => {
    const [n, shown] = [at + 1, person.maskId(text)];
    try {
      const number = person.idNumber(text, known.today);
      if (!seen.has(number)) {
        seen.add(number);
        return [];
      }
      const [zh, en] = number === head ? ["与户主的号码相同", "is the same as the head's"] : ["写了两次", "stands here twice"];
      return [wrong("members.twice", `第${n}个成员号码（${shown}）${zh}。`, `Member number ${n} (${shown}) ${en}.`)];
    } catch (mistake) {
      if (!(mistake instanceof Wrong)) throw mistake;
      const { zh, en } = mistake.say;
      return [wrong(mistake.code, `第${n}个成员号码（${shown}）：${zh}`, `Member number ${n} (${shown}): ${en}`)];
    }
  });
}

/* The day on which the 授权书 was signed lies in the future. */
function signedLater(day, today) {
  if (!day || day <= today) return [];
  return [refuse("date.future", "consent_on", `授权书的签署日期不能晚于今天（${today}）。`, `The authorisation cannot be signed after today (${today}).`)];
}

/* Every person signs; a firm need not, nor a family farm with a registrar's number. */
function unsigned(kind, number) {
  const person = kind === "household" || (kind === "family-farm" && !narrow(number).startsWith("9"));
  if (!person) return [];
  return [refuse(
    "field.missing",
    "consent_on",
    "请填写授权书的签署日期：没有签授权书的不登记。",
    "Enter the day on which the authorisation was signed: nobody is registered without one.",
  )];
}

/* Asking for a posted record to be voided. */
function reversal(read, known) {
  const reason = read.text("reason");
  if (!reason) read.add(refuse("reversal.reason_missing", "reason", "请写明冲销的原因。", "Say why it is reversed."));
  return { judged: () => odd("reason", reason, known.limits.longest_reason) };
}
