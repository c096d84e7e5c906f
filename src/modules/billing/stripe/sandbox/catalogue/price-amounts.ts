/** The amounts of a new price as they are asked for: one per unit, one per package, or tiers. */
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { Price } from '../store/wire';

type Amounts = Pick<
  Price,
  'billing_scheme' | 'tiers' | 'tiers_mode' | 'transform_quantity' | 'unit_amount' | 'unit_amount_decimal'
>;
type Tier = NonNullable<Price['tiers']>[number];
type Amount = { readonly whole: number | null; readonly decimal: string };

const DECIMAL = /^\d+(\.\d{1,12})?$/;

export function askedAmounts(parameters: Parameters): Amounts {
  const scheme = parameters.choice('billing_scheme', ['per_unit', 'tiered']) ?? 'per_unit';
  return scheme === 'tiered' ? inTiers(parameters) : perUnit(parameters);
}

/** Of a price that is made with the order: one amount for each unit. */
export function inlineAmounts(parameters: Parameters): Amounts {
  return unitAmounts(parameters, null);
}

function perUnit(parameters: Parameters): Amounts {
  return unitAmounts(parameters, packages(parameters));
}

function unitAmounts(parameters: Parameters, packed: Price['transform_quantity']): Amounts {
  const amount = amountIn(parameters, 'unit_amount');
  if (!amount)
    throw badParameter(
      'unit_amount',
      'You must specify either `unit_amount` or `unit_amount_decimal`.',
      'parameter_missing',
    );
  return {
    billing_scheme: 'per_unit',
    tiers_mode: null,
    transform_quantity: packed,
    unit_amount: amount.whole,
    unit_amount_decimal: amount.decimal,
  };
}

function packages(parameters: Parameters): Price['transform_quantity'] {
  const group = parameters.group('transform_quantity');
  if (!group) return null;
  group.required('divide_by');
  group.required('round');
  return { divide_by: group.count('divide_by', 1)!, round: group.choice('round', ['up', 'down'])! };
}

function inTiers(parameters: Parameters): Amounts {
  parameters.required('tiers_mode');
  const mode = parameters.choice('tiers_mode', ['graduated', 'volume'])!;
  const tiers = parameters.groups('tiers').map(tierIn);
  if (tiers.length === 0) throw badParameter('tiers', 'Missing required param: tiers.', 'parameter_missing');
  if (tiers.at(-1)!.up_to !== null)
    throw badParameter('tiers', 'The last tier must have `up_to` set to `inf`.');
  tiers.slice(0, -1).forEach(({ up_to }, place) => {
    if (up_to === null || up_to <= (tiers[place - 1]?.up_to ?? 0))
      throw badParameter('tiers', 'Tiers must be in ascending order, and only the last one is open.');
  });
  return {
    billing_scheme: 'tiered',
    tiers,
    tiers_mode: mode,
    transform_quantity: null,
    unit_amount: null,
    unit_amount_decimal: null,
  };
}

function tierIn(tier: Parameters): Tier {
  const unit = amountIn(tier, 'unit_amount');
  const flat = amountIn(tier, 'flat_amount');
  if (!unit && !flat)
    throw badParameter(
      tier.name('unit_amount'),
      'A tier needs `unit_amount` or `flat_amount`.',
      'parameter_missing',
    );
  const upTo = tier.required('up_to');
  return {
    flat_amount: flat?.whole ?? null,
    flat_amount_decimal: flat?.decimal ?? null,
    unit_amount: unit?.whole ?? null,
    unit_amount_decimal: unit?.decimal ?? null,
    up_to: upTo === 'inf' ? null : tier.count('up_to', 1)!,
  };
}

/** As whole minor units or as a decimal, not as both. */
function amountIn(parameters: Parameters, key: string): Amount | undefined {
  const whole = parameters.count(key, 0);
  const decimal = parameters.text(`${key}_decimal`);
  if (whole !== undefined && decimal !== undefined)
    throw badParameter(
      parameters.name(key),
      `You may only specify one of these parameters: ${key}, ${key}_decimal.`,
      'parameters_exclusive',
    );
  if (whole !== undefined) return { whole, decimal: String(whole) };
  if (decimal === undefined) return undefined;
  if (!DECIMAL.test(decimal))
    throw badParameter(
      parameters.name(`${key}_decimal`),
      `Invalid decimal: ${decimal}; must contain at maximum twelve decimal places.`,
      'parameter_invalid_integer',
    );
  return { whole: Number.isInteger(Number(decimal)) ? Number(decimal) : null, decimal };
}
