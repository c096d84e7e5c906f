/** From which sums on money that staff give away needs a second person. */
import { z } from 'zod';
import { minorDigits } from '../../kernel/money';

/** Minor units by currency. What a currency that is not named gives away always needs a second person. */
export type MoneyLimits = ReadonlyMap<string, bigint>;

const LIMIT = /^([A-Z]{3}) (\d{1,12})(?:\.(\d{1,3}))?$/;
const SHAPE = 'must be like USD 500 or USD 500,EUR 450.50,JPY 60000, each currency once';

export const moneyReviewVariables = {
  FLYWHEEL_MONEY_REVIEW_ABOVE: z
    .string()
    .transform((text, context): MoneyLimits => {
      const limits = new Map<string, bigint>();
      for (const part of text.split(',')) {
        const [, currency, whole, decimals = ''] = LIMIT.exec(part.trim()) ?? [];
        const digits = minorDigits(currency ?? 'USD');
        if (currency === undefined || limits.has(currency) || decimals.length > digits)
          context.addIssue({ code: 'custom', message: SHAPE });
        else limits.set(currency, BigInt(`${whole}${decimals.padEnd(digits, '0')}`));
      }
      return limits;
    })
    .optional()
    .describe(
      'How much staff may give one customer within a day, in refunds and credits together, before somebody else must approve it (`moneyRequests`), by currency: USD 500,EUR 450. A currency that is not named always needs somebody. Needs two people with the role ADMIN; default: nobody is asked.',
    ),
};
