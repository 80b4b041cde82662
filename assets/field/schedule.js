// Repayment plans (values/schedule.rs): when a loan comes back, in what parts, with what interest. Whole fen in
// BigInt; interest is a fraction of whole numbers, rounded once. Pure: no page.

import * as days from "./day.js";
import { divide } from "./money.js";

export const MOST_PERIODS = 360;
const HUNDRED_PERCENT = 1000000n;

/* Calendar days of a period and its share of a year, as [part, whole]. */
function share(period, count) {
  const long = BigInt(period.days);
  if (count === "30/360") return [BigInt(period.months * 30 + period.odd), 360n];
  if (count === "actual/365") return [long, 365n];
  if (count === "actual/360") return [long, 360n];
  const leap = BigInt(leapDaysBefore(period.to) - leapDaysBefore(period.from));
  return [(long - leap) * 366n + leap * 365n, 365n * 366n];
}

/* Days of leap years before a day: of the leap years before its own, and of its own if that is one. */
function leapDaysBefore(day) {
  const [year] = days.parts(day);
  const before = year - 1;
  const years = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const own = days.isLeap(year) ? days.daysBetween(`${day.slice(0, 4)}-01-01`, day) : 0;
  return years * 366 + own;
}

const period = (from, to, months, odd) => ({ from, to, months, odd, days: days.daysBetween(from, to) });

/* So many months, each counted from the first day: 31 January, 29 February, 31 March. */
function monthly(start, count) {
  return Array.from({ length: count }, (_, n) => period(days.addMonths(start, n), days.addMonths(start, n + 1), 1, 0));
}

/* Months up to a day, and the days that are left. */
function until(start, maturity) {
  const found = [];
  let from = start;
  for (let n = 1; ; n += 1) {
    const to = days.addMonths(start, n);
    if (to > maturity) break;
    if (n > MOST_PERIODS) throw new RangeError("periods");
    found.push(period(from, to, 1, 0));
    from = to;
  }
  if (from < maturity) found.push(period(from, maturity, 0, Math.min(days.daysBetween(from, maturity), 30)));
  if (found.length > MOST_PERIODS) throw new RangeError("periods");
  return found;
}

/* terms: {principal: fen, rate: ten-thousandths of a percent, method, dayCount}. */
export function planOf(terms, start, months) {
  const bullet = terms.method === "bullet";
  return reckon(terms, bullet ? [period(start, days.addMonths(start, months), months, 0)] : monthly(start, months));
}

export function planUntil(terms, start, maturity) {
  const found = until(start, maturity);
  if (terms.method !== "bullet") return reckon(terms, found);
  const sum = (name) => found.reduce((total, each) => total + each[name], 0);
  return reckon(terms, [period(start, maturity, sum("months"), sum("odd"))]);
}

/* The rate for one period, as a fraction of whole numbers. */
function factor(terms, each) {
  const [part, year] = share(each, terms.dayCount);
  return [terms.rate * part, HUNDRED_PERCENT * year];
}

function reckon(terms, periods) {
  let part = 0n;
  if (terms.method === "equal-instalment") part = equalInstalment(terms, periods);
  if (terms.method === "equal-principal") part = divide(terms.principal, BigInt(periods.length));
  let balance = terms.principal;
  const rows = periods.map((each, at) => {
    const [numerator, denominator] = factor(terms, each);
    const interest = divide(balance * numerator, denominator);
    let principal = terms.method === "equal-instalment" ? part - interest : part;
    // No row repays more than is owed, none adds to it; the last takes up what rounding left.
    if (principal < 0n) principal = 0n;
    if (principal > balance || at + 1 === periods.length) principal = balance;
    balance -= principal;
    return { n: at + 1, due: each.to, days: each.days, payment: principal + interest, principal, interest, balance };
  });
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0n);
  return { rows, payment: sum("payment"), interest: sum("interest") };
}

/*
 * P × Πᵢ(1+rᵢ) ÷ Σ of the partial products, rounded once. As an exact fraction it would grow with every period;
 * sixty digits behind the point are more than the server's twenty-eight and decide the same fen.
 */
const SCALE = 10n ** 60n;

function equalInstalment(terms, periods) {
  let growth = SCALE;
  let sum = 0n;
  for (const each of periods) {
    const [numerator, denominator] = factor(terms, each);
    const step = SCALE + (numerator * SCALE) / denominator;
    growth = (growth * step) / SCALE;
    sum = (sum * step) / SCALE + SCALE;
  }
  return divide(terms.principal * growth, sum);
}
