/** Searches over recipes through HTTP: asked for, and read back with their trials. */
import type { Person, World } from '../support/world';
import { ended } from './wages';

export interface Trial {
  readonly number: number;
  readonly status: string;
  readonly scores: number[];
  readonly score: number | null;
  readonly failure: string | null;
  readonly choices: { readonly dimension: string; readonly value: unknown }[];
  readonly recipe: Record<string, unknown>;
  readonly epochs: { readonly epoch: number; readonly valLoss: number }[];
  readonly training: { readonly id: string; readonly deviceMs: string } | null;
}

export interface Search {
  readonly id: string;
  readonly endedBy: string | null;
  readonly plannedEpochs: number;
  readonly rungs: { readonly trials: number; readonly epochs: number | null }[];
  readonly deviceMs: string;
  readonly job: { readonly status: string; readonly note: string | null };
  readonly trials: { readonly totalCount: number; readonly nodes: Trial[] };
  readonly best: Trial | null;
  readonly result: {
    readonly id: string;
    readonly contentHash: string;
    readonly metrics: { readonly name: string }[];
    readonly trainingJob: {
      readonly recipe: object;
      readonly trial: { readonly search: { readonly id: string } };
    };
  } | null;
}

const TRIAL = `number status scores score failure choices { dimension value } recipe epochs { epoch valLoss } training { id deviceMs }`;
const SEARCH = `id endedBy plannedEpochs rungs { trials epochs } deviceMs job { status note }
  trials { totalCount nodes { ${TRIAL} } } best { ${TRIAL} }
  result { id contentHash metrics { name } trainingJob { recipe trial { search { id } } } }`;

export async function search(staff: Person, id: string): Promise<Search> {
  const query = `query ($id: ID!) { node(id: $id) { ... on TrainingSearch { ${SEARCH} } } }`;
  return (await staff.client.ask<{ node: Search }>(query, { id })).node;
}

export async function requestSearch(staff: Person, input: object): Promise<{ id: string; jobId: string }> {
  const { trainingSearch } = await staff.client.mutate<{
    trainingSearch: { id: string; job: { id: string } };
  }>('trainingSearchCreate', 'TrainingSearchCreateInput!', input, 'trainingSearch { id job { id } }');
  return { id: trainingSearch.id, jobId: trainingSearch.job.id };
}

/** Searches, and answers what it came to. */
export async function searched(world: World, staff: Person, input: object): Promise<Search> {
  const { id, jobId } = await requestSearch(staff, input);
  await ended(world, staff, jobId);
  return search(staff, id);
}
