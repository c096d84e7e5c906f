/** Where a version belongs and what it was made from; and what each move of an alias concerned. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { JoinedField, Needs, type RequestContext } from '../../platform/graphql';
import { AliasMove } from './alias-move.entity';
import { Evaluation } from './evaluation.type';
import { Model } from './model.entity';
import type { ModelLoaders } from './model.loader';
import { ModelVersion } from './model-version.entity';
import { shownEvaluation } from './shown-evaluation';

@Resolver(() => ModelVersion)
export class ModelVersionResolver {
  constructor(private readonly loaders: ModelLoaders) {}

  @JoinedField(() => Model, { description: 'The model it is a version of.' })
  @Needs('modelId')
  async model(@Root() { modelId }: ModelVersion, @Ctx() context: RequestContext): Promise<Model> {
    return (await this.loaders.modelById(context).load(modelId))!;
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description:
      'The counts behind the metrics, by group too; null for a version that was not trained here, and for a regression.',
  })
  @Needs('evaluation')
  evaluation(@Root() { evaluation }: ModelVersion): Evaluation | null {
    return evaluation && shownEvaluation(evaluation);
  }

  @FieldResolver(() => [ModelVersion], {
    description:
      'The versions it was made from (compressed, fine-tuned, with another threshold); empty when it was trained from data alone.',
  })
  @Needs('parentIds')
  async parents(
    @Root() { parentIds }: ModelVersion,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion[]> {
    return this.those(parentIds, context);
  }

  @FieldResolver(() => [ModelVersion], {
    description:
      'The versions that were made from it (compressed, fine-tuned, with another threshold), newest first, at most 100; of those, what the caller may see.',
  })
  @Needs('id')
  async children(@Root() { id }: ModelVersion, @Ctx() context: RequestContext): Promise<ModelVersion[]> {
    return this.those(await this.loaders.childIdsByVersion(context).load(id), context);
  }

  private async those(ids: readonly string[], context: RequestContext): Promise<ModelVersion[]> {
    const versions = await this.loaders.modelVersionById(context).loadMany([...ids]);
    return versions.filter((one): one is ModelVersion => one !== null && !(one instanceof Error));
  }
}

@Resolver(() => AliasMove)
export class AliasMoveResolver {
  constructor(private readonly loaders: ModelLoaders) {}

  @JoinedField(() => ModelVersion, {
    nullable: true,
    description: 'The version it points at since; null where it points at none.',
  })
  @Needs('versionId')
  version(
    @Root() { versionId }: AliasMove,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    return versionId ? this.loaders.modelVersionById(context).load(versionId) : null;
  }

  @JoinedField(() => ModelVersion, {
    nullable: true,
    description: 'The version it pointed at before; null at its first move.',
  })
  @Needs('previousVersionId')
  previous(
    @Root() { previousVersionId }: AliasMove,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    return previousVersionId ? this.loaders.modelVersionById(context).load(previousVersionId) : null;
  }
}
