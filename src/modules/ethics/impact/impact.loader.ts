/** The latest assessments of models, and what is still to be done about uses, one statement a request each. */
import type { Database } from '../../../platform/database';
import { defineLoader, groupedInOrder } from '../../../platform/graphql';
import { ImpactAction } from './impact-action.entity';
import { ImpactAssessment } from './impact-assessment.entity';

type Use = Pick<ImpactAssessment, 'modelId' | 'use'>;

/** A use of a model as one key. */
export const useKey = ({ modelId, use }: Use): string => `${modelId} ${use}`;

export type ImpactLoaders = ReturnType<typeof createImpactLoaders>;

/** Each loader answers only what the caller's scope may see. */
export function createImpactLoaders({ read }: Pick<Database, 'read'>) {
  return {
    latestByModel: defineLoader<string, ImpactAssessment[]>(async (modelIds, { scope }) => {
      const where = { modelId: { in: modelIds }, supersededAt: null };
      const orderBy = [{ property: 'use', direction: 'ASC' }] as const;
      const rows = await read.list(ImpactAssessment, { scope, where, orderBy });
      return groupedInOrder(modelIds, rows, ({ modelId }) => modelId);
    }),
    openActionsByUse: defineLoader<string, ImpactAction[]>(async (keys, { scope }) => {
      const modelIds = [...new Set(keys.map((key) => key.split(' ')[0]!))];
      const where = { modelId: { in: modelIds }, closedAt: null };
      const rows = await read.list(ImpactAction, { scope, where });
      return groupedInOrder(keys, rows, useKey);
    }),
  };
}
