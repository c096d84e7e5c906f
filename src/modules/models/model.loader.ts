/** Models and versions by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, inOrder } from '../../platform/graphql';
import { AliasMove } from './alias-move.entity';
import type { AliasQuestion, ModelAliasService } from './model-alias.service';
import { Model } from './model.entity';
import { ModelVersion } from './model-version.entity';
import { VersionRetirement } from './retirement/version-retirement.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface ModelLoaders {
  readonly modelById: Loader<Model>;
  readonly modelVersionById: Loader<ModelVersion>;
  readonly aliasMoveById: Loader<AliasMove>;
  readonly retirementByVersion: Loader<VersionRetirement>;
  readonly versionIdAt: ReturnType<typeof defineLoader<AliasQuestion, string | null>>;
}

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
    aliasMoveById: byId(AliasMove),
    retirementByVersion: defineLoader<string, VersionRetirement | null>(async (ids, { scope }) => {
      const rows = await read.list(VersionRetirement, { scope, where: { versionId: { in: ids } } });
      return inOrder(ids, rows, ({ versionId }) => versionId);
    }),
    versionIdAt: defineLoader((questions, { scope }) => aliases.versionsAt(scope, questions)),
  };
}
