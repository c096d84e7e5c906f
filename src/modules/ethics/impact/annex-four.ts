/**
 * The technical documentation that Annex IV of Regulation (EU) 2024/1689 asks for, section by section: what the registry and the
 * assessment know is filled in, and what they cannot know is named, so that a person writes it. It is a draft, never a declaration.
 */
import { plain } from '../markdown';
import type { CardFacts } from '../model-card/card-facts';
import { fairnessLines, lineageLines, metricLines, originLines } from '../model-card/card-markdown';
import type { ImpactAssessment } from './impact-assessment.entity';

export type DocumentedAssessment = Pick<
  ImpactAssessment,
  | 'id'
  | 'use'
  | 'number'
  | 'purpose'
  | 'affected'
  | 'tier'
  | 'reasons'
  | 'functions'
  | 'risks'
  | 'humanOversight'
  | 'ownerId'
>;

export interface VersionChange {
  readonly number: number;
  readonly createdAt: string;
  /** How it was made of its parent; null for one that was made of no other. */
  readonly derivation: string | null;
}

/** A deployment whose live traffic is watched. */
export interface WatchedDeployment {
  readonly deployment: string;
  readonly attributes: readonly string[];
  readonly measure: string;
  readonly threshold: number;
  readonly action: string;
}

export interface AnnexFacts {
  readonly assessment: DocumentedAssessment;
  /** Of the version that is documented. */
  readonly version: CardFacts;
  /** The versions of the model up to it, oldest first. */
  readonly changes: readonly VersionChange[];
  /** Until when the use is assessed anew, ISO 8601. */
  readonly reviewBy: string;
  /** Of those that the version answers under. */
  readonly watched: readonly WatchedDeployment[];
}

export function annexFour(facts: AnnexFacts): string {
  const { assessment, version } = facts;
  const { model, number } = version;
  const sections: [string, string[]][] = [
    ['1. General description', generalLines(facts)],
    ['2. Elements, and how it was developed', developmentLines(facts)],
    ['3. Monitoring, functioning and control', controlLines(facts)],
    ['4. Whether the figures fit', [plain(assessment.functions.measure)]],
    ['5. Risk management', riskLines(assessment)],
    ['6. Changes through its life', changeLines(facts)],
    ['7. Harmonised standards', [missing('which harmonised standards or other specifications were applied')]],
    ['8. EU declaration of conformity', [missing('the signed declaration')]],
    ['9. After it is on the market', afterLines(facts)],
  ];
  return [
    `# Technical documentation of ${plain(model)}, version ${number}, for ${assessment.use}`,
    `By the sections of Annex IV of Regulation (EU) 2024/1689. A draft of what is known here, from assessment ${assessment.number} of the use (${assessment.id}); what is missing is said.`,
    ...sections.map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}`),
    '',
  ].join('\n\n');
}

const missing = (what: string): string => `*Not known here, to be written by the provider: ${what}.*`;

function generalLines({ assessment, version }: AnnexFacts): string[] {
  const { purpose, affected, tier, reasons } = assessment;
  const articles = reasons.map(({ article, says }) => `${article} (${plain(says)})`).join('; ');
  return [
    `- intended purpose: ${plain(purpose)}`,
    `- concerns: ${plain(affected)}`,
    `- tier: ${tier}${articles && `, by ${articles}`}`,
    `- task ${version.task}, version ${version.number} of ${plain(version.model)}, for the engine ${version.engine}`,
    '- offered as an interface over HTTP: GraphQL, the Open Inference Protocol and the OpenAI protocol',
    '',
    missing('name of the provider, hardware of the installation, instructions for use of the deployer'),
  ];
}

function developmentLines({ assessment, version }: AnnexFacts): string[] {
  const { humanOversight } = assessment;
  return [
    ...originLines(version),
    '',
    ...lineageLines(version),
    '',
    `Human oversight (Article 14): ${humanOversight ? plain(humanOversight) : missing('how people oversee it')}`,
    '',
    ...metricLines(version),
    '',
    ...fairnessLines(version),
    '',
    missing('design choices and their trade-offs, labelling of the data, cybersecurity measures'),
  ];
}

function controlLines({ version: { inputs, outputs, metrics } }: AnnexFacts): string[] {
  const few = metrics.length > 0 ? Math.min(...metrics.map(({ n }) => n)) : 0;
  return [
    `- takes ${inputs.map(({ name, dtype }) => `${plain(name)} (${dtype})`).join(', ')}`,
    `- answers ${outputs.map(({ name, dtype }) => `${plain(name)} (${dtype})`).join(', ')}`,
    few > 0 ? `- its figures rest on ${few} held-out rows or more` : '- it was not measured on held-out rows',
    '- every answer is recorded with its version, and tells people that it is AI',
  ];
}

function riskLines({ risks, functions }: DocumentedAssessment): string[] {
  return [
    '| harm | to whom | likelihood | severity | against it |',
    '| --- | --- | --- | --- | --- |',
    ...risks.map(
      ({ harm, affects, likelihood, severity, mitigation }) =>
        `| ${plain(harm)} | ${plain(affects)} | ${likelihood} | ${severity} | ${plain(mitigation)} |`,
    ),
    '',
    `- govern: ${plain(functions.govern)}`,
    `- map: ${plain(functions.map)}`,
    `- manage: ${plain(functions.manage)}`,
  ];
}

function changeLines({ changes }: AnnexFacts): string[] {
  return changes.map(
    ({ number, createdAt, derivation }) =>
      `- version ${number}, ${createdAt}${derivation ? `: ${derivation}` : ''}`,
  );
}

function afterLines({ assessment: { ownerId }, reviewBy, watched }: AnnexFacts): string[] {
  return [
    `- ${ownerId} answers for it; the use is assessed anew by ${reviewBy}`,
    '- its traffic is held against its training data every night, and a new version is judged while it gets traffic step by step',
    ...watched.map(
      ({ deployment, attributes, measure, threshold, action }) =>
        `- as ${plain(deployment)} its live traffic is watched by ${attributes.map(plain).join(', ')}, among people who agreed to it: ${measure} with the bound ${threshold}, looked at every night; a breach leads to ${action}`,
    ),
    '- what goes wrong is an incident, with whom it reached',
    '',
    ...(watched.length > 0
      ? []
      : [missing('how it is watched whether groups of people are treated alike'), '']),
    missing('the plan of Article 72'),
  ];
}
