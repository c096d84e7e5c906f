/**
 * An explanation as work for the one path: what it asks for is known before anything is reserved, and the answer of the
 * explained row is the prediction's own.
 */
import { invalidInput } from '../../../kernel/errors';
import type { DenseLayer } from '../../compute';
import type { WarmVersion } from '../../deployments';
import { rowsAtOnce } from '../../training';
import { type Ask, type GoOn, type ModelWork, requestsFor, type WorkPlan } from '../prediction/model-work';
import { outputRow } from '../prediction/outputs';
import type { ExplanationWish } from './explain.input';
import { type Explanation, ExplanationMethod } from './explanation.type';
import type { MethodPlan } from './method-plan';
import { planIntegratedGradients, planOcclusion, planShapley } from './one-answer';
import { scoreBy, tooManyRequests } from './study';
import { type Target, targetOf, targetOfClass, valuesOf } from './target';
import { planPartialDependence, planPermutationImportance, planSurrogateTree } from './whole-model';

/** The dense layers of a version, where it has nothing else. */
export type NetworkSource = (version: WarmVersion) => Promise<readonly DenseLayer[] | undefined>;

export function planExplanation(wish: ExplanationWish, networks: NetworkSource): WorkPlan {
  return (version, rows): ModelWork => {
    const wished = targetOf(version.signature, version.outputWidth, wish.label);
    const plan = planOf(version, rows, wish, networks);
    if (wished === 'LIKELIEST' && !plan.first) {
      const classes = version.signature.labels!.join(', ');
      throw invalidInput(['input', 'label'], `Say for which class, one of: ${classes}.`, 'required');
    }
    const modelRows = plan.rows + (plan.first ? 1 : 0);
    const requests = requestsFor(modelRows);
    if (requests > wish.maxRequests) throw tooManyRequests(requests, wish.maxRequests);
    return {
      rows: modelRows,
      partRows: rowsAtOnce(version),
      run: (ask, goOn) => explain(version, wish, { ...plan, modelRows }, wished, ask, goOn),
    };
  };
}

async function explain(
  { signature, outputWidth, inputWidth }: WarmVersion,
  { method }: ExplanationWish,
  plan: MethodPlan & Pick<Explanation, 'modelRows'>,
  wished: Target | 'LIKELIEST',
  ask: Ask,
  goOn: GoOn,
): Promise<{ outputs: unknown; explanation: Explanation }> {
  const own = plan.first && (await ask(plan.first, 1));
  const target =
    wished === 'LIKELIEST'
      ? targetOfClass(signature.labels!, own!.indexOf(Math.max(...own!)), outputWidth)
      : wished;
  const prediction = own ? valuesOf(target, own)[0]! : NaN;
  const found = await plan.run(scoreBy(ask, target, inputWidth), target, prediction, goOn);
  const attributions = [...found.attributions].sort(
    (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution),
  );
  return {
    outputs: own ? outputRow(signature, own) : null,
    explanation: { ...found, attributions, method, target: target.name, modelRows: plan.modelRows },
  };
}

function planOf(
  version: WarmVersion,
  rows: unknown,
  wish: ExplanationWish,
  networks: NetworkSource,
): MethodPlan {
  switch (wish.method) {
    case ExplanationMethod.SHAPLEY:
      return planShapley(version, rows, wish);
    case ExplanationMethod.INTEGRATED_GRADIENTS:
      return planIntegratedGradients(version, rows, wish, () => networks(version));
    case ExplanationMethod.OCCLUSION:
      return planOcclusion(version, rows, wish);
    case ExplanationMethod.PERMUTATION_IMPORTANCE:
      return planPermutationImportance(version, rows, wish);
    case ExplanationMethod.PARTIAL_DEPENDENCE:
      return planPartialDependence(version, rows, wish);
    case ExplanationMethod.SURROGATE_TREE:
      return planSurrogateTree(version, rows, wish);
  }
}
