/** What the steps of the story share: who is there, what is known so far, and how a job is waited for. */
import { setTimeout as delay } from 'node:timers/promises';
import { check } from './check';
import type { DemoData } from './demo-data';
import type { GraphqlClient } from './graphql-client';
import type { Narrator } from './narrator';

/** Of everybody in the story: it runs on this machine alone, and whoever stays may sign in as any of them. */
export const PASSWORD = 'a demo password, changed';

export interface Story {
  readonly url: string;
  readonly data: DemoData;
  readonly narrator: Narrator;
  /** The one-time login that the first start printed. */
  readonly firstStaff: { readonly email: string; readonly password: string };
  /** Figures and ids of each step, for `--json`. */
  readonly facts: Record<string, Record<string, unknown>>;
}

interface JobState {
  readonly status: string;
  readonly progress: number;
  readonly note: string | null;
  readonly result: { readonly id: string } | null;
  readonly error: { readonly message: string } | null;
}

const POLL_MS = 100;
/** A bar that is full ends, and only success is the end. */
const ALMOST = 0.99;
const JOB =
  'query Job($id: ID!) { node(id: $id) { ... on Job { status progress note result { id } error { message } } } }';

/** Polls a job to its end, drawing its progress. Answers the id of what it made. */
export async function finished(client: GraphqlClient, jobId: string, narrator: Narrator): Promise<string> {
  for (;;) {
    const { node } = await client.ask<{ node: JobState }>(JOB, { id: jobId });
    if (node.status === 'SUCCEEDED') {
      // The last note may be older than the end: notes are written a few times a second.
      narrator.progress(1, 'done');
      check(node.result, 'the job made something');
      return node.result.id;
    }
    check(
      node.status === 'QUEUED' || node.status === 'RUNNING',
      `the job succeeds (${node.error?.message ?? node.status})`,
    );
    narrator.progress(Math.min(node.progress, ALMOST), node.note ?? 'waiting');
    await delay(POLL_MS);
  }
}

/** Asks until it is so, for states that follow by events. */
export async function eventually<T>(ask: () => Promise<T | undefined>, sentence: string): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    check(performance.now() < deadline, sentence);
    await delay(POLL_MS);
  }
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
