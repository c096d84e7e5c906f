/**
 * The words by which a topic differs from the others: c-TF-IDF (M. Grootendorst, BERTopic, arXiv:2203.05794, 2022). All texts of a
 * topic are one document; a word weighs tf · ln(1 + A / f), its share of the topic's words, A the mean words of a topic and f how often
 * all say it. A word that few people of the topic say is left out: it may be a name.
 */
import { STOP_WORDS } from './stop-words';

export interface TopicText {
  readonly person: string;
  readonly text: string;
}

const LEAST_PEOPLE = 3;
const LEAST_LETTERS = 3;
/** What masking leaves where personal data stood. */
const MASKED = /\[[A-Z_]+:[a-z]+\]/gu;
const WORD = /\p{L}[\p{L}\p{M}]*/gu;

/** At most `most` words for each topic, the most characteristic first; ties by the alphabet. */
export function characteristicWords(topics: readonly (readonly TopicText[])[], most: number): string[][] {
  const counted = topics.map(wordsOf);
  const overall = new Map<string, number>();
  for (const { counts } of counted)
    for (const [word, { times }] of counts) overall.set(word, (overall.get(word) ?? 0) + times);
  const mean = counted.reduce((sum, { total }) => sum + total, 0) / Math.max(1, topics.length);
  return counted.map(({ counts, total }) =>
    [...counts]
      .filter(([, { people }]) => people.size >= LEAST_PEOPLE)
      .map(([word, { times }]) => ({
        word,
        weight: (times / total) * Math.log(1 + mean / overall.get(word)!),
      }))
      .sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1))
      .slice(0, most)
      .map(({ word }) => word),
  );
}

interface Counted {
  readonly counts: ReadonlyMap<string, { times: number; readonly people: Set<string> }>;
  readonly total: number;
}

function wordsOf(texts: readonly TopicText[]): Counted {
  const counts = new Map<string, { times: number; readonly people: Set<string> }>();
  let total = 0;
  for (const { person, text } of texts) {
    for (const [word] of text.replace(MASKED, ' ').toLowerCase().matchAll(WORD)) {
      if (word.length < LEAST_LETTERS || STOP_WORDS.has(word)) continue;
      const known = counts.get(word) ?? { times: 0, people: new Set<string>() };
      known.times++;
      known.people.add(person);
      counts.set(word, known);
      total++;
    }
  }
  return { counts, total };
}
