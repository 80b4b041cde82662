// Money: whole fen in a BigInt, read and spelled as the server does (values/money.rs, numerals.rs). Pure: no page.

import { Wrong, narrow, trim, trimStart } from "./text.js";

const UNITS = {
  yuan: { fen: 100n, decimals: 2, digits: 13 },
  wan: { fen: 1000000n, decimals: 6, digits: 9 },
  yi: { fen: 10000000000n, decimals: 10, digits: 5 },
};

const wrong = {
  empty: () => new Wrong("amount.empty", "请填写金额。", "Enter an amount."),
  number: () => new Wrong("amount.not_a_number", "金额不是数字，请写成 1130000.00 的样子。", "This is not an amount. Write it like 1130000.00."),
  exponent: () =>
    new Wrong(
      "amount.exponent",
      "金额不能用科学记数法（如 1E+06），请写出全部数字。",
      "Do not write an amount in scientific notation (1E+06); write out every digit.",
    ),
  underscore: () => new Wrong("amount.underscore", "金额中不能有下划线。", "An amount cannot contain underscores."),
  plus: () => new Wrong("amount.plus_sign", "金额前不要写加号。", "Do not put a plus sign before an amount."),
  parentheses: () =>
    new Wrong(
      "amount.parentheses",
      "负数请用负号（-5.00），不要用括号。",
      "Write a negative amount with a minus sign (-5.00), not in parentheses.",
    ),
  unit: () =>
    new Wrong(
      "amount.unit_inside",
      "金额里只写数字，不要带“元”“万”“亿”等单位；单位在旁边选择。",
      "Write digits only, without 元, 万 or 亿; the unit is chosen beside the field.",
    ),
  grouping: () =>
    new Wrong(
      "amount.grouping",
      "千位逗号的位置不对，请写成 1,130,000.00 或不写逗号。",
      "The commas are misplaced. Write 1,130,000.00, or leave the commas out.",
    ),
  decimals: (most) =>
    new Wrong(
      "amount.too_many_decimals",
      `小数最多 ${most} 位，再多就不足一分了；请核对原始金额。`,
      `At most ${most} decimals: more would split a fen. Check the original amount.`,
    ),
  digits: (most) =>
    new Wrong(
      "amount.too_many_digits",
      `整数部分最多 ${most} 位，请核对金额和单位。`,
      `At most ${most} digits before the point. Check the amount and its unit.`,
    ),
};

/* An amount as people write it, in fen; throws what is wrong with it. */
export function parse(text, unit = "yuan") {
  const { negative, body } = signed(narrow(text).replace(/[\u2212\u2013]/g, "-"));
  if (!body) throw wrong.empty();
  nameForeign(body);
  return number(negative, ungrouped(body), UNITS[unit]);
}

/* The amount, or null where it does not read. */
export function read(text, unit = "yuan") {
  try {
    return parse(text, unit);
  } catch {
    return null;
  }
}

/* Takes off one minus sign and one currency sign, in either order. */
function signed(text) {
  let rest = text;
  let negative = false;
  let marked = false;
  for (;;) {
    if (rest.startsWith("-")) {
      if (negative) throw wrong.number();
      negative = true;
      rest = rest.slice(1);
    } else if (/^[¥￥]/u.test(rest)) {
      if (marked) throw wrong.number();
      marked = true;
      rest = trimStart(rest.slice(1));
    } else break;
  }
  if (!rest && (negative || marked)) throw wrong.number();
  return { negative, body: rest };
}

/* Names the first thing that is no part of a number. */
function nameForeign(body) {
  const exponent = /^[0-9.,]+[eE]/.test(body);
  for (const sign of body) {
    if (/[0-9.,]/.test(sign)) continue;
    if (exponent && /[eE]/.test(sign)) throw wrong.exponent();
    if (sign === "_") throw wrong.underscore();
    if (sign === "+") throw wrong.plus();
    if (sign === "(" || sign === ")") throw wrong.parentheses();
    if ("元圆万亿角分".includes(sign)) throw wrong.unit();
    throw wrong.number();
  }
}

/* Takes out thousands commas, which stand at every third digit of the whole part or nowhere. */
function ungrouped(body) {
  if (!body.includes(",")) return body;
  const whole = body.split(".")[0];
  const [first, ...others] = whole.split(",");
  const fits = first.length >= 1 && first.length <= 3 && others.every((group) => group.length === 3);
  if (!fits || body.slice(whole.length).includes(",")) throw wrong.grouping();
  return body.replaceAll(",", "");
}

function number(negative, body, unit) {
  const point = body.indexOf(".");
  const whole = point < 0 ? body : body.slice(0, point);
  const decimals = point < 0 ? "" : body.slice(point + 1);
  if (point >= 0 && !decimals) throw wrong.number();
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(decimals)) throw wrong.number();
  if (decimals.length > unit.decimals) throw wrong.decimals(unit.decimals);
  if (whole.length > unit.digits) throw wrong.digits(unit.digits);
  const fen = BigInt(whole + decimals.padEnd(unit.decimals, "0"));
  return negative ? -fen : fen;
}

