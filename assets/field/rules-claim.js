// The rules of a claim reported and of its survey (insurance/claims/step.rs, rules.rs). Pure: no page.

import * as money from "./money.js";
import { lengthOf, narrow, refuse, trim, warn, whole } from "./text.js";

const LONGEST = 64;

const isShort = (text) => trim(text) !== "" && lengthOf(text) <= LONGEST;

/* What both steps say. */
function step(read) {
  const day = read.day("business_date");
  const number = narrow(read.required("claim", "请填写报案号。", "Enter the claim number."));
  return { day, number };
}

function ends(read, known) {
  const amount = read.optionalAmount("amount");
  const note = read.text("note");
  if (lengthOf(note) > known.limits.longest_reason) {
    read.add(refuse("text.too_long", "note", "说明太长，最多 300 个字。", "The note is too long; at most 300 characters."));
  }
  if (!known.part) read.add(refuse("claim.no_policy", "policy", "请选择保单。", "Choose the policy."));
  return { amount, quantity: narrow(read.raw("quantity")).replaceAll(",", "") };
}

export function claim(read, known) {
  const { day, number } = step(read);
  const loss = read.day("loss_date");
  const cause = read.required("cause", "请填写出险原因。", "Enter the cause of loss.");
  if (whole(narrow(read.raw("households")), 0, 4294967295, false) === null) {
    read.add(refuse("field.not_a_count", "households", "户次请填整数，没有填 0。", "Enter a whole number of households, 0 for none."));
  }
  const { amount, quantity } = ends(read, known);
  const judged = () => {
    const found = words(number, amount, quantity);
    if (known.claims.some((other) => other.number === number)) {
      found.push(
        refuse("claim.reported_already", "claim", "投保清单的这一行下已有这个报案号。", "This row of the policy's list has a claim of this number already."),
      );
      return found;
    }
    if (!isShort(cause)) {
      found.push(refuse("payout.cause", "cause", "请填写出险原因，最多 64 个字。", "Enter the cause of loss, at most 64 characters."));
    }
    const { starts_on: from, ends_on: to } = known.part.policy;
    if (loss < from || loss > to) {
      found.push(
        refuse(
          "claim.loss_outside",
          "loss_date",
          `出险日期要在保险期间（${from} ～ ${to}）内。`,
          `The loss must lie within the days insured, ${from} to ${to}.`,
        ),
      );
    }
    if (loss > day) {
      found.push(refuse("claim.before_loss", "loss_date", "出险日期不能晚于报案日期。", "The loss cannot be later than its report."));
    }
    return [...found, ...moreThanInsured(quantity, known)];
  };
  return { day, judged };
}

export function survey(read, known) {
  const { day, number } = step(read);
  const { amount, quantity } = ends(read, known);
  const judged = () => {
    const found = words(number, amount, quantity);
    const own = known.claims.find((other) => other.number === number);
    if (own?.step === "insurance.claim_close") found.push(refuse("claim.closed", "claim", "这个赔案已经结案。", "This claim is closed."));
    else if (own?.step === "insurance.claim_approve") {
      found.push(
        refuse(
          "claim.approved_already",
          "claim",
          "这个赔案已经核赔，要改先冲销核赔。",
          "This claim has been approved; have the approval taken back first.",
        ),
      );
    }
    return [...found, ...moreThanInsured(quantity, known)];
  };
  return { day, judged };
}

function words(number, amount, quantity) {
  const found = [];
  if (!isShort(number)) {
    found.push(refuse("payout.claim", "claim", "请填写报案号，最多 64 个字。", "Enter the claim number, at most 64 characters."));
  }
  if (amount < 0n) found.push(refuse("claim.negative", "amount", "金额不能为负。", "The amount cannot be negative."));
  if (quantity && money.quantity(quantity) === null) {
    found.push(
      refuse(
        "claim.quantity",
        "quantity",
        "损失数量要大于零，最多两位小数。",
        "The quantity lost must be above zero with at most two decimals.",
      ),
    );
  }
  return found;
}

function moreThanInsured(quantity, known) {
  const { quantity: insured } = known.part.part;
  const lost = money.quantity(quantity);
  if (lost === null || lost <= (money.quantity(insured) ?? 0n)) return [];
  return [
    warn(
      "claim.more_than_insured",
      "quantity",
      `损失数量超过投保的 ${insured}，请核对。`,
      `More is lost than the ${insured} insured; check it.`,
    ),
  ];
}
