/** The join: one query that starts at an inference id and knows everything about it, and what it costs to ask. */
import fs from 'node:fs';
import path from 'node:path';
import { check } from './check';
import type { GraphqlClient } from './graphql-client';
import { eventually, type Story } from './story';

const CALLS = 50;
const JOIN = fs.readFileSync(path.resolve(__dirname, '../../../schema/operations/join.graphql'), 'utf8');

export interface Joined {
  readonly id: string;
  readonly customer: {
    readonly name: string;
    readonly subscription: { readonly plan: { readonly code: string } };
  };
  /** Decimals of minor units: one answer costs a fraction of a cent. */
  readonly priceExact: string;
  readonly marginExact: string;
  readonly cost: { readonly exact: string; readonly deviceMs: number };
  readonly modelVersion: {
    readonly number: number;
    readonly model: { readonly name: string };
    readonly datasetVersion: { readonly rows: number; readonly consentScope: readonly string[] };
  };
  readonly assignments: readonly { readonly test: string; readonly variant: string }[];
  readonly consent: readonly { readonly purpose: string; readonly granted: boolean }[];
  readonly feedback: readonly { readonly kind: string; readonly score: number | null }[];
  readonly auditProof: {
    readonly index: string;
    readonly treeSize: string;
    readonly path: readonly string[];
  } | null;
}

/** Asks once for the answer and 50 times for the clock. */
export async function staffJoins(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  inferenceId: string,
): Promise<Joined> {
  narrator.chapter('Staff', 'asks one question about one answer: the join');
  const answer = await eventually(async () => {
    const { inference } = await staff.ask<{ inference: Joined | null }>(JOIN, { id: inferenceId });
    return inference?.auditProof ? inference : undefined;
  }, 'the answer has its audit proof');
  check(answer.feedback.length > 0, 'the answer knows its feedback');
  const times: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const began = performance.now();
    await staff.ask(JOIN, { id: inferenceId });
    times.push(performance.now() - began);
  }
  const p50Ms = times.sort((a, b) => a - b)[CALLS / 2]!;
  const {
    customer,
    priceExact,
    cost,
    marginExact,
    modelVersion,
    assignments,
    consent,
    feedback,
    auditProof,
  } = answer;
  const lines: Record<string, string> = {
    answer: answer.id,
    customer: `${customer.name}, plan ${customer.subscription.plan.code}`,
    money: `price ${priceExact} ¢, cost ${cost.exact} ¢ (${cost.deviceMs.toFixed(3)} device-ms), margin ${marginExact} ¢`,
    version: `${modelVersion.model.name} ${modelVersion.number}, trained on ${modelVersion.datasetVersion.rows} rows, consent scope [${modelVersion.datasetVersion.consentScope.join(', ')}]`,
    variant: assignments.map(({ test, variant }) => `${test}: ${variant}`).join(', ') || 'none',
    consent: consent
      .filter(({ granted }) => granted)
      .map(({ purpose }) => purpose)
      .join(', '),
    feedback: feedback.map(({ kind, score }) => `${kind}${score === null ? '' : ` ${score}`}`).join(', '),
    proof: `leaf ${auditProof!.index} of ${auditProof!.treeSize}, ${auditProof!.path.length} hashes to the root`,
  };
  for (const [name, text] of Object.entries(lines)) narrator.say(`${name.padEnd(9)} ${text}`);
  narrator.say(`p50 of ${CALLS} calls: ${p50Ms.toFixed(1)} ms`);
  facts.join = { inferenceId, p50Ms, calls: CALLS, answer };
  return answer;
}
