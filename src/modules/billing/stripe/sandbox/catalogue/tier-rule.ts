/**
 * Tiers. Graduated: every unit at the price of the tier that it falls into. Volume: all units at the price of the tier
 * into which the whole quantity falls. The flat fee of a tier is due as soon as the tier is reached, that of the first
 * tier always.
 */
import { multiplyDecimal, roundToMinor } from '../../../../../kernel/money';
import type { Price } from '../store/wire';

type Tier = NonNullable<Price['tiers']>[number];

/** What one tier contributes, rounded by itself. */
export interface TierPart {
  /** From 1. */
  readonly tier: number;
  readonly quantity: number;
  readonly isFlat: boolean;
  readonly amount: number;
}

export function tierParts({ tiers = [], tiers_mode }: Price, quantity: number): TierPart[] {
  return tiers_mode === 'volume' ? volume(tiers, quantity) : graduated(tiers, quantity);
}

function graduated(tiers: readonly Tier[], quantity: number): TierPart[] {
  const parts: TierPart[] = [];
  let below = 0;
  for (const [place, tier] of tiers.entries()) {
    if (place > 0 && quantity <= below) break;
    const within = Math.min(quantity, tier.up_to ?? Infinity) - below;
    parts.push(...partsOf(tier, place + 1, within));
    below = tier.up_to ?? Infinity;
  }
  return parts;
}

function volume(tiers: readonly Tier[], quantity: number): TierPart[] {
  const place = tiers.findIndex(({ up_to }) => up_to === null || quantity <= up_to);
  return place < 0 ? [] : partsOf(tiers[place]!, place + 1, quantity);
}

function partsOf(tier: Tier, number: number, quantity: number): TierPart[] {
  const unit = tier.unit_amount_decimal;
  const flat = tier.flat_amount_decimal;
  const parts: TierPart[] = [];
  if (unit !== null || flat === null) {
    const amount = Number(roundToMinor(multiplyDecimal(unit ?? '0', BigInt(quantity))));
    parts.push({ tier: number, quantity, isFlat: false, amount });
  }
  if (flat !== null)
    parts.push({ tier: number, quantity: 1, isFlat: true, amount: Number(roundToMinor(flat)) });
  return parts;
}
