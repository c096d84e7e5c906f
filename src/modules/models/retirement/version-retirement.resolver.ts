/** Staff takes versions out of use, and everyone who sees a version sees that it was. */
import type { GraphQLResolveInfo } from 'graphql';
import { Length } from 'class-validator';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../../identity';
import { ModelVersionPayload } from '../import/model-import.input';
import type { ModelLoaders } from '../model.loader';
import { ModelVersion } from '../model-version.entity';
import { VersionRetirement } from './version-retirement.entity';
import type { VersionRetirementService } from './version-retirement.service';

@InputType({ description: 'The version to take out of use.' })
export class ModelVersionRetireInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { description: 'Why, for the history, 3–1000 letters.' })
  @Length(3, 1000)
  reason!: string;
}

@Resolver(() => ModelVersion)
export class VersionRetirementResolver {
  constructor(
    private readonly database: Database,
    private readonly retirements: VersionRetirementService,
    private readonly loaders: ModelLoaders,
  ) {}

  @Mutation(() => ModelVersionPayload, {
    nullable: true,
    description:
      'Takes a version out of use for good: no deployment and no alias may lead to it any more. While one does, the answer is a Conflict that names them. Its history and its evidence stay. Needs model:manage. Event: model-version.retired. Costs nothing.',
  })
  @Can('model:manage')
  async modelVersionRetire(
    @Arg('input', () => ModelVersionRetireInput, { description: 'Which version, and why.' })
    { id, reason }: ModelVersionRetireInput,
    @Ctx() { principal, scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionPayload> {
    await this.retirements.retire(id, reason, principal);
    const selection = selectionOf(info, 'modelVersion');
    return {
      modelVersion: await this.database.read.one(ModelVersion, { scope, where: { id }, selection }),
      errors: [],
    };
  }

  @FieldResolver(() => VersionRetirement, {
    nullable: true,
    description: 'That it was taken out of use; null while it may serve.',
  })
  @Needs('id')
  retirement(
    @Root() { id }: ModelVersion,
    @Ctx() context: RequestContext,
  ): Promise<VersionRetirement | null> {
    return this.loaders.retirementByVersion(context).load(id);
  }
}
