/** The tables of a report. Every figure in them is a link to the query that gave it. */
import type { MeasureResult } from '../fairness/fairness';
import type { FairnessAccount } from '../fairness/fairness-of-version';
import { type Markup, markup } from './markup';
import {
  type AuditFigures,
  type InventoryEntry,
  PART_TITLES,
  type PartName,
  type ReportParts,
} from './report-contents';
import { incidentTable } from './report-incidents';
import { hasLineage, lineageText } from './report-lineage';
import { type Cell, table } from './report-table';
import { dayOf, kindOf, plural, words } from './report-words';

export function evidenceAnchor(part: PartName): string {
  return `evidence-${part}`;
}

/** A figure that leads to its evidence. */
export function figure(part: PartName, value: string | number): Markup {
  return markup`<a href="#${evidenceAnchor(part)}">${value}</a>`;
}

export function tablesOf(part: PartName, parts: ReportParts): Markup {
  return markup`<h3>${PART_TITLES[part]}</h3>${TABLES[part](parts)}`;
}

const TABLES: { readonly [part in PartName]-?: (parts: ReportParts) => Markup } = {
  consent: ({ consent }) => {
    const byText = consent!.byText.map(({ purpose, textVersion, language, given, withdrawn }) => [
      words(purpose),
      `version ${textVersion} (${language})`,
      figure('consent', given),
      figure('consent', withdrawn),
    ]);
    const standing = consent!.standing.map(({ purpose, agreeing, asked }) => [
      words(purpose),
      figure('consent', agreeing),
      figure('consent', asked),
    ]);
    return markup`${table(['Purpose', 'Text', 'Given', 'Withdrawn'], byText, 2, 'Nobody gave or withdrew consent in this period.')}
${table(['Purpose', 'Agree at the end', 'Were ever asked'], standing, 1, 'Nobody was ever asked.')}`;
  },
  dataRequests: ({ dataRequests }) => {
    const rows = dataRequests!.map(({ kind, ...counts }) => [
      words(kind),
      ...[counts.received, counts.closed, counts.extended, counts.overdue].map((count) =>
        figure('dataRequests', count),
      ),
    ]);
    return table(
      ['Asked for', 'Received', 'Closed', 'Extended', 'Overdue at the end'],
      rows,
      1,
      'Nobody asked for anything.',
    );
  },
  retention: ({ retention }) => {
    const rows = retention!.map((count) => [
      count.table,
      ...[count.runs, count.rows].map((value) => figure('retention', value)),
    ]);
    return table(
      ['Table', 'Nights', 'Rows that went'],
      rows,
      1,
      'No night of this period had anything to let go.',
    );
  },
  privacySpending: ({ privacySpending }) => {
    const rows = privacySpending!.map(({ dataset, month, accounting, releases, spent, total }) => [
      dataset,
      month,
      unitOf(accounting),
      figure('privacySpending', releases),
      figure('privacySpending', spent),
      total === null ? '–' : figure('privacySpending', total),
    ]);
    const head = ['Dataset', 'About', 'Unit', 'Releases', 'Took', 'Of the budget'];
    return table(head, rows, 3, 'Nothing was released with differential privacy in this period.');
  },
  feedback: ({ feedback }) => {
    const rows = feedback!.map(({ kind, meanScore, ...counts }) => [
      kindOf(kind),
      ...[counts.submitted, counts.withdrawn, counts.triaged, counts.closed].map((count) =>
        figure('feedback', count),
      ),
      meanScore === null ? '–' : figure('feedback', meanScore.toFixed(2)),
    ]);
    const head = ['Feedback', 'Came in', 'Withdrawn', 'Looked at', 'Closed', 'Mean score'];
    return table(head, rows, 1, 'No feedback came in during this period.');
  },
  models: ({ models }) => {
    const rows = models!.map((entry) => [nameOf(entry), dataOf(entry), scopeOf(entry), metricsOf(entry)]);
    const fairness = models!.flatMap((entry) =>
      entry.fairness ? [fairnessTable(entry, entry.fairness)] : [],
    );
    return markup`${table(['Version', 'Data', 'Consent scope', 'On held-out rows'], rows, 4, 'There is no model yet.')}${hasLineage(models!) ? markup`<h4>Where they came from, as a Mermaid flowchart</h4><pre>${lineageText(models!)}</pre>` : null}${fairness}`;
  },
  liveFairness: ({ liveFairness }) => {
    const rows = liveFairness!.map(({ deployment, versionId, attribute, people, groups, ...found }) => [
      markup`<b>${deployment}</b><br><span class="hash">${versionId}</span>`,
      attribute,
      markup`${figure('liveFairness', people)} in ${figure('liveFairness', groups)} groups`,
      words(found.measure),
      found.value === null ? '–' : figure('liveFairness', found.value.toFixed(3)),
      found.highest && found.lowest ? `${found.highest} / ${found.lowest}` : '–',
      markup`<span class="pill ${found.verdict.toLowerCase()}">${words(found.verdict)}</span><br><span class="soft">asked for: ${found.threshold}</span>`,
      found.breaches === null ? '–' : figure('liveFairness', found.breaches),
    ]);
    const head = [
      'Deployment',
      'By',
      'People',
      'Measure',
      'Value',
      'Highest / lowest',
      'Verdict',
      'Breaches',
    ];
    const empty = 'No deployment was watched, or too few people agreed to be counted.';
    return markup`<p class="soft">Of people who agreed to be counted by their groups, each once a quarter and version; nothing is told of few. A verdict is of one look, at the 95 % level; a breach holds over all nightly looks together.</p>
<div class="wide">${table(head, rows, 9, empty)}</div>`;
  },
  impact: ({ impact }) => {
    const rows = impact!.map(({ model, use, number, tier, standing, owner, reviewBy, ...actions }) => [
      markup`<b>${model}</b> for ${use}<br><span class="soft">assessment ${figure('impact', number)}</span>`,
      markup`<span class="pill ${TIER_MOODS[tier]}">${words(tier)}</span>`,
      markup`<span class="pill ${standing === 'IN_FORCE' ? 'holds' : 'violated'}">${words(standing)}</span><br><span class="soft">until ${dayOf(reviewBy)}</span>`,
      markup`<span class="hash">${owner}</span>`,
      markup`${figure('impact', actions.openActions)} open, ${figure('impact', actions.overdueActions)} overdue`,
    ]);
    const head = ['Use', 'Risk under the EU AI Act', 'Assessment', 'Who answers for it', 'Actions'];
    return table(head, rows, 9, 'No use of a model was assessed.');
  },
  incidents: ({ incidents }) => incidentTable(incidents!),
  gates: ({ gates }) => {
    const rows = gates!.overrides.map(({ deployment, version, move, at, by, reason, refused }) => [
      markup`<b>${deployment}</b> ${figure('gates', version)}<br><span class="soft">${words(move)}, ${dayOf(at)}, ${at.slice(11, 16)} UTC</span>`,
      refused.map(
        ({ name, detail }) =>
          markup`<span class="pill violated">${name}</span><br><span class="soft">${detail}</span><br>`,
      ),
      markup`<span class="hash">${by}</span>`,
      reason ?? markup`<span class="soft">none was asked: a new deployment has no gate</span>`,
    ]);
    const empty = `No version went live against the gate; it agreed ${gates!.agreed} times.`;
    const head = ['Went live', 'What had refused', 'Who answers for it', 'Why, in writing'];
    return markup`<div class="wide">${table(head, rows, 9, empty)}</div>`;
  },
  audit: ({ audit }) => auditTable(audit!),
};

