/** Impact assessments through HTTP: recorded, and read as staff reads them. */
import type { Person } from '../support/world';

const HARM = {
  harm: 'Somebody is refused a loan that they would have paid back.',
  affects: 'applicants',
  likelihood: 'POSSIBLE',
  severity: 'SERIOUS',
  mitigation: 'A clerk looks at every refusal.',
};

export const LENDING = {
  use: 'credit-decisions',
  purpose: 'Says how likely it is that a loan is paid back.',
  affected: 'people who apply for a loan',
  answers: { isSafetyComponent: false, area: 'ESSENTIAL_SERVICES', profilesPeople: true },
  functions: {
    govern: 'The head of lending answers for it.',
    map: 'Small loans to people, in two countries.',
    measure: 'Accuracy and four fifths by sex and age, every month.',
    manage: 'It is rolled back when a figure leaves its bounds.',
  },
  risks: [HARM],
  humanOversight: 'A clerk decides, with the figure before them.',
};

export interface AssessmentView {
  readonly id: string;
  readonly number: number;
  readonly tier: string;
  readonly standing: string;
  readonly reasons: readonly { readonly article: string }[];
  readonly actions: { readonly nodes: readonly { readonly id: string; readonly closedAt: string | null }[] };
}

export const ASSESSMENT =
  'id number tier standing supersededAt reasons { article } owner { id } actions { nodes { id title closedAt outcome closedBy } }';

/** @param input beside that of `LENDING`; `modelId` and `reviewBy` at least. */
export const attempted = ({ client }: Pick<Person, 'client'>, input: object) =>
  client.attempt<{ impactAssessment: AssessmentView | null }>(
    'impactAssessmentRecord',
    'ImpactAssessmentRecordInput!',
    { ...LENDING, ...input },
    `impactAssessment { ${ASSESSMENT} }`,
  );

export async function assessed(person: Pick<Person, 'client'>, input: object): Promise<AssessmentView> {
  const { payload, errors } = await attempted(person, input);
  expect(errors).toEqual([]);
  return payload.impactAssessment!;
}
