// Goal: legal time is what docs/formats/legal-time.md says, found by a program that shares no code
// with ours and takes its time zones from ICU (Intl.DateTimeFormat). Method: the committed vectors;
// a day is what a clock shows that is looked at every quarter of an hour.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const file = process.argv[2] ?? join(here, '../../../docs/formats/vectors/legal-time/cases.json');
const vectors = JSON.parse(readFileSync(file, 'utf8'));
const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const MILLISECONDS = { MINUTES: 60_000, HOURS: 3_600_000, MILLISECONDS: 1 };
const DAY = 86_400_000;
const QUARTER = 900_000;

class YearMissing extends Error {
  constructor(year) {
    super(`year ${year}`);
    this.year = year;
  }
}

// --- Zones ---

const formats = new Map();
function local(ms, zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit',
    }));
  }
  const part = {};
  for (const { type, value } of formats.get(zone).formatToParts(ms)) part[type] = value;
  return { day: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

// Days are texts, 2026-11-24.
const plus = (day, count) => new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
const between = (a, b) => (Date.parse(b) - Date.parse(a)) / DAY;

// The first quarter of an hour that is on this day.
function startOfDay(day, zone) {
  let ms = Date.parse(day) - 16 * 3_600_000;
  while (local(ms, zone).day !== day) ms += QUARTER;
  return ms;
}

// --- Calendars ---

function isWorkingDay(day, calendar) {
  const year = Number(day.slice(0, 4));
  if (!calendar.years.includes(year)) throw new YearMissing(year);
  return !calendar.weekly_rest.includes(WEEKDAYS[new Date(day).getUTCDay()]) &&
    !calendar.holidays.includes(day) &&
    !calendar.recesses.some(({ from, to }) => from <= day && day <= to);
}

function walk(day, count, step, calendar) {
  while (count > 0) {
    day = plus(day, step);
    if (isWorkingDay(day, calendar)) --count;
  }
  return day;
}

function startDay(ms, zone, calendar, exact) {
  const { day, time } = local(ms, zone);
  return !exact && calendar.cut_off && time >= calendar.cut_off ? plus(day, 1) : day;
}

function canonicalText(calendar) {
  const rest = calendar.weekly_rest.map((name) => WEEKDAYS.indexOf(name) || 7).join(',');
  return [
    'rogatoria-calendar v1', `id ${calendar.id}`, `version ${calendar.version}`,
    `weekly-rest ${rest || '-'}`, `cut-off ${calendar.cut_off ?? '-'}`,
    ...calendar.years.map((year) => `year ${year}`),
    ...calendar.holidays.map((day) => `holiday ${day}`),
    ...calendar.recesses.map(({ from, to }) => `recess ${from} ${to}`), '',
  ].join('\n');
}

// --- Spans ---

function span(text) {
  const [count, unit] = text.split(' ');
  return { count: Number(count), unit };
}

function dueAfter({ ms, exact }, { count, unit }, vector, calendar) {
  if (unit in MILLISECONDS) return ms + count * MILLISECONDS[unit];
  const first = startDay(ms, vector.zone, calendar, exact);
  const orNext = (day) => walk(plus(day, -1), 1, 1, calendar);
  let last;
  if (unit === 'WORKING_DAYS') {
    last = count > 0 ? walk(first, count, 1, calendar) : orNext(first);
  } else {
    last = plus(first, count);
    if (vector.rest_day_end !== 'SAME_DAY') last = orNext(last);
  }
  return startOfDay(plus(last, 1), vector.zone) - 1;
}

function remaining(start, within, held, vector, calendar) {
  const due = dueAfter(start, within, vector, calendar);
  if (held > due) throw new Error('held after it was due');
  if (within.unit in MILLISECONDS) return { count: due - held, unit: 'MILLISECONDS' };
  const from = startDay(start.ms, vector.zone, calendar, start.exact);
  const to = local(held, vector.zone).day;
  let used = between(from, to);
  if (within.unit === 'WORKING_DAYS') {
    const [early, late] = from <= to ? [from, to] : [to, from];
    used = 0;
    for (let day = plus(early, 1); day <= late; day = plus(day, 1)) {
      if (isWorkingDay(day, calendar)) used += from <= to ? 1 : -1;
    }
  }
  return { count: Math.max(within.count - used, 0), unit: within.unit };
}

// --- The three sorts of vectors ---

function reception(vector, calendar) {
  const exact = vector.effect !== undefined;
  const day = startDay(Date.parse(vector.receipt), vector.zone, calendar, exact);
  return exact ? { rule: 'EXACT_INSTANT', date: day }
    : { rule: 'NEXT_WORKING_DAY', date: walk(day, 1, 1, calendar) };
}

function due(vector, calendar) {
  let start = { ms: Date.parse(vector.start), exact: vector.start_rule === 'EXACT_INSTANT' };
  let within = span(vector.within);
  for (const { held, resumed } of vector.holds ?? []) {
    within = remaining(start, within, Date.parse(held), vector, calendar);
    start = { ms: Date.parse(resumed), exact: true };
  }
  return { due: new Date(dueAfter(start, within, vector, calendar)).toISOString() };
}

function warn(vector, calendar) {
  const { count, unit } = span(vector.before);
  const ms = Date.parse(vector.due);
  if (unit in MILLISECONDS) return { warn: new Date(ms - count * MILLISECONDS[unit]).toISOString() };
  const day = local(ms, vector.zone).day;
  const found = unit === 'DAYS' ? plus(day, -count) : walk(day, count, -1, calendar);
  return { warn: new Date(startOfDay(found, vector.zone)).toISOString() };
}

let passed = 0, failed = 0, skipped = 0;

function check(name, expected, run) {
  let found;
  try {
    found = run();
  } catch (error) {
    found = error instanceof YearMissing ? { error: 'CALENDAR_YEAR_MISSING', year: error.year }
      : { crashed: error.stack };
  }
  const right = Object.entries(found).every(([key, value]) => expected[key] === value);
  right ? ++passed : ++failed;
  if (!right) console.error(`FAILED ${name}: found ${JSON.stringify(found)}`);
}

for (const [name, calendar] of Object.entries(vectors.calendars)) {
  check(`calendar ${name}`, calendar, () => ({
    sha256: createHash('sha256').update(canonicalText(calendar)).digest('hex'),
  }));
}
for (const [sort, run] of Object.entries({ reception, due, warn })) {
  for (const vector of vectors[sort]) {
    if (vector.needs_tzdata > process.versions.tz) {
      console.error(`skipped ${vector.name}: it needs tzdata ${vector.needs_tzdata}, ` +
        `ICU has ${process.versions.tz}`);
      ++skipped;
      continue;
    }
    check(`${sort} ${vector.name}`, vector, () => run(vector, vectors.calendars[vector.calendar]));
  }
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 && passed > 100 ? 0 : 1);
