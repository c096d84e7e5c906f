/** Flags, tests and assignments by key, one statement a request, for fields of this and later modules. */
import { bornAt } from '../../../kernel/id';
import type { Database } from '../../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../../platform/graphql';
import { FlagClientKey } from '../doors/client-key.entity';
import type { FeatureFlag } from '../flags/feature-flag.entity';
import type { FlagLoaders } from '../flags/flag.loader';
import { FeatureTest } from './feature-test.entity';
import type { Assignment } from './test-results.type';

type Loader<K, T> = ReturnType<typeof defineLoader<K, T>>;

interface AssignmentRow extends Assignment {
  readonly inferenceId: string;
}

export interface FeatureTestLoaders {
  readonly featureFlagById: Loader<string, FeatureFlag | null>;
  readonly featureTestById: Loader<string, FeatureTest | null>;
  readonly flagClientKeyById: Loader<string, FlagClientKey | null>;
  readonly assignmentsByInference: Loader<string, Assignment[]>;
}

/** Each loader answers only what the caller's scope may see. */
export function createFeatureTestLoaders(
  { read }: Database,
  flags: Pick<FlagLoaders, 'featureFlagById'>,
): FeatureTestLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<string, T | null> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return {
    featureFlagById: flags.featureFlagById,
    featureTestById: byId(FeatureTest),
    flagClientKeyById: byId(FlagClientKey),
    assignmentsByInference: defineLoader<string, Assignment[]>(async (ids, { scope }) => {
      const births = ids.map((id) => bornAt(id));
      const rows = await read.sql<AssignmentRow>(scope, 'feature-tests.assignments', ASSIGNMENTS, [
        ids,
        births,
      ]);
      return groupedInOrder<string, AssignmentRow>(ids, rows, ({ inferenceId }) => inferenceId);
    }),
  };
}

/** The births say which months to look into. */
const ASSIGNMENTS = `
  select x.inference_id as "inferenceId", t.key as test, x.variant_key as variant
  from feature_test_exposures x join feature_tests t on t.id = x.test_id
  where x.inference_id = any($1) and x.created_at = any($2::timestamptz[])
  order by t.key`;
