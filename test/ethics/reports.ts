/** Compliance reports through HTTP: ordered, waited for, opened. */
import type { Person, World } from '../support/world';
import { ended } from '../training/wages';

export const PERIOD = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };

export interface Report {
  id: string;
  hash: string;
  html: string;
  json: string;
  csv: string;
}
export interface Query {
  query: string;
  variables: Record<string, unknown>;
}
export interface Contents {
  heading: object;
  parts: {
    consent: { byText: object[]; standing: object[] };
    dataRequests: object[];
    privacySpending: object[];
    feedback: object[];
    models: {
      versionId: string;
      model: string;
      task: string;
      metrics: object[];
      fairness: object;
      dataset: { name: string; number: number };
    }[];
    impact: object[];
    incidents: object[];
    gates: { agreed: number; overrides: { by: string; reason: string | null }[] };
    audit: {
      activity: object[];
      records: number;
      treeHead: { size: string };
      verification: { isIntact: boolean };
    };
  };
  evidence: Record<
    | 'consent'
    | 'dataRequests'
    | 'privacySpending'
    | 'feedback'
    | 'models'
    | 'impact'
    | 'gates'
    | 'incidents'
    | 'audit',
    Query[]
  >;
}

/** Makes a report and answers it with its addresses. */
export async function made(world: World, compliance: Person, input: object): Promise<Report> {
  const { job } = await compliance.client.mutate<{ job: { id: string } }>(
    'complianceReportCreate',
    'ComplianceReportCreateInput!',
    { period: PERIOD, ...input },
    'job { id }',
  );
  const { status, error, result } = await ended(world, compliance, job.id);
  expect({ status, error }).toEqual({ status: 'SUCCEEDED', error: null });
  const { node } = await compliance.client.ask<{ node: Report }>(
    'query Report($id: ID!) { node(id: $id) { ... on ComplianceReport { id kind period { from to } hash html json csv createdAt } } }',
    { id: result!.id },
  );
  return node;
}

export const open = async (url: string): Promise<string> => (await fetch(url)).text();
