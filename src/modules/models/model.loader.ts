/** Models and versions by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { AliasMove } from './alias-move.entity';
import type { AliasQuestion, ModelAliasService } from './model-alias.service';
import { Model } from './model.entity';
import { ModelVersion } from './model-version.entity';
import { VersionRetirement } from './retirement/version-retirement.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface ModelLoaders {
  readonly modelById: Loader<Model>;
  readonly modelVersionById: Loader<ModelVersion>;
  /** Newest first, at most 100 each. */
  readonly childIdsByVersion: ReturnType<typeof defineLoader<string, string[]>>;
  readonly aliasMoveById: Loader<AliasMove>;
  readonly retirementByVersion: Loader<VersionRetirement>;
  readonly versionIdAt: ReturnType<typeof defineLoader<AliasQuestion, string | null>>;
}

const CHILDREN = `select p.id as "parentId", c.id from unnest($1::text[]) as p(id)
  cross join lateral (select v.id from model_versions v where v.parent_ids @> array[p.id] order by v.id desc limit 100) c
  order by c.id desc`;

/** Each loader answers only what the caller's scope may see. */
export function createModelLoaders(
  { read }: Database,
  aliases: Pick<ModelAliasService, 'versionsAt'>,
): ModelLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return {
    modelById: byId(Model),
    modelVersionById: byId(ModelVersion),
    childIdsByVersion: defineLoader<string, string[]>(async (ids, { scope }) => {
      const rows = await read.sql<{ id: string; parentId: string }>(scope, 'version_children', CHILDREN, [
        ids,
      ]);
      return groupedInOrder(ids, rows, ({ parentId }) => parentId).map((some) => some.map(({ id }) => id));
    }),
    aliasMoveById: byId(AliasMove),
    retirementByVersion: defineLoader<string, VersionRetirement | null>(async (ids, { scope }) => {
      const rows = await read.list(VersionRetirement, { scope, where: { versionId: { in: ids } } });
      return inOrder(ids, rows, ({ versionId }) => versionId);
    }),
    versionIdAt: defineLoader((questions, { scope }) => aliases.versionsAt(scope, questions)),
  };
}
