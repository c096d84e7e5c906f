/** Staff brings in models that were not trained here. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import type { Database } from '../../../platform/database';
import { type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../../identity';
import { ModelImportInput, ModelVersionPayload } from './model-import.input';
import { ModelVersion } from '../model-version.entity';
import type { ArtefactImportService } from './artefact-import.service';
import type { RemoteModelService } from './remote-model.service';

@Resolver()
export class ModelImportResolver {
  constructor(
    private readonly database: Database,
    private readonly remoteModels: RemoteModelService,
    private readonly artefacts: ArtefactImportService,
  ) {}

  @Mutation(() => ModelVersionPayload, {
    nullable: true,
    description:
      'Makes a model a version here: files that were uploaded, which are tried on the engine first, or a model on a server that somebody else runs. What people ask of the latter leaves the house, so each of them must have agreed to REMOTE_PROCESSING. Equal contents are the version that is there. Needs model:manage. Events: model.created, model-version.created. Costs nothing.',
  })
  @Can('model:manage')
  async modelImport(
    @Arg('input', () => ModelImportInput, { description: 'Which model, and its files or where it runs.' })
    input: ModelImportInput,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionPayload> {
    const id = await this.imported(input);
    const selection = selectionOf(info, 'modelVersion');
    return {
      modelVersion: await this.database.read.one(ModelVersion, { scope, where: { id }, selection }),
      errors: [],
    };
  }

  private imported({ modelName, artefact, remote }: ModelImportInput): Promise<string> {
    if (artefact && !remote) return this.artefacts.import(modelName, artefact);
    if (remote && !artefact) return this.remoteModels.import(modelName, remote);
    throw invalidInput(['input'], 'Send exactly one of artefact and remote.', 'oneOf');
  }
}
