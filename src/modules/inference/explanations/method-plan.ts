/** What a method of explanation gives: how many rows it will ask for, and what it makes of their answers. */
import type { Explanation } from './explanation.type';
import type { GoOn } from '../prediction/model-work';
import type { Score } from './study';
import type { Target } from './target';

export interface MethodPlan {
  /** Rows that it asks for, all in all, beside the explained row itself. */
  readonly rows: number;
  /** The row whose own answer is explained; undefined where a whole model is. */
  readonly first?: Float32Array;
  /** @param prediction the explained number of `first`; NaN without one. */
  run(
    score: Score,
    target: Target,
    prediction: number,
    goOn: GoOn,
  ): Promise<Omit<Explanation, 'method' | 'target' | 'modelRows'>>;
}
