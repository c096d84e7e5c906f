/**
 * Questions over given passages: question and passages become vectors by the version's embedding, and the passage whose
 * vector lies closest to the question's is the answer. It finds what was said; it makes nothing up.
 */
import type { WarmVersion } from '../../deployments';
import { encodePassages, type PassagePreparation } from '../../training';
import { askedRows, rowPath } from './inputs';
import type { PredictionWork } from './model-work';

export function planAnswers(
  version: WarmVersion,
  preparation: PassagePreparation,
  rows: unknown,
): PredictionWork {
  const questions = askedRows(rows);
  const { numbers, asked } = encodePassages(preparation, version.signature, questions.rows, (index) =>
    rowPath(questions, index),
  );
  const width = version.outputWidth;
  const count = numbers.length / version.inputWidth;
  return {
    rows: count,
    partRows: preparation.tokens.rowsAtOnce,
    run: async (ask) => {
      const vectors = await ask(numbers, count);
      let at = 0;
      const outputs = asked.map(({ passages }) => {
        const [question, ...rest] = Array.from({ length: passages.length + 1 }, (_, index) =>
          vectors.subarray((at + index) * width, (at + index + 1) * width),
        );
        at += passages.length + 1;
        return best(
          passages,
          rest.map((passage) => cosine(question!, passage)),
        );
      });
      return { outputs: questions.single ? outputs[0] : outputs };
    },
  };
}

function best(passages: readonly string[], scores: readonly number[]): object {
  const passage = scores.indexOf(Math.max(...scores));
  return { answer: passages[passage]!, passage, score: scores[passage]!, scores };
}

/** 1 = the same direction, 0 = nothing in common. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    dot += a[at]! * b[at]!;
    ofA += a[at]! ** 2;
    ofB += b[at]! ** 2;
  }
  return dot / Math.sqrt(ofA * ofB);
}
