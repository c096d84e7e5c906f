/** How instants, numbers and shares are told: in UTC, as the service counts its days. */

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const INSTANT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });
const DIGITS = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 4 });
/** What is smaller is a rounding, and would be told by many noughts. */
const NOTHING = 1e-6;
const SHARE = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

/** A date and a time of day are each read as one: a narrow column breaks only between them. */
const unbroken = (text) => text.replaceAll(' ', '\u00a0').replace(',\u00a0', ', ');

export const day = (iso) => (iso ? unbroken(DAY.format(new Date(iso))) : '–');
export const instant = (iso) => (iso ? unbroken(`${INSTANT.format(new Date(iso))} UTC`) : '–');
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
/** How long it is until then, in the two largest units that tell of it: `2 days 5 hours`. */
export function left(iso) {
  let rest = Math.max(0, Date.parse(iso) - Date.now());
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 && `${count} ${unit}${count > 1 ? 's' : ''}`;
  }).filter(Boolean);
  return parts.slice(0, 2).join(' ') || 'less than a minute';
}

export const number = (value) => (value === null || value === undefined ? '–' : NUMBER.format(Number(value)));
/** Losses and the like, which may be small: by their first four digits. */
export const digits = (value) =>
  value === null || value === undefined ? '–' : DIGITS.format(Math.abs(value) < NOTHING ? 0 : value);
export const share = (value) => (value === null || value === undefined ? '–' : SHARE.format(value));
export const money = (value) => value?.formatted ?? '–';

/** An exact amount in minor units, in the units that people pay in. `like` is money of the currency. */
export function exactMoney(exact, like) {
  if (exact === null || exact === undefined) return '–';
  if (!like) return exact;
  const [, decimals = '', currency] = /(?:\.(\d+))? (\w+)$/.exec(like.formatted);
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(exact);
  const padded = whole.padStart(decimals.length + 1, '0');
  const at = padded.length - decimals.length;
  const rest = `${padded.slice(at)}${part}`.replace(/0+$/, '').padEnd(decimals.length, '0');
  return `${sign}${padded.slice(0, at)}${rest && `.${rest}`} ${currency}`;
}

/** `[lower, upper]` of a share. */
export const interval = (bounds, of = share) => (bounds ? `${of(bounds[0])} … ${of(bounds[1])}` : '–');

export const words = (name) => name.toLowerCase().replaceAll('_', ' ');

const ENGINES = { ONNX: 'ONNX', TENSORFLOW: 'TensorFlow', REMOTE: 'another server' };
export const engineName = (kind) => ENGINES[kind] ?? words(kind);

/** Whoever was forgotten is no longer known by any name. */
export const personName = ({ externalId }) => (externalId.startsWith('erased:') ? 'forgotten' : externalId);

/** Time on a device, which is billed by the second. */
export const seconds = (ms) => `${NUMBER.format(Number(ms) / 1000)} s`;

/** Bytes as people say them. */
export const bytes = (size) =>
  Number(size) < 1024 * 1024
    ? `${NUMBER.format(Number(size) / 1024)} KiB`
    : `${NUMBER.format(Number(size) / 1024 / 1024)} MiB`;

/** Whole UTC months: the last so many, with the present one. */
export function lastMonths(count) {
  const now = new Date();
  const month = (away) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + away, 1)).toISOString();
  return { from: month(1 - count), to: month(1) };
}