/* Divides and rounds once, half away from zero; the divisor is positive. */
export function divide(dividend, divisor) {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/* For people: grouped, two decimals, in yuan or another unit, `1,130,000.00`. */
export function show(fen, unit = "yuan") {
  const hundredths = divide(fen, UNITS[unit].fen / 100n);
  const size = hundredths < 0n ? -hundredths : hundredths;
  const part = String(size % 100n).padStart(2, "0");
  return `${hundredths < 0n ? "-" : ""}${grouped(String(size / 100n))}.${part}`;
}

export const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/* As programs write it: yuan, two decimals, no commas. */
export function plain(fen) {
  const size = fen < 0n ? -fen : fen;
  return `${fen < 0n ? "-" : ""}${size / 100n}.${String(size % 100n).padStart(2, "0")}`;
}

/* The shortest way to write an amount in a unit, to be typed over: 30 in wan, not 30.000000. */
export function short(fen, unit = "yuan") {
  const { decimals } = UNITS[unit];
  const size = String(fen < 0n ? -fen : fen).padStart(decimals + 1, "0");
  const part = size.slice(-decimals).replace(/0+$/, "");
  return `${fen < 0n ? "-" : ""}${size.slice(0, -decimals)}${part ? `.${part}` : ""}`;
}

const DIGITS = "零壹贰叁肆伍陆柒捌玖";

/* 大写, without 人民币: 壹佰壹拾叁万元整. */
export function capitals(fen) {
  const size = fen < 0n ? -fen : fen;
  const yuan = size / 100n;
  const jiao = Number((size / 10n) % 10n);
  const cents = Number(size % 10n);
  const sign = fen < 0n ? "负" : "";
  if (size === 0n) return "零元整";
  let tail = "整";
  if (jiao && cents) tail = `${DIGITS[jiao]}角${DIGITS[cents]}分`;
  else if (jiao) tail = `${DIGITS[jiao]}角整`;
  else if (cents) tail = `零${DIGITS[cents]}分`;
  if (yuan === 0n) return sign + tail.replace(/^零+/, "");
  const gap = jiao > 0 && yuan % 10n === 0n ? "零" : "";
  return `${sign}${wholeCapitals(yuan)}元${gap}${tail}`;
}

function wholeCapitals(number) {
  if (number >= 100000000n) return joined(number, 100000000n, "亿");
  if (number >= 10000n) return joined(number, 10000n, "万");
  return thousands(Number(number));
}

/* The part above a unit, the unit, and the part below, a gap of zeros below read out as one 零. */
function joined(number, scale, unit) {
  const low = number % scale;
  const high = wholeCapitals(number / scale) + unit;
  if (low === 0n) return high;
  return high + (low < scale / 10n ? "零" : "") + wholeCapitals(low);
}

function thousands(number) {
  let out = "";
  let gap = false;
  for (const [scale, unit] of [[1000, "仟"], [100, "佰"], [10, "拾"], [1, ""]]) {
    const value = Math.floor(number / scale) % 10;
    if (value === 0) gap = out !== "";
    else {
      out += (gap ? "零" : "") + DIGITS[value] + unit;
      gap = false;
    }
  }
  return out;
}

/* A quantity in hundredths of its unit (values/quantity.rs); null for anything else. */
export function quantity(text) {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  const hundredths = found ? BigInt(found[1] + (found[2] ?? "").padEnd(2, "0")) : 0n;
  return hundredths > 0n ? hundredths : null;
}

/* Percent a year, in ten-thousandths of a percent (values/rate.rs): 3.85 is 38500. */
export function percent(text) {
  const plainText = narrow(text);
  if (!plainText) throw new Wrong("percent.empty", "请填写百分率。", "Enter a percentage.");
  const bare = trim(plainText.replace(/%$/, ""));
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(bare);
  if (!found) throw new Wrong("percent.not_a_number", "百分率不是数字，请写成 3.85 的样子。", "This is not a percentage. Write it like 3.85.");
  const [, sign, integer, decimals = ""] = found;
  if (decimals.length > 4) throw new Wrong("percent.too_many_decimals", "百分率小数最多 4 位。", "A percentage has at most 4 decimals.");
  if (integer.length > 6) {
    throw new Wrong("percent.too_large", "百分率整数部分最多 6 位，请核对。", "A percentage has at most 6 digits before the point. Check it.");
  }
  const size = BigInt(integer + decimals.padEnd(4, "0"));
  return sign ? -size : size;
}

/* As people read it: 38500 is 3.85. */
export function showPercent(tenThousandths) {
  const size = String(tenThousandths < 0n ? -tenThousandths : tenThousandths).padStart(5, "0");
  const part = size.slice(-4).replace(/0+$/, "");
  return `${tenThousandths < 0n ? "-" : ""}${size.slice(0, -4)}${part ? `.${part}` : ""}`;
}
