/** What a request of a data subject must be answered with, too: the versions of models that have learned from the person. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { defineLoader, Needs, type RequestContext } from '../../../platform/graphql';
import { type ModelLoaders, ModelVersion } from '../../models';
import { DataRequest } from '../../privacy';
import type { RowProvenanceService } from './row-provenance.service';

@Resolver(() => DataRequest)
export class AffectedVersionsResolver {
  private readonly learners;

  constructor(
    provenance: RowProvenanceService,
    private readonly models: Pick<ModelLoaders, 'modelVersionById'>,
  ) {
    this.learners = defineLoader<Pick<DataRequest, 'customerId' | 'endUserId'>, string[]>((people) =>
      provenance.versionsThatLearnedFrom(people),
    );
  }

  @FieldResolver(() => [ModelVersion], {
    description:
      'The versions of models that saw what the person said, oldest first, as far as the caller may see them: an erasure does not make them forget.',
  })
  @Needs('customerId', 'endUserId')
  async affectedModelVersions(
    @Root() { customerId, endUserId }: DataRequest,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion[]> {
    const ids = await this.learners(context).load({ customerId, endUserId });
    const versions = await Promise.all(ids.map((id) => this.models.modelVersionById(context).load(id)));
    return versions.filter((version) => version !== null);
  }
}
