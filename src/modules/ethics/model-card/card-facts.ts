/** What a model card is made of. Only what the registry knows, and what a person said. */
import type { Metric } from '../../models';
import type { FairnessAccount } from '../fairness/fairness-of-version';
import type { CardLineage } from './card-lineage';

interface Tensor {
  readonly name: string;
  readonly dtype: string;
}

export interface CardFacts {
  readonly versionId: string;
  readonly model: string;
  readonly task: string;
  readonly number: number;
  readonly contentHash: string;
  readonly engine: string;
  readonly createdAt: string;
  readonly sizeBytes: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly labels: readonly string[];
  /** From which probability on the last label is said; null where none is. */
  readonly threshold: number | null;
  readonly metrics: readonly Metric[];
  readonly fairness: FairnessAccount | null;
  readonly parents: readonly string[];
  readonly lineage: CardLineage;
  /** How it was made of its parent, e.g. QUANTISED; null for a version that was made of no other. */
  readonly derivation: string | null;
  readonly data: {
    readonly name: string;
    readonly number: number;
    readonly rows: number;
    readonly consentScope: readonly string[];
  } | null;
  /** What its maker wrote, for a model that comes with the product. */
  readonly makersWords: string | null;
}

/** The words of the person who approves; null while nobody did. */
export interface CardWords {
  readonly intendedUse: string;
  readonly limits: string;
}
