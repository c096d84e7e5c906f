/** What is seen first: a chart for each part. */
import type { FairnessAccount } from '../fairness/fairness-of-version';
import { type Markup, markup } from './markup';
import { bars, COLOURS, shares, whiskers } from './report-charts';
import { type InventoryEntry, PART_TITLES, type PartName, type ReportParts } from './report-contents';
import { hasLineage, lineagePicture } from './report-lineage';
import { figure } from './report-tables';
import { kindOf, words } from './report-words';

/** The curve of actions has a long tail; the table has them all. */
const MOST_ACTIONS = 12;
const SHOWN_METRICS = ['accuracy', 'precision', 'recall', 'auc'];

export function chartsOf(part: PartName, parts: ReportParts): Markup {
  return CHARTS[part](parts);
}

const CHARTS: { readonly [part in PartName]-?: (parts: ReportParts) => Markup } = {
  consent: ({ consent }) => {
    const byPurpose = [...new Set(consent!.byText.map(({ purpose }) => purpose))].map((purpose) => {
      const counts = consent!.byText.filter((count) => count.purpose === purpose);
      return {
        label: words(purpose),
        values: [sum(counts.map((c) => c.given)), sum(counts.map((c) => c.withdrawn))],
      };
    });
    const series = [
      { name: 'given', colour: COLOURS.blue },
      { name: 'withdrawn', colour: COLOURS.orange },
    ];
    const standing = consent!.standing.map(({ purpose, agreeing, asked }) => ({
      label: words(purpose),
      part: agreeing,
      whole: asked,
    }));
    return markup`${chart('consent', 'Consent given and withdrawn', 'in this period, by purpose', byPurpose, () => bars('Consent given and withdrawn by purpose', series, byPurpose))}
${chart('consent', 'Who agrees', 'of the people who were ever asked, at the end of the period', standing, () => shares('People who agree, by purpose', standing))}`;
  },
  dataRequests: ({ dataRequests }) => {
    const series = [
      { name: 'received', colour: COLOURS.blue },
      { name: 'closed', colour: COLOURS.grey },
      { name: 'overdue', colour: COLOURS.red },
    ];
    const rows = dataRequests!.map(({ kind, received, closed, overdue }) => ({
      label: words(kind),
      values: [received, closed, overdue],
    }));
    return chart(
      'dataRequests',
      'Requests of data subjects',
      'due in a month, or as they were extended',
      rows,
      () => bars('Requests of data subjects by kind', series, rows),
    );
  },
  // A line a table and nothing to compare it with: the table says it all.
  retention: () => markup``,
  privacySpending: ({ privacySpending }) => {
    const rows = privacySpending!.flatMap(({ dataset, month, spent, total }) =>
      total === null
        ? []
        : [{ label: `${dataset} ${month}`, values: [Math.round((100 * Number(spent)) / Number(total))] }],
    );
    const series = [{ name: 'per cent of the budget', colour: COLOURS.blue }];
    const says = 'what releases of this period took from the budget of a dataset for a month, in per cent';
    return chart('privacySpending', PART_TITLES.privacySpending, says, rows, () =>
      bars('Privacy budgets spent', series, rows),
    );
  },
  feedback: ({ feedback }) => {
    const series = [
      { name: 'came in', colour: COLOURS.blue },
      { name: 'closed', colour: COLOURS.grey },
    ];
    const rows = feedback!.map(({ kind, submitted, closed }) => ({
      label: kindOf(kind),
      values: [submitted, closed],
    }));
    return chart('feedback', 'Feedback', 'that came in during this period, by kind', rows, () =>
      bars('Feedback by kind', series, rows),
    );
  },
  models: ({ models }) => {
    const rows = hasLineage(models!) ? models! : [];
    const says = 'from the data on the left to what was made of it; an arrow says “was used for”';
    return markup`${chart('models', 'Where the versions came from', says, rows, () => lineagePicture(models!))}${models!.map(modelCharts)}`;
  },
  liveFairness: ({ liveFairness }) => {
    const rows = liveFairness!.flatMap(({ deployment, attribute, people, value }) =>
      value === null || value > 1
        ? []
        : [
            {
              label: `${deployment}, ${attribute}`,
              value,
              interval: null,
              note: `of ${people}`,
              colour: COLOURS.blue,
            },
          ],
    );
    const says =
      'how far apart the groups of an attribute were, in the respect that is watched: of a ratio 1 is alike, of a difference 0';
    return chart('liveFairness', PART_TITLES.liveFairness, says, rows, () =>
      whiskers('Distance of groups on live traffic', rows),
    );
  },
  impact: ({ impact }) => {
    const rows = (['PROHIBITED', 'HIGH', 'TRANSPARENCY', 'MINIMAL'] as const)
      .filter(() => impact!.length > 0)
      .map((tier) => ({ label: words(tier), values: [impact!.filter((use) => use.tier === tier).length] }));
    const series = [{ name: 'uses', colour: COLOURS.blue }];
    const says = 'assessed uses of models by their tier under the EU AI Act, when the period ended';
    return chart('impact', PART_TITLES.impact, says, rows, () => bars('Uses by tier', series, rows));
  },
  incidents: ({ incidents }) => {
    const rows = (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const)
      .filter(() => incidents!.length > 0)
      .map((severity) => {
        const some = incidents!.filter((one) => one.severity === severity);
        const closed = some.filter(({ closedAt }) => closedAt !== null);
        return { label: words(severity), values: [some.length, closed.length] };
      });
    const series = [
      { name: 'incidents', colour: COLOURS.orange },
      { name: 'of these closed', colour: COLOURS.grey },
    ];
    const says = 'incidents that were open at some moment of this period, by severity';
    return chart('incidents', PART_TITLES.incidents, says, rows, () =>
      bars('Incidents by severity', series, rows),
    );
  },
  gates: ({ gates }) => {
    const { agreed, overrides } = gates!;
    const rows = [
      { label: 'Every check agreed', values: [agreed] },
      { label: 'A check had refused', values: [overrides.length] },
    ].filter(() => agreed + overrides.length > 0);
    const series = [{ name: 'times', colour: COLOURS.blue }];
    const says = 'versions that got their first traffic in this period';
    return chart('gates', PART_TITLES.gates, says, rows, () => bars('What the gate said', series, rows));
  },
  audit: ({ audit }) => {
    const sorted = [...audit!.activity].sort((a, b) => b.count - a.count).slice(0, MOST_ACTIONS);
    const rows = sorted.map(({ action, count }) => ({ label: action, values: [count] }));
    const series = [{ name: 'times', colour: COLOURS.blue }];
    return chart(
      'audit',
      'What was done',
      'most frequent records of the audit log in this period',
      rows,
      () => bars('Records of the audit log by action', series, rows),
    );
  },
};

