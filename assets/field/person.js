// Names, phones, identity numbers and credit codes, checked as the server checks them (values/person). Pure: no page.

import { daysInMonth } from "./day.js";
import { SPACES, Wrong, isInvisible, lengthOf, narrow, trim } from "./text.js";

const LONGEST_NAME = 60;

/* A name, trimmed, inner spaces collapsed to one. */
export function name(text) {
  const trimmed = trim(text);
  if (!trimmed) throw new Wrong("name.empty", "请填写名称。", "Enter a name.");
  if (isInvisible(trimmed)) {
    throw new Wrong("name.control_character", "名称里有看不见的字符，请重新输入。", "The name holds invisible characters. Type it again.");
  }
  if (/[<>]/.test(trimmed)) throw new Wrong("name.angle_bracket", "名称里不能有尖括号 < >。", "A name cannot hold angle brackets < >.");
  const plain = trimmed.replace(SPACES, " ");
  // 〇 is a Chinese character, though Unicode also calls it a number.
  const han = /^[\u3007\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]$/u;
  if ([...plain].every((sign) => sign === " " || (/^\p{N}$/u.test(sign) && !han.test(sign)))) {
    throw new Wrong("name.digits_only", "名称不能全是数字。", "A name cannot be digits only.");
  }
  if (lengthOf(plain) > LONGEST_NAME) throw new Wrong("name.too_long", "名称最多 60 个字。", "A name has at most 60 characters.");
  return plain;
}

/* A mobile number or a landline with its area code. */
export function phone(text) {
  const digits = narrow(text)
    .replace(/[ \-()]/g, "")
    .replace(/^(\+86|0086)/, "");
  if (!digits) throw new Wrong("phone.empty", "请填写电话号码。", "Enter a phone number.");
  if (!/^\d+$/.test(digits)) throw new Wrong("phone.not_digits", "电话号码只能是数字。", "A phone number has digits only.");
  if (digits.startsWith("1")) {
    if (/^1[3-9]\d{9}$/.test(digits)) return digits;
    throw new Wrong("phone.not_a_mobile", "手机号应为 11 位，以 13 至 19 开头。", "A mobile number has 11 digits and begins with 13 to 19.");
  }
  const found = /^(0[12]\d)(\d{7,8})$/.exec(digits) ?? /^(0[3-9]\d{2})(\d{7,8})$/.exec(digits);
  if (found) return `${found[1]}-${found[2]}`;
  throw new Wrong("phone.not_a_landline", "座机号请带区号，如 0750-8881234。", "Write a landline with its area code, like 0750-8881234.");
}

/* A number without spaces, in plain capitals. */
const bare = (text) => narrow(text).replaceAll(" ", "").replace(/[a-z]/g, (letter) => letter.toUpperCase());

/* 公民身份号码 of 18 characters, its day of birth real and not after `today`. */
export function idNumber(text, today) {
  const number = bare(text);
  const found = lengthOf(number);
  if (found === 0) throw new Wrong("id_number.empty", "请填写身份证号。", "Enter the identity number.");
  if (found === 15 && /^\d+$/.test(number)) {
    throw new Wrong("id_number.first_generation", "15 位身份证号已停用，请填写 18 位的。", "Identity numbers of 15 digits are no longer valid; enter the one of 18.");
  }
  if (found !== 18) {
    throw new Wrong("id_number.length", `身份证号应为 18 位，现为 ${found} 位。`, `An identity number has 18 characters; this one has ${found}.`);
  }
  if (!/^\d{17}[\dX]$/.test(number)) {
    throw new Wrong("id_number.not_digits", "身份证号应为 17 位数字加 1 位数字或 X。", "An identity number is 17 digits and a last digit or X.");
  }
  if (number.startsWith("0")) {
    throw new Wrong("id_number.place", "身份证号前两位不是地区代码，请核对。", "The first two digits of the identity number name no region. Check them.");
  }
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  const real = +year >= 1900 && +month >= 1 && +month <= 12 && +day >= 1 && +day <= daysInMonth(+year, +month);
  if (!real) {
    throw new Wrong("id_number.birth_date", "身份证号第 7 至 14 位不是真实的出生日期，请核对。", "Digits 7 to 14 of the identity number are no real date of birth. Check them.");
  }
  if (`${year}-${month}-${day}` > today) {
    throw new Wrong("id_number.birth_in_future", "身份证号中的出生日期晚于今天，请核对。", "The date of birth in the identity number lies in the future. Check it.");
  }
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
  if ("10X98765432"[sum % 11] !== number[17]) {
    throw new Wrong("id_number.check", "身份证号校验不符，请逐位核对，可能有一位写错或两位颠倒。", "The identity number fails its check: a digit is wrong or two are swapped.");
  }
  return number;
}

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* 统一社会信用代码; `compared` with the licence, its last character need not fit. */
export function creditCode(text, compared = false) {
  const code = bare(text);
  const found = lengthOf(code);
  if (found === 0) throw new Wrong("credit_code.empty", "请填写统一社会信用代码。", "Enter the unified social credit code.");
  if (found !== 18) {
    throw new Wrong("credit_code.length", `统一社会信用代码应为 18 位，现为 ${found} 位。`, `A unified social credit code has 18 characters; this one has ${found}.`);
  }
  const odd = [...code].find((sign) => !ALPHABET.includes(sign));
  if (odd) {
    throw new Wrong(
      "credit_code.character",
      `统一社会信用代码里不会有“${odd}”（不用字母 I、O、S、V、Z），请核对。`,
      `A unified social credit code never has “${odd}” (I, O, S, V and Z are not used).`,
    );
  }
  let [sum, weight] = [0, 1];
  for (const sign of code.slice(0, 17)) {
    sum += ALPHABET.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  if (!compared && ALPHABET.indexOf(code[17]) !== (31 - (sum % 31)) % 31) {
    throw new Wrong(
      "credit_code.check",
      "统一社会信用代码校验不符，请逐位核对。",
      "The unified social credit code fails its check. Compare it character by character.",
    );
  }
  return code;
}

/* A number with its middle hidden. */
export function maskId(number) {
  const signs = [...number];
  const shown = signs.length > 9 ? [3, 4] : [0, 0];
  return signs.map((sign, at) => (at >= shown[0] && at < signs.length - shown[1] ? "*" : sign)).join("");
}
