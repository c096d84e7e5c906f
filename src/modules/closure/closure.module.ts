/** Builds the closure module: how a customer ends. */
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, Platform } from '../../platform/module';
import type { BillingModule } from '../billing';
import type { IdentityModule } from '../identity';
import { createClosureLoaders } from './closure.loader';
import { ClosureResolver } from './closure.resolver';
import { ClosureService } from './closure.service';
import { CustomerClosure } from './customer-closure.entity';
import { OwnerMailService } from './owner-mail.service';

export const closureEntities = [CustomerClosure];

export interface ClosureModule {
  readonly manifest: ModuleManifest;
}

export interface ClosureModuleDoors {
  readonly identity: Pick<IdentityModule, 'identity' | 'customers' | 'loaders'>;
  readonly billing: Pick<BillingModule, 'ends'>;
}

export function createClosureModule(
  platform: Platform,
  { identity, billing }: ClosureModuleDoors,
): ClosureModule {
  const { database, jobs, mail } = platform;
  const mails = new OwnerMailService(jobs, mail, identity.identity);
  const closures = new ClosureService({
    ...platform,
    customers: identity.customers,
    ends: billing.ends,
    mails,
  });
  return {
    manifest: {
      name: 'closure',
      resolvers: [new ClosureResolver(closures, createClosureLoaders(database), identity.loaders)],
      jobs: [mails.job] as JobDefinition<never>[],
    },
  };
}
