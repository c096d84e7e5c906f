/** Makes the partitions of coming months before they are needed; a start makes them too. */
import { type Database, keepMonths } from '../database';
import type { JobDefinition } from './job';

export function monthsJob({ serviceSource }: Database): JobDefinition<object> {
  return {
    kind: 'database.keep-months',
    // By the hour: a backup that reads the tables at night may be in its way for as long as it takes.
    cron: '7 * * * *',
    run: () => keepMonths(serviceSource),
  };
}
