/** A model card as a page to read: what it is for first, figures next, provenance last. */
import { plain, rounded } from '../markdown';
import type { CardFacts, CardWords } from './card-facts';

const NOT_SAID = 'Nobody has said it yet: this is a draft.';

export function cardMarkdown(facts: CardFacts, words: CardWords | null): string {
  const { model, number, task, labels, threshold } = facts;
  const sections: [string, string[]][] = [
    ['Intended use', [words?.intendedUse ?? NOT_SAID]],
    ['Limits', [words?.limits ?? NOT_SAID, ...measuredLimits(facts)]],
    ['Takes', facts.inputs.map(({ name, dtype }) => `- ${plain(name)} (${dtype})`)],
    [
      'Answers',
      [
        ...facts.outputs.map(({ name, dtype }) => `- ${plain(name)} (${dtype})`),
        ...(labels.length > 0 ? [`- one of: ${labels.map(plain).join(', ')}`] : []),
        ...(threshold === null ? [] : [`- ${plain(labels.at(-1)!)}, from a probability of ${threshold} on`]),
      ],
    ],
    ['How good it is', metricLines(facts)],
    ['Whether it treats groups alike', fairnessLines(facts)],
    ['What it was made of', originLines(facts)],
    ['Where it comes from', lineageLines(facts)],
  ];
  if (facts.makersWords) sections.push(['In its maker’s words', [indented(facts.makersWords)]]);
  const body = sections.map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}`);
  return [`# ${plain(model)}, version ${number}`, `For ${task}.`, ...body, ''].join('\n\n');
}

function measuredLimits({ metrics, data }: CardFacts): string[] {
  const few = metrics.filter(({ n }) => n < 1000);
  return [
    ...(metrics.length === 0 ? ['It was not measured here.'] : []),
    ...(few.length > 0
      ? [`Its figures rest on ${Math.min(...few.map(({ n }) => n))} rows; look at the intervals.`]
      : []),
    ...(data === null ? ['What it learned from is not known here.'] : []),
  ];
}

export function metricLines({ metrics }: CardFacts): string[] {
  if (metrics.length === 0) return ['Nothing was measured on held-out rows.'];
  return [
    '| figure | value | interval | rows |',
    '| --- | --- | --- | --- |',
    ...metrics.map(({ name, value, interval, n }) => {
      const range = interval ? `${rounded(interval[0]!)} – ${rounded(interval[1]!)}` : '–';
      return `| ${plain(name)} | ${rounded(value)} | ${range} | ${n} |`;
    }),
  ];
}

export function fairnessLines({ fairness }: CardFacts): string[] {
  if (!fairness) return ['It was not evaluated by group.'];
  return fairness.attributes.flatMap(({ attribute, groups }) => [
    `By ${plain(attribute)}:`,
    '',
    '| group | rows | called positive | accuracy |',
    '| --- | --- | --- | --- |',
    ...groups.map(
      ({ group: name, n, selectionRate, accuracy }) =>
        `| ${plain(name)} | ${n} | ${rounded(selectionRate.value)} | ${rounded(accuracy.value)} |`,
    ),
    '',
  ]);
}

export function originLines({ data, contentHash, engine, createdAt, sizeBytes }: CardFacts): string[] {
  const consent =
    data && (data.consentScope.length > 0 ? data.consentScope.join(', ') : 'no purpose was named');
  return [
    ...(data
      ? [`- ${data.rows} rows of ${plain(data.name)}, version ${data.number}; consent: ${consent}`]
      : []),
    `- ${sizeBytes} bytes for ${engine}, made ${createdAt}`,
    `- content hash ${contentHash}`,
  ];
}

export function lineageLines({
  lineage: { ancestors, data, training, chart },
  parents,
  derivation,
}: CardFacts): string[] {
  const nameOf = (id: string): string => {
    const parent = ancestors.find((one) => one.id === id);
    return parent ? `${plain(parent.model)}, version ${parent.number} (${id})` : id;
  };
  const lines = [
    ...parents.map((id) => `- made of ${nameOf(id)}${derivation ? `: ${derivation}` : ''}`),
    ...data.map(({ dataset, number }) => `- learned on ${plain(dataset)}, version ${number}`),
    ...(training
      ? [
          `- trained here: ${training.kind}, ${training.objective}, seed ${training.seed}, on ${training.backend ?? 'no device yet'}, ${rounded(training.deviceSeconds)} s on the device`,
        ]
      : []),
  ];
  if (lines.length === 0) return ['It was not trained here, and was made of no version that is here.'];
  // The text holds no backtick: names are escaped in it.
  return chart === null ? lines : [...lines, '', '```mermaid', chart.trimEnd(), '```'];
}

/** A page within the page: its headings go below ours. */
function indented(markdown: string): string {
  return markdown.trim().replace(/^#+ /gm, (marks) => `##${marks}`);
}
