/** Lineage down to the row: who learned from it, who was only measured by it. */
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { JSONScalar, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { RowUseService } from './row-use.service';
import { RowUse } from './row-use.type';

@Resolver()
export class RowUseResolver {
  constructor(private readonly uses: RowUseService) {}

  @Query(() => [RowUse], {
    nullable: true,
    description:
      'Which versions of models met a row of a data set, and whether each learned from it or held it out: one entry a version of a model, the newest data first, among its newest 50 versions. What was trained further from these is told by their `children`. Reads the whole tables, so it takes a second for each million rows. Needs dataset:read. Costs nothing.',
  })
  @Can('dataset:read')
  rowUses(
    @Arg('datasetId', () => ID, { description: 'The data set.' }) datasetId: string,
    @Arg('row', () => JSONScalar, {
      description: 'The row by column, as it was in the file; what it lacks counts as missing.',
    })
    row: unknown,
    @Ctx() context: RequestContext,
  ): Promise<RowUse[]> {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw invalidInput(['row'], 'A row is an object with its values by column.', 'object');
    return this.uses.usesOf(datasetId, row as Record<string, unknown>, context);
  }
}
