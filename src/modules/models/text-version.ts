/** Versions that write text: they take no rows, and another engine drives them than that of rows. */
import type { StepGraph } from '../compute';
import type { ServableVersion } from './model.service';

/** How an ONNX graph of one step is driven, where the preparation of rows stands otherwise. */
export interface StepGraphPreparation {
  readonly kind: 'STEP_GRAPH';
  readonly graph: StepGraph;
}

/** Whether the version answers prompts by texts, and not rows by rows. */
export function writesText({ outputWidth }: Pick<ServableVersion, 'outputWidth'>): boolean {
  return outputWidth === 0;
}

/** How its graph is driven; undefined for a version that is no step graph of ours. */
export function stepGraphOf({ preparation }: Pick<ServableVersion, 'preparation'>): StepGraph | undefined {
  const { kind, graph } = (preparation ?? {}) as Partial<StepGraphPreparation>;
  return kind === 'STEP_GRAPH' ? graph : undefined;
}