function modelCharts(entry: InventoryEntry): Markup {
  const title = `${entry.model} v${entry.number}`;
  const rows = entry.metrics
    .filter(({ name }) => SHOWN_METRICS.includes(name))
    .map(({ name, value, interval }) => ({ label: name === 'auc' ? 'AUC' : words(name), value, interval }));
  const quality = chart(
    'models',
    title,
    'on rows held out from its training, with 95 % intervals',
    rows,
    () => whiskers(`Metrics of ${title}`, rows),
  );
  return markup`${quality}${entry.fairness ? fairnessCharts(title, entry.fairness) : null}`;
}

/** Intersections have many small groups: they stand in the table. */
function fairnessCharts(title: string, { attributes }: FairnessAccount): Markup[] {
  return attributes
    .filter(({ attribute }) => !attribute.includes(' × '))
    .map(({ attribute, groups }) => {
      const rows = groups.flatMap(({ group, n, isJudged, selectionRate: { value, interval } }) =>
        value === null
          ? []
          : [
              {
                label: group,
                value,
                interval,
                note: `of ${n}`,
                colour: isJudged ? COLOURS.blue : COLOURS.grey,
              },
            ],
      );
      const judged = groups.flatMap(({ isJudged, selectionRate: { value } }) =>
        isJudged && value !== null ? [value] : [],
      );
      const highest = judged.length > 1 ? Math.max(...judged) : undefined;
      const band = highest === undefined ? undefined : ([0.8 * highest, highest] as const);
      const says = `share of each group given the positive answer; green: within four fifths of the highest${rows.some(({ colour }) => colour === COLOURS.grey) ? '; grey: too few people to be judged' : ''}`;
      return chart('models', `${title} by ${attribute}`, says, rows, () =>
        whiskers(`Selection rate of ${title} by ${attribute}`, rows, band),
      );
    });
}

function chart(
  part: PartName,
  title: string,
  says: string,
  rows: readonly object[],
  draw: () => Markup,
): Markup {
  if (rows.length === 0) return markup``;
  return markup`<figure><figcaption>${figure(part, title)}<small>${says}</small></figcaption>${draw()}</figure>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
