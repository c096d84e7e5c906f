/** Flags by their ids, those that require them, and changes that were asked for: one statement a request. */
import type { Database } from '../../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../../platform/graphql';
import { FeatureFlag } from './feature-flag.entity';
import { FlagChangeRequest } from './flag-change-request.entity';

type Loader<K, T> = ReturnType<typeof defineLoader<K, T>>;

export interface FlagLoaders {
  readonly featureFlagById: Loader<string, FeatureFlag | null>;
  readonly featureFlagsRequiring: Loader<string, FeatureFlag[]>;
  readonly flagChangeRequestById: Loader<string, FlagChangeRequest | null>;
}

interface Requiring {
  readonly id: string;
  readonly required: string;
}

/** Each loader answers only what the caller's scope may see. */
export function createFlagLoaders({ read }: Database): FlagLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<string, T | null> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  const featureFlagById = byId(FeatureFlag);
  return {
    featureFlagById,
    flagChangeRequestById: byId(FlagChangeRequest),
    featureFlagsRequiring: defineLoader<string, FeatureFlag[]>(async (ids, context) => {
      const found = await read.sql<Requiring>(context.scope, 'feature-tests.requiring', REQUIRING, [ids]);
      const grouped = groupedInOrder<string, Requiring>(ids, found, ({ required }) => required);
      const load = featureFlagById(context);
      return Promise.all(
        grouped.map(async (group) => (await load.loadMany(group.map(({ id }) => id))) as FeatureFlag[]),
      );
    }),
  };
}

const REQUIRING = `
  select required, id from (
    select asked.one ->> 'flagId' as required, f.id, f.key,
           row_number() over (partition by asked.one ->> 'flagId' order by f.key) as place
    from feature_flags f cross join lateral jsonb_array_elements(f.prerequisites) as asked (one)
    where f.archived_at is null and asked.one ->> 'flagId' = any($1)) as requiring
  where place <= 100
  order by key`;