/** Colours of the pills: as those of verdicts. */
const TIER_MOODS = { PROHIBITED: 'violated', HIGH: 'uncertain', TRANSPARENCY: '', MINIMAL: 'holds' } as const;

function nameOf({ model, number, contentHash, engine, createdAt }: InventoryEntry): Markup {
  return markup`<b>${model} v${number}</b><br><span class="soft">${dayOf(createdAt)}, ${engine}</span><br><span class="hash">${contentHash.slice(0, 16)}…</span>`;
}

function dataOf({ dataset }: InventoryEntry): Markup {
  if (!dataset) return markup`<span class="soft">not trained here</span>`;
  return markup`${dataset.name} v${dataset.number}<br><span class="soft">${figure('models', dataset.rows)} rows</span>`;
}

function scopeOf({ dataset }: InventoryEntry): string {
  if (!dataset) return '–';
  return dataset.consentScope.length > 0
    ? dataset.consentScope.map(words).join(', ')
    : 'none: rests on another ground';
}

function metricsOf({ metrics }: InventoryEntry): Markup[] {
  return metrics.map(({ name, value, interval }) => {
    const range = interval
      ? markup` <span class="soft">${interval.map((end) => end.toFixed(3)).join(' to ')}</span>`
      : null;
    return markup`${name} ${figure('models', value.toFixed(3))}${range}<br>`;
  });
}

