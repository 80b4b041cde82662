// Reading the fields of a record as the server's reader does (auth/read.rs): all problems of one pass together, each
// beside its field. Pure: no page.

import * as days from "./day.js";
import * as money from "./money.js";
import { Wrong, refuse, trim } from "./text.js";

export class Reader {
  constructor(fields, limits) {
    this.fields = fields;
    this.limits = limits;
    this.found = [];
  }

  add(finding) {
    this.found.push(finding);
  }

  /* What `read` gives, or null and its mistake noted beside the field. */
  take(name, read) {
    try {
      return read();
    } catch (mistake) {
      if (!(mistake instanceof Wrong)) throw mistake;
      this.add(mistake.at(name));
      return null;
    }
  }

  raw(name) {
    const value = this.fields[name];
    return Array.isArray(value) ? (value[0] ?? "") : (value ?? "");
  }

  all(name) {
    const value = this.fields[name];
    return Array.isArray(value) ? value : value ? [value] : [];
  }

  text(name) {
    return trim(this.raw(name));
  }

  required(name, zh, en) {
    const text = this.text(name);
    if (!text) this.add(refuse("field.missing", name, zh, en));
    return text;
  }

  /* An amount in the unit chosen beside it. */
  amount(name) {
    const unit = this.raw(`${name}_unit`);
    if (!["yuan", "wan", "yi"].includes(unit)) {
      this.add(refuse("amount.unit_missing", name, "请选择单位：元或万元。", "Choose the unit: yuan or 10,000 yuan."));
      return 0n;
    }
    return this.take(name, () => money.parse(this.text(name), unit)) ?? 0n;
  }

  optionalAmount(name) {
    return this.text(name) ? this.amount(name) : 0n;
  }

  /* A day of business: real, and of our time. */
  day(name) {
    return this.take(name, () => {
      const day = days.parse(this.text(name));
      const first = this.limits.first_year;
      if (days.parts(day)[0] < first) {
        throw new Wrong("day.too_early", `日期早于 ${first} 年，请核对年份。`, `The date is before ${first}; check the year.`);
      }
      return day;
    });
  }

  percent(name) {
    return this.take(name, () => money.percent(this.text(name)));
  }
}

/* A term of more years than anything lasts. */
export function oddTerm(from, to, field, limits) {
  const years = limits.longest_years;
  if (to <= days.addMonths(from, years * 12)) return [];
  return [refuse("day.too_far", field, `期限从 ${from} 起超过 ${years} 年，请核对年份。`, `More than ${years} years from ${from}; check the year.`)];
}

/* The business date lies in the future. */
export function future(day, today, field = "business_date") {
  if (day <= today) return [];
  return [refuse("date.future", field, `业务日期不能晚于今天（${today}）。`, `The business date cannot be after today (${today}).`)];
}
