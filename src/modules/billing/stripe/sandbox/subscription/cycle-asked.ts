/** What a new subscription says about its cycle: when it began, and from which instant its periods are counted. */
import { anchorFor } from '../calendar/anchor-config';
import { nextBoundary, previousBoundary } from '../calendar/billing-cycle';
import type { Span } from '../calendar/proration';
import { cadenceOf } from '../catalogue/price-rule';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { Price, Subscription } from '../store/wire';
import { cycleOf, type NewSubscription } from './subscription-shape';

export interface AskedCycle {
  /** Where it began before it was made; null = it begins now. */
  readonly backdatedTo: number | null;
  /** The first whole period begins here, or at an earlier instant of the same cycle; null = at once. */
  readonly anchor: number | null;
  readonly anchorConfig: Subscription['billing_cycle_anchor_config'];
}

const CONFIG = 'billing_cycle_anchor_config';
const MONTHS = { month: 1, year: 12 } as const;

/** `from`: now, or when a trial ends. */
export function cycleAsked(parameters: Parameters, price: Price, from: number, at: number): AskedCycle {
  const backdatedTo = parameters.integer('backdate_start_date') ?? null;
  if (backdatedTo !== null && backdatedTo > at)
    throw badParameter('backdate_start_date', 'The backdate_start_date must be in the past.');
  const config = parameters.group(CONFIG);
  if (!config) return { backdatedTo, anchor: anchorAsked(parameters, price, from, at), anchorConfig: null };
  if (parameters.has('billing_cycle_anchor'))
    throw badParameter(
      CONFIG,
      `You may only specify one of these parameters: billing_cycle_anchor, ${CONFIG}.`,
      'parameters_exclusive',
    );
  const { interval, interval_count } = cadenceOf(price);
  if (interval !== 'month' && interval !== 'year')
    throw badParameter(CONFIG, `\`${CONFIG}\` can only be used with monthly and yearly prices.`);
  const anchorConfig = configIn(config);
  const { day_of_month: day, month, hour, minute, second } = anchorConfig;
  const optional = {
    ...(month !== null && { month }),
    ...(hour !== null && { hour }),
    ...(minute !== null && { minute }),
    ...(second !== null && { second }),
  };
  const anchor = anchorFor({ day, ...optional }, interval_count * MONTHS[interval], from);
  return { backdatedTo, anchor: anchor === at ? null : anchor, anchorConfig };
}

/** The period that runs when a subscription is made. One that was backdated may be inside it; a trial begins now. */
export function firstPeriod(
  order: Pick<NewSubscription, 'anchor' | 'trialEnd' | 'backdatedTo' | 'at'>,
  price: Price,
): Span {
  const { at, trialEnd, backdatedTo } = order;
  if (trialEnd !== null) return { start: at, end: trialEnd };
  const cycle = cycleOf(order);
  const cadence = cadenceOf(price);
  return {
    start: Math.max(previousBoundary(cycle, cadence, at), backdatedTo ?? at),
    end: nextBoundary(cycle, cadence, at),
  };
}

function configIn(config: Parameters): NonNullable<AskedCycle['anchorConfig']> {
  config.required('day_of_month');
  return {
    day_of_month: between(config, 'day_of_month', 1, 31)!,
    hour: between(config, 'hour', 0, 23),
    minute: between(config, 'minute', 0, 59),
    month: between(config, 'month', 1, 12),
    second: between(config, 'second', 0, 59),
  };
}

function between(config: Parameters, key: string, least: number, most: number): number | null {
  const value = config.count(key, least) ?? null;
  if (value !== null && value > most)
    throw badParameter(config.name(key), `This value must be less than or equal to ${most}.`);
  return value;
}

function anchorAsked(parameters: Parameters, price: Price, from: number, at: number): number | null {
  const anchor = parameters.integer('billing_cycle_anchor');
  if (anchor === undefined || anchor === at) return null;
  if (anchor < at)
    throw badParameter('billing_cycle_anchor', 'The billing cycle anchor must be in the future.');
  const natural = nextBoundary(from, cadenceOf(price), from);
  if (anchor > natural)
    throw badParameter(
      'billing_cycle_anchor',
      `billing_cycle_anchor cannot be later than next natural billing date (${natural}) for plan`,
    );
  return anchor;
}
