/** Sequences and embeddings belong together: whoever asks for one without the other hears it before anything is queued. */
import { AppErrors } from '../../../kernel/errors';
import { completeRecipe, type RecipeWish } from '../trainer/recipe';
import { checkPreparation } from './check-preparation';
import type { RecipeStep } from './preparation-recipe';

const DATA = {
  columns: [
    { name: 'text', kind: 'TEXT' as const },
    { name: 'age', kind: 'NUMERIC' as const },
    { name: 'spam', kind: 'CATEGORICAL' as const },
  ],
  label: { column: 'spam' },
};
const SEQUENCE: RecipeStep = { kind: 'SEQUENCE', unit: 'WORDS', length: 8, vocabulary: 100 };
const NO_AGE: RecipeStep = { kind: 'DROP', columns: ['age'] };

function faultsOf(steps: readonly RecipeStep[] | null, vocabulary?: number): string[] {
  const network: RecipeWish = {
    kind: 'NETWORK',
    layers: vocabulary === undefined ? [] : [{ kind: 'EMBEDDING', vocabulary, dimensions: 2 }],
  };
  try {
    checkPreparation(completeRecipe({ ...network, preparation: steps && { steps } }), DATA);
    return [];
  } catch (error) {
    if (!(error instanceof AppErrors)) throw error;
    return error.errors.map(({ path, message }) => `${path?.join('.')}: ${message}`);
  }
}

test('an embedding over nothing but sequences fits, with as many entries or more', () => {
  expect(faultsOf([SEQUENCE, NO_AGE], 100)).toEqual([]);
  expect(faultsOf([SEQUENCE, NO_AGE], 200)).toEqual([]);
});

test.each([
  [
    'a number beside the sequence',
    [SEQUENCE],
    100,
    'input.preparation: The embedding looks up whole numbers, and age',
  ],
  [
    'no preparation at all',
    null,
    100,
    'input.preparation: The embedding looks up whole numbers, and text, age',
  ],
  [
    'too few entries',
    [SEQUENCE, NO_AGE],
    50,
    'input.recipe.network.layers.0.embedding: The embedding has 50 entries',
  ],
  ['a sequence without an embedding', [SEQUENCE], undefined, 'input.preparation.steps.0: A sequence is for'],
])('%s is refused, with what to do about it', (_, steps, vocabulary, words) => {
  expect(faultsOf(steps, vocabulary)).toEqual([expect.stringContaining(words)]);
});
