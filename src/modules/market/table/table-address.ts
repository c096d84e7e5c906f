/**
 * A question for a table as a part of an address, and back: whoever follows a signed link asks what was asked when it was made, and no
 * process needs to remember it. Compressed, because price books are long and alike.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PricingWhatIfInput } from '../pricing/pricing-what-if.input';
import type { MarketTable, TableQuestion } from './market-table';

interface Written {
  readonly table: MarketTable;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly pricing: PricingWhatIfInput | null;
}

/** An amount is written as text, for JSON knows no whole numbers of any size. */
type WrittenChange = Omit<PricingWhatIfInput['changes'][number], 'priceMinor'> & {
  priceMinor?: string | null;
};

export function addressPart({ period, ...rest }: TableQuestion): string {
  const written = { ...rest, from: period.from.toISOString(), to: period.to.toISOString() };
  const text = JSON.stringify(written, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return deflateRawSync(text, { level: 9 }).toString('base64url');
}

/** Of a part that we have signed. */
export function questionIn(part: string): TableQuestion {
  const text = inflateRawSync(Buffer.from(part, 'base64url')).toString('utf8');
  const { from, to, pricing, ...rest } = JSON.parse(text) as Written;
  return { ...rest, period: { from: new Date(from), to: new Date(to) }, pricing: pricing && read(pricing) };
}

function read(pricing: PricingWhatIfInput): PricingWhatIfInput {
  const changes = pricing.changes as readonly WrittenChange[];
  return {
    elasticity: pricing.elasticity,
    period: pricing.period && { from: new Date(pricing.period.from), to: new Date(pricing.period.to) },
    changes: changes.map(({ priceMinor, ...change }) => ({
      ...change,
      priceMinor: priceMinor == null ? null : BigInt(priceMinor),
    })),
  };
}
