/** The one figure of each part that matters most, large, at the top of a report. */
import { type Markup, markup } from './markup';
import type { PartName, ReportParts } from './report-contents';
import { figure } from './report-tables';
import { plural } from './report-words';

interface Tile {
  readonly value: string | number;
  readonly says: string;
  readonly mood?: 'good' | 'bad';
}

export function tilesOf(parts: ReportParts): Markup[] {
  return (Object.keys(parts) as PartName[]).map((part) => {
    const { value, says, mood } = TILES[part](parts);
    return markup`<div class="tile ${mood}"><b>${figure(part, value)}</b><span>${says}</span></div>`;
  });
}

const TILES: { readonly [part in PartName]-?: (parts: ReportParts) => Tile } = {
  consent: ({ consent }) => {
    const given = sum(consent!.byText.map((count) => count.given));
    const withdrawn = sum(consent!.byText.map((count) => count.withdrawn));
    return { value: given, says: `${plural(given, 'consent', 'consents')} given, ${withdrawn} withdrawn` };
  },
  dataRequests: ({ dataRequests }) => {
    const received = sum(dataRequests!.map((count) => count.received));
    const overdue = sum(dataRequests!.map((count) => count.overdue));
    const says = `${plural(received, 'request', 'requests')} of data subjects, ${overdue} overdue`;
    return { value: received, says, mood: overdue > 0 ? 'bad' : undefined };
  },
  retention: ({ retention }) => {
    const rows = sum(retention!.map((count) => count.rows));
    return { value: rows, says: `${plural(rows, 'row', 'rows')} let go because their time was over` };
  },
  privacySpending: ({ privacySpending }) => {
    const releases = sum(privacySpending!.map((spending) => spending.releases));
    const budgets = privacySpending!.length;
    const outOf = budgets > 0 ? `, out of ${budgets} monthly ${plural(budgets, 'budget', 'budgets')}` : '';
    const says = `${plural(releases, 'aggregate', 'aggregates')} released with differential privacy${outOf}`;
    return { value: releases, says };
  },
  feedback: ({ feedback }) => {
    const submitted = sum(feedback!.map((count) => count.submitted));
    const waiting = sum(feedback!.map((count) => count.submitted - count.triaged));
    return {
      value: submitted,
      says: `${plural(submitted, 'piece', 'pieces')} of feedback, ${waiting} not looked at yet`,
    };
  },
  models: ({ models }) => {
    const measures = models!.flatMap(
      ({ fairness }) => fairness?.attributes.flatMap((account) => account.measures) ?? [],
    );
    const violated = measures.filter(({ verdict }) => verdict === 'VIOLATED').length;
    const versions = plural(models!.length, 'model version', 'model versions');
    const says = `${versions}, ${violated} of ${measures.length} fairness measures violated`;
    return { value: models!.length, says, mood: violated > 0 ? 'bad' : undefined };
  },
  liveFairness: ({ liveFairness }) => {
    const watched = new Set(liveFairness!.map(({ deploymentId }) => deploymentId)).size;
    const breaches = sum(liveFairness!.map((found) => found.breaches ?? 0));
    const says = `${plural(watched, 'deployment', 'deployments')} watched for fairness on live traffic, ${breaches} ${plural(breaches, 'breach', 'breaches')}`;
    return { value: watched, says, mood: breaches > 0 ? 'bad' : undefined };
  },
  impact: ({ impact }) => {
    const high = impact!.filter(({ tier }) => tier === 'HIGH').length;
    const silent = impact!.filter(({ standing }) => standing !== 'IN_FORCE').length;
    const says = `${plural(impact!.length, 'use', 'uses')} of models assessed, ${high} of high risk; ${silent} prohibited or overdue`;
    return { value: impact!.length, says, mood: silent > 0 ? 'bad' : undefined };
  },
  gates: ({ gates }) => {
    const { agreed, overrides } = gates!;
    const says = `${plural(overrides.length, 'version', 'versions')} went live although a check had refused; ${agreed} with every check`;
    return { value: overrides.length, says, mood: overrides.length > 0 ? 'bad' : undefined };
  },
  incidents: ({ incidents }) => {
    const open = incidents!.filter(({ closedAt }) => closedAt === null).length;
    const overdue = incidents!.filter(({ isAuthorityOverdue }) => isAuthorityOverdue).length;
    const late = overdue > 0 ? `; ${overdue} overdue to be notified to the authority` : '';
    const says = `${plural(incidents!.length, 'incident', 'incidents')}, ${open} still open at the end${late}`;
    return { value: incidents!.length, says, mood: open + overdue > 0 ? 'bad' : undefined };
  },
  audit: ({ audit }) => {
    const { isIntact } = audit!.verification;
    const says = `audit log of ${audit!.treeHead.size} records, ${audit!.records} of them in this period`;
    return { value: isIntact ? 'Intact' : 'Tampered', says, mood: isIntact ? 'good' : 'bad' };
  },
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
