/** The words in which the consequences of using a model are assessed: enums of the law's questions, and the risks that a person sees. */
import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Length } from 'class-validator';
import type { ImpactStandingName } from './impact-standing';
import {
  HIGH_RISK_AREAS,
  type HighRiskAreaName,
  NARROW_ROLES,
  type NarrowRoleName,
  PROHIBITED_PRACTICES,
  type ProhibitedPracticeName,
  type RiskTierName,
  TRANSPARENCY_DUTIES,
  type TransparencyDutyName,
} from './risk-tier';

type Names<T extends string> = { readonly [name in T]: name };

const namesOf = <T extends string>(table: Readonly<Record<T, unknown>>): Names<T> =>
  Object.fromEntries(Object.keys(table).map((name) => [name, name])) as Names<T>;

/** The article and its words are the description of the value. */
function register<T extends string>(
  name: string,
  description: string,
  table: Readonly<Record<T, { readonly article: string; readonly says: string }>>,
): Names<T> {
  const values = namesOf(table);
  const described = Object.entries<{ article: string; says: string }>(table).map(
    ([value, { article, says }]) => [value, { description: `${article}: ${says}.` }],
  );
  registerEnumType(values, { name, description, valuesConfig: Object.fromEntries(described) });
  return values;
}

export const ProhibitedPractice = register<ProhibitedPracticeName>(
  'ProhibitedPractice',
  'What the EU AI Act forbids (Regulation (EU) 2024/1689, Article 5).',
  PROHIBITED_PRACTICES,
);
export const HighRiskArea = register<HighRiskAreaName>(
  'HighRiskArea',
  'Areas in which AI is a high risk (Regulation (EU) 2024/1689, Annex III).',
  HIGH_RISK_AREAS,
);
export const NarrowRole = register<NarrowRoleName>(
  'NarrowRole',
  'Why a use in such an area may be no high risk after all (Regulation (EU) 2024/1689, Article 6(3)).',
  NARROW_ROLES,
);
export const TransparencyDuty = register<TransparencyDutyName>(
  'TransparencyDuty',
  'What people must be told (Regulation (EU) 2024/1689, Article 50).',
  TRANSPARENCY_DUTIES,
);

export const RiskTier: Names<RiskTierName> = {
  PROHIBITED: 'PROHIBITED',
  HIGH: 'HIGH',
  TRANSPARENCY: 'TRANSPARENCY',
  MINIMAL: 'MINIMAL',
};

registerEnumType(RiskTier, {
  name: 'RiskTier',
  description: 'How the EU AI Act sees a use of a model, gravest first.',
  valuesConfig: {
    PROHIBITED: { description: 'Forbidden; the gate refuses the versions of the model.' },
    HIGH: { description: 'Allowed under duties; a person oversees it.' },
    TRANSPARENCY: { description: 'Allowed; people must be told something.' },
    MINIMAL: { description: 'Allowed; no duties of the Act.' },
  },
});

export const ImpactStanding: Names<ImpactStandingName> = {
  IN_FORCE: 'IN_FORCE',
  PROHIBITED: 'PROHIBITED',
  REVIEW_OVERDUE: 'REVIEW_OVERDUE',
  ACTIONS_OVERDUE: 'ACTIONS_OVERDUE',
  SUPERSEDED: 'SUPERSEDED',
};

registerEnumType(ImpactStanding, {
  name: 'ImpactStanding',
  description: 'Whether an assessment still speaks for a use; of what holds, the gravest.',
  valuesConfig: {
    IN_FORCE: { description: 'It does; the gate agrees.' },
    PROHIBITED: { description: 'The use is forbidden; the gate refuses.' },
    REVIEW_OVERDUE: { description: 'Its review is overdue; the gate refuses.' },
    ACTIONS_OVERDUE: { description: 'An action is overdue; the gate refuses.' },
    SUPERSEDED: { description: 'A later assessment of the same use took its place.' },
  },
});

export enum ImpactLikelihood {
  RARE = 'RARE',
  POSSIBLE = 'POSSIBLE',
  LIKELY = 'LIKELY',
}

registerEnumType(ImpactLikelihood, {
  name: 'ImpactLikelihood',
  description: 'How likely a harm is, with what is done against it.',
  valuesConfig: {
    RARE: { description: 'Not expected to happen.' },
    POSSIBLE: { description: 'May happen.' },
    LIKELY: { description: 'Expected to happen.' },
  },
});

export enum ImpactSeverity {
  MINOR = 'MINOR',
  SERIOUS = 'SERIOUS',
  SEVERE = 'SEVERE',
}

registerEnumType(ImpactSeverity, {
  name: 'ImpactSeverity',
  description: 'How bad a harm is for those who suffer it.',
  valuesConfig: {
    MINOR: { description: 'A nuisance that is easily put right.' },
    SERIOUS: { description: 'A loss that is hard to put right.' },
    SEVERE: { description: 'A loss of health, livelihood or rights.' },
  },
});

@ObjectType({ description: 'An article of the law that applies to a use, and why.' })
export class RiskReason {
  @Field(() => String, { description: 'The article of Regulation (EU) 2024/1689, as in `6(3)(a)`.' })
  article!: string;

  @Field(() => String, { description: 'What about the use makes it apply.' })
  says!: string;
}

@ObjectType({ description: 'A harm that somebody sees in a use, and what is done against it.' })
@InputType('ImpactRiskInput', {
  description: 'A harm that you see, and what is done against it; no personal data.',
})
export class ImpactRisk {
  @Field(() => String, { description: 'What may happen, 3–500 letters.' })
  @Length(3, 500)
  harm!: string;

  @Field(() => String, { description: 'To whom, 3–200 letters.' })
  @Length(3, 200)
  affects!: string;

  @Field(() => ImpactLikelihood, { description: 'How likely it is, with what is done against it.' })
  likelihood!: ImpactLikelihood;

  @Field(() => ImpactSeverity, { description: 'How bad it is.' })
  severity!: ImpactSeverity;

  @Field(() => String, { description: 'What is done against it, 3–1000 letters.' })
  @Length(3, 1000)
  mitigation!: string;
}

@ObjectType({
  description: 'How a use is dealt with, by the four functions of the NIST AI RMF (NIST AI 100-1).',
})
@InputType('ImpactFunctionsInput', {
  description:
    'How the use is dealt with, by the four functions of the NIST AI RMF (NIST AI 100-1); each 10–4000 letters.',
})
export class ImpactFunctions {
  @Field(() => String, { description: 'GOVERN: who answers for it, by which rules.' })
  @Length(10, 4000)
  govern!: string;

  @Field(() => String, { description: 'MAP: in which context, for whom, with which benefits and costs.' })
  @Length(10, 4000)
  map!: string;

  @Field(() => String, { description: 'MEASURE: by which figures it is watched.' })
  @Length(10, 4000)
  measure!: string;

  @Field(() => String, { description: 'MANAGE: what is done about risks, before and when they come true.' })
  @Length(10, 4000)
  manage!: string;
}
