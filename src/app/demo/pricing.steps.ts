/** From the chair of whoever sets prices: what the story's own usage would have come to under another price. */
import { check } from './check';
import type { GraphqlClient } from './graphql-client';
import { percent, type Story } from './story';

interface Money {
  readonly amountMinor: string;
  readonly formatted: string;
}

interface Outcome {
  readonly revenue: Money;
  readonly marginRatio: number | null;
}

interface WhatIf {
  readonly total: { readonly before: Outcome; readonly after: Outcome; readonly difference: Money };
  readonly more: { readonly customers: number };
}

const FIGURES = 'revenue { amountMinor formatted } marginRatio';
const QUESTION = `query WhatIf($input: PricingWhatIfInput!) { market { pricingWhatIf(input: $input) {
  total { before { ${FIGURES} } after { ${FIGURES} } difference { amountMinor formatted } } more { customers } } } }`;

/** Half a cent in place of four tenths for each request of PRO: rated by what bills, and nothing is changed. */
export async function staffAsksWhatIf({ narrator, facts }: Story, staff: GraphqlClient): Promise<void> {
  narrator.chapter('Staff', 'asks what this month would have come to at another price');
  const ask = async (changes: object[]): Promise<WhatIf> => {
    const { market } = await staff.ask<{ market: { pricingWhatIf: WhatIf } }>(QUESTION, {
      input: { changes },
    });
    return market.pricingWhatIf;
  };
  const same = await ask([]);
  check(same.total.difference.amountMinor === '0', 'the prices that stand come to what was charged');
  const dearer = await ask([{ plan: 'PRO', prices: [{ unit: 'REQUEST', unitAmount: '0.5' }] }]);
  const { before, after, difference } = dearer.total;
  check(BigInt(difference.amountMinor) > 0n, 'a higher price of a request comes to more');
  narrator.say(
    `0.5 instead of 0.4 cents a request: ${before.revenue.formatted} → ${after.revenue.formatted}, ${dearer.more.customers} customer would pay more, margin ${percent(before.marginRatio ?? 0)} → ${percent(after.marginRatio ?? 0)}`,
  );
  facts.pricing = { before: before.revenue.formatted, after: after.revenue.formatted };
}
