/** From the chair of compliance: what the use of the model may do to people, and what went wrong while it was tried. */
import { check } from './check';
import type { GraphqlClient } from './graphql-client';
import type { Deployed, TrainedModel } from './staff.steps';
import { eventually, type Story } from './story';

const MONTH_MS = 30 * 86_400_000;

interface Assessed {
  readonly id: string;
  readonly tier: string;
  readonly standing: string;
  readonly reasons: readonly { readonly article: string; readonly says: string }[];
}

/** Answers the questions of the law as they are for estimates of wages, about people, for whoever hires. */
export async function staffAssessesUse(
  { data, narrator, facts }: Story,
  staff: GraphqlClient,
  { versionId }: TrainedModel,
  now: Date,
): Promise<void> {
  narrator.chapter('Staff', 'assesses what the use may do to people, before anybody is answered');
  const { node } = await staff.ask<{ node: { model: { id: string } } }>(
    'query($id: ID!) { node(id: $id) { ... on ModelVersion { model { id } } } }',
    { id: versionId },
  );
  const soon = (months: number): string => new Date(now.getTime() + months * MONTH_MS).toISOString();
  const { impactAssessment } = await staff.mutate<{ impactAssessment: Assessed }>(
    'impactAssessmentRecord',
    'ImpactAssessmentRecordInput!',
    {
      modelId: node.model.id,
      use: 'pay-estimates',
      purpose: `Estimates ${data.label} of a person, for those who decide about offers.`,
      affected: 'people who are made an offer',
      answers: { isSafetyComponent: false, area: 'EMPLOYMENT', profilesPeople: true },
      functions: {
        govern: 'The head of people answers for it.',
        map: 'Offers in one country; an estimate is a second opinion.',
        measure: 'Accuracy with its interval, and the four-fifths rule by group.',
        manage: 'A canary judges each version; what goes wrong is an incident.',
      },
      risks: [
        {
          harm: 'Past pay gaps are repeated in offers.',
          affects: 'women and minorities',
          likelihood: 'LIKELY',
          severity: 'SERIOUS',
          mitigation: 'Offers below the band need a second person.',
        },
      ],
      humanOversight: 'A person makes every offer and may go against the estimate.',
      reviewBy: soon(6),
      actions: [{ title: 'Measure by group on this year’s offers.', dueAt: soon(1) }],
    },
    'impactAssessment { id tier standing reasons { article says } }',
  );
  const { tier, standing, reasons } = impactAssessment;
  check(tier === 'HIGH' && standing === 'IN_FORCE', 'estimates about people for employers are a high risk');
  for (const { article, says } of reasons) narrator.say(`${article}: ${says}`);
  narrator.say(`tier ${tier}, in force for six months, one action to do within one`);
  facts.impact = { ...impactAssessment };
}

interface IncidentState {
  readonly id: string;
  readonly startedAt: string;
  readonly reach: { readonly customers: number; readonly answers: string } | null;
}

/** Says that something was wrong with the deployment, sees whom it reached, and closes it with what was done. */
export async function staffSeesToIncident(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  { id: subjectId }: Deployed,
  startedAt: Date,
): Promise<void> {
  narrator.chapter('Staff', 'sees to an incident: since when, whom it reached, what was done');
  const { incident } = await staff.mutate<{ incident: { id: string } }>(
    'incidentOpen',
    'IncidentOpenInput!',
    { title: 'Estimates went out without their interval', severity: 'LOW', subjectId, startedAt },
    'incident { id }',
  );
  const query =
    'query($id: ID!) { node(id: $id) { ... on Incident { id startedAt reach { customers answers } } } }';
  const { reach } = await eventually(async () => {
    const { node } = await staff.ask<{ node: IncidentState }>(query, { id: incident.id });
    return node.reach ? node : undefined;
  }, 'whom it reached is counted');
  check(reach && Number(reach.answers) > 0, 'the incident reached somebody');
  narrator.say(`it reached ${reach.customers} customer with ${reach.answers} answers`);
  const correctiveAction = 'The interval is part of the answer now, and a case of the suite asks for it.';
  await staff.mutate(
    'incidentClose',
    'IncidentCloseInput!',
    { id: incident.id, correctiveAction },
    'incident { id }',
  );
  narrator.say(`closed: ${correctiveAction}`);
  facts.incident = { incidentId: incident.id, ...reach };
}
