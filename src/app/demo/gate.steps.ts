/** From the chair of staff: what the gate says before a version gets traffic, and who answers for it where it refuses. */
import type { GraphqlClient } from './graphql-client';
import type { Deployed, TrainedModel } from './staff.steps';
import type { Story } from './story';

interface GateCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** Shows every check with its numbers. Answers the written reason where one did not pass, undefined where all did. */
export async function staffAsksGate(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  { id }: Deployed,
  { versionId }: TrainedModel,
): Promise<string | undefined> {
  const query =
    'query($id: ID!, $versionId: ID!) { deploymentGate(id: $id, versionId: $versionId) { name passed detail } }';
  const { deploymentGate: checks } = await staff.ask<{ deploymentGate: GateCheck[] }>(query, {
    id,
    versionId,
  });
  for (const { name, passed, detail } of checks) narrator.say(`${passed ? '✓' : '✗'} ${name}: ${detail}`);
  const refused = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  const overrideReason =
    refused.length > 0
      ? `The story shows both versions side by side; ${refused.join(', ')}: known, and accepted for it.`
      : undefined;
  if (overrideReason) narrator.say(`overridden in writing: ${overrideReason}`);
  facts.gate = { ...facts.gate, [versionId]: { checks, overrideReason } };
  return overrideReason;
}
