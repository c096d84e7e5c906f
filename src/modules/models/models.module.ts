/** Builds the models module: the registry of versions and the history of their aliases. */
import type { IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import { type IdentityModule, may } from '../identity';
import { AliasMove } from './alias-move.entity';
import { Model } from './model.entity';
import { ModelAliasService } from './model-alias.service';
import { createModelLoaders, type ModelLoaders } from './model.loader';
import { ModelResolver } from './model.resolver';
import { ModelService } from './model.service';
import { ModelVersion } from './model-version.entity';
import { ShippedModelService } from './shipped/shipped-model.service';
import { AliasMoveResolver, ModelVersionResolver } from './model-version.resolver';
import { UnitPriceModelResolver, UsageLineModelResolver } from './priced-model.resolver';

export const modelsEntities = [Model, ModelVersion, AliasMove];

export interface ModelsModule {
  readonly models: ModelService;
  readonly aliases: ModelAliasService;
  readonly shipped: ShippedModelService;
  readonly loaders: ModelLoaders;
  readonly manifest: ModuleManifest;
}

export function createModelsModule(
  { database, events, blobs, clock }: Platform,
  identity: Pick<IdentityModule, 'loaders'>,
): ModelsModule {
  const models = new ModelService(database, events, blobs, clock);
  const aliases = new ModelAliasService(database, events, clock);
  const shipped = new ShippedModelService(database, models);
  const loaders = createModelLoaders(database, aliases);
  const node = (
    prefix: IdPrefix,
    loader: ModelLoaders[Exclude<keyof ModelLoaders, 'versionIdAt'>],
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'model:read'),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    models,
    aliases,
    shipped,
    loaders,
    manifest: {
      name: 'models',
      seed: () => shipped.register(),
      resolvers: [
        new ModelResolver(database, aliases, loaders, identity.loaders, clock),
        new ModelVersionResolver(loaders),
        new AliasMoveResolver(loaders),
        new UnitPriceModelResolver(loaders),
        new UsageLineModelResolver(loaders),
      ],
      nodes: [
        node('mdl', loaders.modelById),
        node('mdv', loaders.modelVersionById),
        node('alm', loaders.aliasMoveById),
      ],
    },
  };
}
