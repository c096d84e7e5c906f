/** Makes the partitions of coming months before they are needed; a start makes them too. */
import { type Database, MONTHS_AHEAD } from '../database';
import type { JobDefinition } from './job';

export function monthsJob({ servicePool }: Database): JobDefinition<object> {
  return {
    kind: 'database.keep-months',
    cron: '7 2 * * *',
    run: async () => {
      await servicePool.query('select flywheel_keep_months($1)', [MONTHS_AHEAD]);
    },
  };
}
