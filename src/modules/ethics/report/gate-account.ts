/**
 * What the gate before production said in a period, of the history of deployments: how often it agreed, and each time that a
 * version went live although it had refused, with who answers for that and why.
 */
import type { DeploymentEvent } from '../../deployments';

export interface RefusedCheck {
  readonly name: string;
  /** In words, with the numbers. */
  readonly detail: string;
}

export interface GateOverride {
  readonly deploymentId: string;
  readonly deployment: string;
  /** The version that the deployment had from then on. */
  readonly version: number;
  /** CREATED has no gate to override: its checks are told, and nobody had to answer for them. */
  readonly move: string;
  readonly at: string;
  /** Id of the principal. */
  readonly by: string;
  /** Null for a deployment that was made. */
  readonly reason: string | null;
  readonly refused: readonly RefusedCheck[];
}

export interface GateAccount {
  /** Moves in which every check agreed, or none had anything to say. */
  readonly agreed: number;
  readonly overrides: readonly GateOverride[];
}

/** The moves by which a version comes to its first traffic. A roll-back asks nobody, and a canary's steps have judges of their own. */
export const GATED_MOVES = ['CREATED', 'PROMOTED', 'CANARY_STARTED'] as const;

type GateEvent = Pick<
  DeploymentEvent,
  'deploymentId' | 'version' | 'move' | 'at' | 'by' | 'reason' | 'checks'
>;

/** @param events of `GATED_MOVES`, in order. @param names of deployments by id. */
export function gateAccount(events: readonly GateEvent[], names: ReadonlyMap<string, string>): GateAccount {
  const overrides = events.flatMap(
    ({ deploymentId, version, move, at, by, reason, checks }): GateOverride[] => {
      const refused = checks.filter(({ passed }) => !passed).map(({ name, detail }) => ({ name, detail }));
      if (refused.length === 0) return [];
      const deployment = names.get(deploymentId) ?? deploymentId;
      return [
        {
          deploymentId,
          deployment,
          version,
          move,
          at: new Date(at).toISOString(),
          by,
          reason,
          refused,
        },
      ];
    },
  );
  return { agreed: events.length - overrides.length, overrides };
}