function fairnessTable({ model, number }: InventoryEntry, account: FairnessAccount): Markup {
  const { rows, minimumGroupSize, suppressedGroups } = account;
  const small =
    suppressedGroups > 0
      ? `; ${suppressedGroups} ${plural(suppressedGroups, 'group is', 'groups are')} not shown, because somebody could be recognised`
      : '';
  return markup`<h3>Fairness of ${model} v${number}</h3>
<p class="soft">${rows} held-out rows; groups under ${minimumGroupSize} people are not judged${small}. The interval is that of the difference of rates behind each measure.</p>
${account.attributes.map(
  ({ attribute, measures }) =>
    markup`<h4>By ${attribute}</h4><div class="wide">${table(MEASURE_HEAD, measures.map(measureRow), 9, 'No groups were counted.')}</div>`,
)}`;
}

const MEASURE_HEAD = ['Measure', 'Value', 'Interval', 'Asked for', 'Highest / lowest', 'Verdict'];

function measureRow(measure: MeasureResult): Cell[] {
  const { name, value, interval, threshold, verdict, highest, lowest, violatedBetween } = measure;
  // The extremes may be apart by chance, and others not.
  const others = violatedBetween?.join() === [highest, lowest].join() ? null : violatedBetween;
  return [
    words(name),
    value === null ? '–' : figure('models', value.toFixed(3)),
    interval ? markup`<span class="keep">${signed(interval[0])} to ${signed(interval[1])}</span>` : '–',
    markup`<span class="keep">${name.endsWith('RATIO') ? 'at least' : 'at most'} ${threshold}</span>`,
    highest && lowest ? `${highest} / ${lowest}` : '–',
    markup`<span class="pill ${verdict.toLowerCase()}">${words(verdict)}</span>${others ? `: ${others.join(' / ')}` : ''}`,
  ];
}

/** What losses are told in. */
export function unitOf(accounting: string): string {
  return accounting === 'PURE' ? 'epsilon' : 'rho';
}

/** With a true minus sign, as people write it. */
function signed(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

function auditTable({ activity, treeHead, consistency, verification }: AuditFigures): Markup {
  const intact = verification.isIntact
    ? markup`<span class="pill holds">intact</span> all ${figure('audit', verification.verified)} records were read again and agree with the tree and every head that was signed`
    : markup`<span class="pill violated">tampered</span> ${verification.fault?.message}`;
  const grown = consistency
    ? markup`the log of ${figure('audit', consistency.firstSize)} records at the beginning of the period is the beginning of this one: ${consistency.path.length} hashes prove it (in the JSON form)`
    : markup`the log was empty when the period began`;
  const facts: Markup[][] = [
    [markup`Size`, figure('audit', treeHead.size)],
    [markup`Root`, markup`<span class="hash">${treeHead.rootHash}</span>`],
    [
      markup`Signed`,
      markup`${new Date(treeHead.at).toISOString()} with key <span class="hash">${treeHead.keyId}</span>`,
    ],
    [markup`Signature`, markup`<span class="hash">${treeHead.signature}</span>`],
    [markup`Verification`, intact],
    [markup`Growth`, grown],
  ];
  const done = activity.map(({ action, count }) => [action, figure('audit', count)]);
  return markup`${table(['Tree head', ''], facts, 9, '')}
<p class="soft">How to check this without us: docs/verify-audit.md.</p>
${table(['What was done in this period', 'Times'], done, 1, 'Nothing was done in this period.')}`;
}
