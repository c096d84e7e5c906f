/** Builds the models module: the registry of versions and the history of their aliases. */
import type { IdPrefix } from '../../kernel/id';
import { SignedLinks } from '../../platform/http';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { ComputeModule, RemoteService } from '../compute';
import { type IdentityModule, may } from '../identity';
import { MODELS_CUSTOMER_DATA } from './customer-data';
import { AliasMove } from './alias-move.entity';
import { Model } from './model.entity';
import { ModelAliasService } from './model-alias.service';
import { createModelLoaders, type ModelLoaders } from './model.loader';
import { ModelExportResolver } from './export/model-export.resolver';
import { serveExports } from './export/model-export.routes';
import { ModelExportService } from './export/model-export.service';
import { ArtefactImportService } from './import/artefact-import.service';
import { ModelImportResolver } from './import/model-import.resolver';
import { ModelResolver } from './model.resolver';
import { ModelService } from './model.service';
import { ModelVersion } from './model-version.entity';
import { DerivedVersionService } from './derivation/derived-version.service';
import { VersionRetirement } from './retirement/version-retirement.entity';
import { VersionRetirementResolver } from './retirement/version-retirement.resolver';
import { VersionRetirementService } from './retirement/version-retirement.service';
import type { VersionUse } from './retirement/version-use';
import { SignatureResolver } from './signature.resolver';
import { ShippedModelService } from './shipped/shipped-model.service';
import { RemoteModelService } from './import/remote-model.service';
import { AliasMoveResolver, ModelVersionResolver } from './model-version.resolver';
import { Upload } from './upload/upload.entity';
import { uploadRoutes } from './upload/upload-route';
import { UploadService } from './upload/upload.service';
import { UnitPriceModelResolver, UsageLineModelResolver } from './priced-model.resolver';

export const modelsEntities = [Model, ModelVersion, AliasMove, Upload, VersionRetirement];

export interface ModelsModule {
  readonly models: ModelService;
  readonly aliases: ModelAliasService;
  readonly retirements: VersionRetirementService;
  readonly shipped: ShippedModelService;
  /** Makes versions from versions: compressed, trained further. */
  readonly derived: DerivedVersionService;
  readonly uploads: UploadService;
  readonly loaders: ModelLoaders;
  readonly manifest: ModuleManifest;
  /** From whom it learns who serves a version. */
  useVersionUse(use: VersionUse): void;
}

export function createModelsModule(
  { config, database, events, blobs, clock, crypto }: Platform,
  { loaders: identity, publicUrl }: Pick<IdentityModule, 'loaders'> & { readonly publicUrl: () => string },
  remote: Pick<RemoteService, 'describe' | 'dimensionsOf'>,
  { compute }: Pick<ComputeModule, 'compute'>,
): ModelsModule {
  const models = new ModelService(database, events, blobs, clock);
  const retirements = new VersionRetirementService(database, events, clock);
  const aliases = new ModelAliasService(database, events, clock, retirements);
  const shipped = new ShippedModelService(database, models);
  const uploads = new UploadService(database, events, blobs, clock, config.uploadBytes);
  const artefacts = new ArtefactImportService({ database, blobs, models, uploads, engine: compute });
  const exports = new ModelExportService(database, events, new SignedLinks(crypto, clock, publicUrl), models);
  const loaders = createModelLoaders(database, aliases);
  const node = (
    prefix: IdPrefix,
    loader: ModelLoaders['modelById' | 'modelVersionById' | 'aliasMoveById'],
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'model:read'),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    models,
    aliases,
    retirements,
    shipped,
    derived: new DerivedVersionService(database, models),
    uploads,
    loaders,
    useVersionUse: (use) => {
      aliases.useVersionUse(use);
      retirements.useVersionUse(use);
    },
    manifest: {
      name: 'models',
      seed: () => shipped.register(),
      resolvers: [
        new ModelResolver(database, aliases, loaders, identity, clock),
        new ModelVersionResolver(loaders),
        new SignatureResolver(),
        new AliasMoveResolver(loaders),
        new VersionRetirementResolver(database, retirements, loaders),
        new ModelImportResolver(
          database,
          new RemoteModelService(database, crypto, models, remote),
          artefacts,
        ),
        new ModelExportResolver(database, exports),
        new UnitPriceModelResolver(loaders),
        new UsageLineModelResolver(loaders),
      ],
      nodes: [
        node('mdl', loaders.modelById),
        node('mdv', loaders.modelVersionById),
        node('alm', loaders.aliasMoveById),
      ],
      blobs: [
        { table: 'uploads', column: 'blob_hash' },
        {
          table: 'model_versions',
          column: 'artefacts',
          hashes: `jsonb_array_elements(artefacts) ->> 'hash'`,
        },
      ],
      customerData: MODELS_CUSTOMER_DATA,
      retention: [
        {
          table: 'uploads',
          goes: 'files that were sent to become data or a model',
          days: 30,
          key: ['id'],
          over: 'created_at < $1',
          emptied: null,
        },
      ],
      routes: async (http) => {
        await uploadRoutes(uploads)(http);
        serveExports(http, exports);
      },
    },
  };
}
