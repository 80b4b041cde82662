// Days as the server reads and counts them (values/day.rs): always texts like 2023-12-31, never a local clock's.
// Pure: no page.

import { Wrong, narrow } from "./text.js";

const noSuchDay = () => new Wrong("day.no_such_day", "没有这一天，请核对年、月、日。", "There is no such day. Check the year, month and day.");
const badForm = () => new Wrong("day.form", "日期请写成 2023-12-31 的样子。", "Write the date like 2023-12-31.");

const pad = (number, width = 2) => String(number).padStart(width, "0");
const text = (year, month, day) => `${pad(year, 4)}-${pad(month)}-${pad(day)}`;

export const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const daysInMonth = (year, month) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

/* Year, month and day of a day that reads. */
export const parts = (day) => day.split("-").map(Number);

/* A day in any of the forms people write; throws what is wrong with it. */
export function parse(typed) {
  const plain = narrow(typed);
  if (!plain) throw new Wrong("day.empty", "请填写日期。", "Enter a date.");
  const found =
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})日$/.exec(plain) ??
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(plain)?.filter((_, at) => at !== 2);
  if (!found) throw badForm();
  const [year, month, day] = found.slice(1).map(Number);
  const real = year >= 1900 && year <= 2999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!real) throw noSuchDay();
  return text(year, month, day);
}

/* Days since 0000-03-01, by the calendar as it would always have been. */
export function number(day) {
  const [y, m, d] = parts(day);
  const year = m > 2 ? y : y - 1;
  const month = (m + 9) % 12;
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + Math.floor((153 * month + 2) / 5) + d;
}

export const daysBetween = (from, to) => number(to) - number(from);

/* So many months later; the last day of a shorter month. */
export function addMonths(day, months) {
  const [y, m, d] = parts(day);
  const at = y * 12 + (m - 1) + months;
  const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
  return text(year, month, Math.min(d, daysInMonth(year, month)));
}

export function addDays(day, days) {
  let [y, m, d] = parts(day);
  d += days;
  while (d < 1) {
    [y, m] = m === 1 ? [y - 1, 12] : [y, m - 1];
    d += daysInMonth(y, m);
  }
  while (d > daysInMonth(y, m)) {
    d -= daysInMonth(y, m);
    [y, m] = m === 12 ? [y + 1, 1] : [y, m + 1];
  }
  return text(y, m, d);
}

/* The last day of so many months that begin on a day: twelve from 5 January end on 4 January. */
export const lastOfMonths = (from, months) => addDays(addMonths(from, months), -1);

/* The day in Shanghai at a moment, whatever the phone's time zone. */
export function shanghai(milliseconds) {
  return new Date(milliseconds + 8 * 3600 * 1000).toISOString().slice(0, 10);
}

/*
 * Today, as the office counts: the pack's day, and as many more as have passed on this phone since it came. A
 * phone's clock may be wrong by a year; how fast it goes it still tells.
 */
export function today(pack, now = Date.now()) {
  const passed = now - (pack.fetched_at ?? now);
  const served = Date.parse(pack.server_time);
  if (!(passed > 0) || Number.isNaN(served)) return pack.today;
  const day = addDays(pack.today, daysBetween(shanghai(served), shanghai(served + passed)));
  return day > pack.today ? day : pack.today;
}
