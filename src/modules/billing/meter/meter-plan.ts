/**
 * What is handed over next: the usage of closed hours that is not handed over yet. What is owed is reckoned over the whole
 * period, less what credits paid, and rounded down once: the millionths that are left over come with the next hour. Of dinars
 * a card pays whole tens of fils only, so it is those that are owed, and fewer than ten a period are left unasked for.
 */
import { addDecimals, chargeStep, compareDecimals, subtractDecimals } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type MeterTime, meterTime } from './meter-time';

export enum UsageMeter {
  REQUESTS = 'REQUESTS',
  CHARGE = 'CHARGE',
}

/** Names of the events: amounts have a meter for each currency, because a meter adds numbers and knows nothing of money. */
export function eventNameOf(meter: UsageMeter, currency: string): string {
  return meter === UsageMeter.REQUESTS ? 'flywheel_requests' : chargeEvents(currency);
}

export function chargeEvents(currency: string): string {
  return `flywheel_charge_${currency.toLowerCase()}`;
}

/** Usage of one hour that is not handed over yet; the same hour again when more of it came to light. */
export interface HourOfUsage {
  readonly hour: Date;
  readonly requests: bigint;
  /** By the price book: decimal string of minor units. */
  readonly charge: string;
}

/** How far a period is handed over. */
export interface HandedOver {
  readonly requests: bigint;
  readonly charge: string;
  readonly owedMicros: bigint;
}

export interface PlannedEvent extends MeterTime {
  readonly meter: UsageMeter;
  readonly hour: Date;
  readonly value: bigint;
  readonly charge: string;
}

export interface MeterPlan {
  readonly events: readonly PlannedEvent[];
  readonly totals: HandedOver;
}

/** Meters take whole numbers, and a request costs a fraction of a cent: amounts go in millionths of a minor unit. */
export const MICROS = 1_000_000n;

export function microsOf(decimal: string): bigint {
  const [whole, fraction = ''] = decimal.split('.');
  const micros = BigInt(whole!.replace('-', '')) * MICROS + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return decimal.startsWith('-') ? -micros : micros;
}

export function decimalOf(micros: bigint): string {
  const [sign, size] = micros < 0n ? ['-', -micros] : ['', micros];
  const fraction = (size % MICROS).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${size / MICROS}${fraction && `.${fraction}`}`;
}

export interface Standing {
  readonly period: Period;
  readonly before: HandedOver;
  /** All that was used of the period so far, handed over or not. */
  readonly used: string;
  /** What credits paid of it, and what was reversed. */
  readonly credited: string;
  readonly currency: string;
  readonly now: Date;
  /** Where what is owed no more comes off; null where no invoice is to come. */
  readonly setOff: SetOff | null;
}

/** A period of Stripe's whose invoice is still to come, and what it has. */
export interface SetOff extends MeterTime {
  /** What Stripe has counted in it, less what was taken back from it: below zero nothing comes off. */
  readonly room: bigint;
  /** What of the usage that was handed over no invoice has had: nobody paid it, so nothing of it is taken back. */
  readonly givenAway: bigint;
}

/**
 * What was handed over and is owed no more, because a charge was reversed, is taken back by a negative amount, which Stripe
 * counts as a correction: only once all usage is handed over, because until then what credits paid of the rest is not told apart.
 * Stripe bills a period nothing whose sum is negative, so no more is taken back than the period has; the rest stays told, and
 * thereby due, until a later period has room for it.
 */
export function planMeterEvents(
  hours: readonly HourOfUsage[],
  { period, before, used, credited, currency, now, setOff }: Standing,
): MeterPlan {
  const events: PlannedEvent[] = hours.map(({ hour, requests, charge }) => ({
    meter: UsageMeter.REQUESTS,
    hour,
    value: requests,
    charge,
    ...meterTime(hour, period, now),
  }));
  const charge = addDecimals(before.charge, ...hours.map((one) => one.charge));
  const owed = owedOf(charge, credited, currency) - before.owedMicros;
  const isWhole = compareDecimals(charge, used) === 0;
  const takenBack = isWhole && setOff ? takenBackOf(-owed, setOff, currency) : 0n;
  const hour = hours.at(-1)?.hour ?? now;
  if (owed > 0n)
    events.push({
      meter: UsageMeter.CHARGE,
      hour,
      value: owed,
      charge: '0',
      ...meterTime(hour, period, now),
    });
  if (takenBack > 0n) {
    const { meteredAt, late } = setOff!;
    events.push({ meter: UsageMeter.CHARGE, hour: now, value: -takenBack, charge: '0', meteredAt, late });
  }
  return {
    events,
    totals: {
      requests: hours.reduce((sum, { requests }) => sum + requests, before.requests),
      charge,
      owedMicros: before.owedMicros + (owed > 0n ? owed : -takenBack),
    },
  };
}

/** What is to be paid of a charge, in millionths. */
export function owedOf(charge: string, credited: string, currency: string): bigint {
  return chargeable(microsOf(subtractDecimals(charge, credited)), currency);
}

function takenBackOf(
  less: bigint,
  { room, givenAway }: Pick<SetOff, 'room' | 'givenAway'>,
  currency: string,
): bigint {
  const paid = less - givenAway;
  const most = paid < room ? paid : room;
  return most > 0n ? chargeable(most, currency) : 0n;
}

function chargeable(micros: bigint, currency: string): bigint {
  const step = chargeStep(currency) === 1n ? 1n : chargeStep(currency) * MICROS;
  return micros - (micros % step);
}
