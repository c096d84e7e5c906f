/** Staff takes a version elsewhere. */
import { Length } from 'class-validator';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { type RequestContext, selectionOf, URLScalar } from '../../../platform/graphql';
import { Can } from '../../identity';
import { ModelVersionPayload } from '../import/model-import.input';
import { ModelVersion } from '../model-version.entity';
import type { ModelExportService } from './model-export.service';

@InputType({ description: 'The version to take elsewhere.' })
export class ModelVersionExportInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in the audit log.' })
  @Length(3, 1000)
  reason!: string;
}

@ObjectType({ description: 'The version, and where it is fetched.' })
export class ModelVersionExportPayload extends ModelVersionPayload {
  @Field(() => URLScalar, {
    nullable: true,
    description:
      'A zip file, good for 15 minutes for whoever has the address: `model.onnx` and `tfjs/` as it is served, and `version.json` with its signature, how a row is prepared, its metrics and its content hash. Null when there are errors.',
  })
  download?: string | null;
}

@Resolver()
export class ModelExportResolver {
  constructor(
    private readonly database: Database,
    private readonly exports: Pick<ModelExportService, 'linkTo'>,
  ) {}

  @Mutation(() => ModelVersionExportPayload, {
    nullable: true,
    description:
      'Gives a version out as a file, to be run elsewhere, or brought in again with modelImport. A version that somebody else runs has no weights here: Conflict. Needs model:manage. Event: model-version.exported. Costs nothing.',
  })
  @Can('model:manage')
  async modelVersionExport(
    @Arg('input', () => ModelVersionExportInput, { description: 'Which version, and why.' })
    { id, reason }: ModelVersionExportInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionExportPayload> {
    const download = await this.exports.linkTo(id, reason, principal);
    const selection = selectionOf(info, 'modelVersion');
    return {
      modelVersion: await this.database.read.one(ModelVersion, { scope, where: { id }, selection }),
      download,
      errors: [],
    };
  }
}
