/** Builds the closure module: how a customer ends. */
import type { JobDefinition } from '../../platform/jobs';
import type { CustomerDataHolder, ModuleManifest, Platform } from '../../platform/module';
import type { BillingModule } from '../billing';
import type { IdentityModule } from '../identity';
import type { PrivacyModule } from '../privacy';
import { createClosureLoaders } from './closure.loader';
import { CLOSURE_CUSTOMER_DATA } from './customer-data';
import { CustomerDataService } from './customer-data.service';
import { CustomerErasure } from './customer-erasure.job';
import { ClosureResolver } from './closure.resolver';
import { ClosureService } from './closure.service';
import { CustomerClosure } from './customer-closure.entity';
import { OwnerMailService } from './owner-mail.service';

export const closureEntities = [CustomerClosure];

export interface ClosureModule {
  /** Said once, when every module is built: what all of them hold of a customer. */
  useCustomerData(holders: readonly CustomerDataHolder[]): void;
  readonly manifest: ModuleManifest;
}

export interface ClosureModuleDoors {
  readonly identity: Pick<IdentityModule, 'identity' | 'customers' | 'members' | 'loaders'>;
  readonly privacy: Pick<PrivacyModule, 'erasures'>;
  readonly billing: Pick<BillingModule, 'ends'>;
}

export function createClosureModule(
  platform: Platform,
  { identity, privacy, billing }: ClosureModuleDoors,
): ClosureModule {
  const { database, jobs, mail } = platform;
  const mails = new OwnerMailService(jobs, mail, identity.identity);
  const closures = new ClosureService({
    ...platform,
    customers: identity.customers,
    ends: billing.ends,
    mails,
  });
  const data = new CustomerDataService(database);
  const erasure = new CustomerErasure({
    ...platform,
    data,
    members: identity.members,
    erasures: privacy.erasures,
    ends: billing.ends,
    mails,
  });
  return {
    useCustomerData: (holders) => data.useHolders(holders),
    manifest: {
      name: 'closure',
      resolvers: [new ClosureResolver(closures, createClosureLoaders(database), identity.loaders)],
      customerData: CLOSURE_CUSTOMER_DATA,
      jobs: [mails.job, erasure.job(), erasure.endsJob()] as JobDefinition<never>[],
    },
  };
}
