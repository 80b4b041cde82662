// Texts as the server reads them (values/text.rs, plausible.rs): full-width signs made plain, both ends trimmed,
// invisible characters and texts without an end refused. Pure: no page.

/* A finding, in the server's own code and words. */
export const refuse = (code, field, zh, en) => ({ severity: "refuse", code, field, say: { zh, en } });
export const warn = (code, field, zh, en) => ({ ...refuse(code, field, zh, en), severity: "warn" });
export const hold = (code, field, zh, en) => ({ ...refuse(code, field, zh, en), severity: "hold" });

/* Something wrong with a value, by itself: thrown by the readers, placed beside a field by `at`. */
export class Wrong extends Error {
  constructor(code, zh, en) {
    super(code);
    this.code = code;
    this.say = { zh, en };
  }
  at(field) {
    return refuse(this.code, field, this.say.zh, this.say.en);
  }
}

/* What Unicode calls white space, which is what the server trims; JavaScript's own idea differs by two signs. */
const SPACE = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const START = new RegExp(`^[${SPACE}]+`, "u");
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
export const SPACES = new RegExp(`[${SPACE}]+`, "gu");

export const trim = (text) => String(text ?? "").replace(ENDS, "");

export const trimStart = (text) => text.replace(START, "");

/* Full-width ASCII and spaces in their plain forms. */
export function narrow(text) {
  return trim(
    String(text ?? "")
      .replace(/[\u3000\u00a0]/g, " ")
      .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)),
  );
}

/* How many characters people count. */
export const lengthOf = (text) => [...text].length;

const INVISIBLE = /[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

export const isInvisible = (text) => INVISIBLE.test(text);

/* A text of at most so many characters; several lines are allowed. */
export function checkText(text, most) {
  const trimmed = trim(text);
  if (isInvisible(trimmed.replace(/[\n\r\t]/g, ""))) {
    throw new Wrong("text.control_character", "文字里有看不见的字符，请重新输入。", "The text holds invisible characters. Type it again.");
  }
  const found = lengthOf(trimmed.replace(/\r/g, ""));
  if (found > most) {
    throw new Wrong("text.too_long", `最多 ${most} 个字，现为 ${found} 个字。`, `At most ${most} characters; there are ${found}.`);
  }
  return trimmed;
}

/* A whole number as the server's integers read: a sign is allowed where theirs allow one. */
export function whole(text, least, most, signed = true) {
  if (!(signed ? /^[+-]?\d+$/ : /^\+?\d+$/).test(text)) return null;
  const number = BigInt(text.replace(/^\+/, ""));
  return number >= BigInt(least) && number <= BigInt(most) ? Number(number) : null;
}
