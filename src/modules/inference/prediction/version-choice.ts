/** Who chose the version that answered: only an answer that the routes chose says something about them. */
import { registerEnumType } from 'type-graphql';
import { notFound } from '../../../kernel/errors';
import type { ServedRoutes } from '../../deployments';
import type { TestAssignment } from './assignment-source';

export enum VersionChoice {
  ROUTES = 'ROUTES',
  TEST = 'TEST',
  CALLER = 'CALLER',
}

registerEnumType(VersionChoice, {
  name: 'VersionChoice',
  description: 'Who chose the version that answered.',
  valuesConfig: {
    ROUTES: {
      description:
        'The routes of the deployment, by their weights. Only these answers, and what people say of them, count for its canary.',
    },
    TEST: { description: 'A feature test, whose variant serves this version.' },
    CALLER: { description: 'The caller, who named it.' },
  },
});

/** @param met the assignments whose variant answered. */
export function versionChoiceOf(
  { versionId }: { readonly versionId?: string | null },
  met: readonly TestAssignment[],
): VersionChoice {
  if (versionId != null) return VersionChoice.CALLER;
  return met.some((assignment) => assignment.versionId !== null) ? VersionChoice.TEST : VersionChoice.ROUTES;
}

/** @throws AppError NOT_FOUND for a version by name that the deployment does not serve. */
export function assertServed({ routes }: Pick<ServedRoutes, 'routes'>, versionId: string | undefined): void {
  if (versionId !== undefined && !routes.some((route) => route.versionId === versionId))
    throw notFound(['input', 'versionId']);
}
