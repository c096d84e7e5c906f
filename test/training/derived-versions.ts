/** What the tests of versions that were made of others read of them. */
import type { Person } from '../support/world';

export interface DerivedVersion {
  readonly id: string;
  readonly contentHash: string;
  readonly sizeBytes: string;
  readonly exportDifference: number;
  readonly parents: { readonly id: string }[];
  readonly signature: { readonly threshold: number; readonly labels: readonly string[] };
  readonly metrics: { readonly name: string; readonly value: number }[];
  readonly evaluation: {
    readonly rows: number;
    readonly threshold: number;
    readonly confusion: Record<'truePositives' | 'falsePositives' | 'falseNegatives', number>;
    readonly groups: {
      readonly confusion: { readonly truePositives: number; readonly falsePositives: number };
    }[];
  };
  readonly derivation: {
    readonly kind: string;
    readonly threshold: Record<'value' | 'parent' | 'rows' | 'positives' | 'precision' | 'recall', number>;
    readonly quality: {
      readonly metric: string;
      readonly value: number;
      readonly parent: number;
      readonly interval: number[] | null;
    }[];
  };
}

export async function derivedVersion(staff: Person, id: string): Promise<DerivedVersion> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { id contentHash sizeBytes exportDifference parents { id }
    signature { threshold labels } metrics { name value }
    evaluation { rows threshold confusion { truePositives falsePositives falseNegatives }
      groups { confusion { truePositives falsePositives } } }
    derivation { kind threshold { value parent goal atLeast rows positives precision recall }
      quality { metric value parent interval } } } } }`;
  return (await staff.client.ask<{ node: DerivedVersion }>(query, { id })).node;
}

export const figure = ({ metrics }: DerivedVersion, name: string): number =>
  metrics.find((one) => one.name === name)!.value;
