/** Builds what caps spending and tells of it. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { alertMail } from './alert-mail';
import { createSpendLoaders } from './spend.loader';
import { SpendResolver } from './spend.resolver';
import { SpendCapService } from './spend-cap.service';
import { UsageAlert } from './usage-alert.entity';
import { UsageAlertService } from './usage-alert.service';

export const spendEntities = [UsageAlert];

type Parts = Required<Pick<ModuleManifest, 'resolvers' | 'jobs'>> & { readonly alerts: UsageAlertService };

export function createSpend(
  { database, events, signals, jobs, clock, log, mail }: Platform,
  terms: CustomerTermsService,
  contactsOf: (customerId: string) => Promise<string[]>,
): Parts {
  const mails = alertMail(mail, contactsOf);
  const alerts = new UsageAlertService({ database, events, jobs, clock, log, terms, mail: mails });
  const caps = new SpendCapService(database, events, signals);
  return {
    alerts,
    resolvers: [new SpendResolver(caps, createSpendLoaders(database), terms)],
    jobs: [alerts.job(), mails.job] as JobDefinition<never>[],
  };
}
