/** What a split must be before it is a wish: at least one version, none twice, weights that make a whole. */
import { type AppError, invalidInput } from '../../../kernel/errors';
import { type WeightedRoute, WHOLE } from './split';

export function routeFaults(routes: readonly WeightedRoute[], path: readonly string[]): AppError[] {
  const faults: AppError[] = [];
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  if (sum !== WHOLE) {
    faults.push(invalidInput(path, `The weights must sum to ${WHOLE}; these sum to ${sum}.`, 'sum'));
  }
  const seen = new Set<string>();
  routes.forEach(({ versionId }, index) => {
    if (seen.has(versionId)) {
      const at = [...path, String(index), 'versionId'];
      faults.push(invalidInput(at, 'A version stands in a split once. Add its weights up.', 'unique'));
    }
    seen.add(versionId);
  });
  return faults;
}
