/** Staff brings in models that were not trained here. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import type { Database } from '../../platform/database';
import { type RequestContext, selectionOf } from '../../platform/graphql';
import { Can } from '../identity';
import { ModelImportInput, ModelVersionPayload } from './model-import.input';
import { ModelVersion } from './model-version.entity';
import type { RemoteModelService } from './remote-model.service';

@Resolver()
export class ModelImportResolver {
  constructor(
    private readonly database: Database,
    private readonly remoteModels: RemoteModelService,
  ) {}

  @Mutation(() => ModelVersionPayload, {
    nullable: true,
    description:
      'Makes a model on a server that somebody else runs a version here. What people ask of it leaves the house, so each of them must have agreed to REMOTE_PROCESSING. Needs model:manage. Events: model.created, model-version.created. Costs nothing.',
  })
  @Can('model:manage')
  async modelImport(
    @Arg('input', () => ModelImportInput, { description: 'Which model, and where it runs.' })
    input: ModelImportInput,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionPayload> {
    const id = await this.remoteModels.import(input);
    const selection = selectionOf(info, 'modelVersion');
    return {
      modelVersion: await this.database.read.one(ModelVersion, { scope, where: { id }, selection }),
      errors: [],
    };
  }
}
