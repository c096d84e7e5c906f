/** Finds every night which flags should be removed, and why. What a change of a flag makes of itself is found with the change. */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { JobDefinition } from '../../../platform/jobs';
import type { FlagFactsRepository } from './flag-facts.repository';
import { stalenessOf } from './flag-staleness';

export function staleFlagsJob(
  { unitOfWork }: Database,
  clock: Clock,
  facts: FlagFactsRepository,
): JobDefinition<never> {
  return {
    kind: 'feature-tests.find-stale-flags',
    cron: '17 3 * * *',
    run: () =>
      unitOfWork.run(SERVICE, async () => {
        await facts.takeTurn();
        await facts.keepStaleness(stalenessOf(await facts.all(), clock.now()));
      }),
  };
}
