/** Versions that write text, which take no rows and have another engine than that of rows; and those whose rows are texts. */
import type { StepGraph } from '../compute';
import type { ServableVersion } from './model.service';
import { DType } from './signature.type';

/** How an ONNX graph of one step is driven, where the preparation of rows stands otherwise. */
export interface StepGraphPreparation {
  readonly kind: 'STEP_GRAPH';
  readonly graph: StepGraph;
}

/** Whether the version answers prompts by texts, and not rows by rows. */
export function writesText({ outputWidth }: Pick<ServableVersion, 'outputWidth'>): boolean {
  return outputWidth === 0;
}

/** Whether a row is one text that goes to whoever answers as it is: nothing here makes numbers of it. */
export function takesTexts({
  signature: { inputs },
  preparation,
}: Pick<ServableVersion, 'signature' | 'preparation'>): boolean {
  return preparation === null && inputs.length === 1 && inputs[0]!.dtype === DType.STRING;
}

/** How its graph is driven; undefined for a version that is no step graph of ours. */
export function stepGraphOf({ preparation }: Pick<ServableVersion, 'preparation'>): StepGraph | undefined {
  const { kind, graph } = (preparation ?? {}) as Partial<StepGraphPreparation>;
  return kind === 'STEP_GRAPH' ? graph : undefined;
}
