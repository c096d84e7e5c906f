/** Builds the ledger's part of billing: credits, reversals, and the sums that must hold. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../../platform/module';
import { may } from '../../identity';
import type { MoneyReview } from '../review/money-review.service';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { createCreditLoaders, type CreditLoaders } from './credit.loader';
import {
  CreditBalanceResolver,
  CreditGrantResolver,
  CreditResolver,
  CustomerCreditResolver,
} from './credit.resolver';
import { CreditService } from './credit.service';
import { CreditGrant } from './credit-grant.entity';
import { LedgerTransfer } from './ledger-transfer.entity';
import { LedgerVerificationService } from './ledger-verification.service';

export const ledgerEntities = [CreditGrant, LedgerTransfer];

export interface Ledger extends Required<Pick<ModuleManifest, 'resolvers' | 'nodes' | 'jobs'>> {
  readonly credits: CreditService;
}

export function createLedger(
  { database, events, signals, clock, log }: Platform,
  terms: CustomerTermsService,
  review: MoneyReview,
): Ledger {
  const credits = new CreditService(database, events, signals, clock, log, terms);
  const verification = new LedgerVerificationService(database, events, clock, log);
  const loaders = createCreditLoaders(database, clock);
  const node = (prefix: NodeSource['prefix'], loader: 'grantById' | 'transferById'): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'billing:read'),
    load: async (ids, context) =>
      (await (loaders as CreditLoaders)[loader](context).loadMany([...ids])).map((row) =>
        row instanceof Error ? null : row,
      ),
  });
  return {
    credits,
    resolvers: [
      new CreditResolver(credits, verification, review),
      new CustomerCreditResolver(database, loaders, terms),
      new CreditBalanceResolver(database),
      new CreditGrantResolver(),
    ],
    nodes: [node('grt', 'grantById'), node('ltr', 'transferById')],
    jobs: [credits.expiry(), verification.daily()] as JobDefinition<never>[],
  };
}
