/** What a plan entitles to, as people see it: beside a plan without figures of use, beside a customer with them. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar, DateTime, Decimal } from '../../../platform/graphql';
import { UsageUnit } from '../usage/price';
import { type EntitlementTerms, OveragePolicy, PlanFeature } from './entitlement-terms';

export enum EntitlementKind {
  METERED = 'METERED',
  SETTING = 'SETTING',
  LIST = 'LIST',
}

registerEnumType(EntitlementKind, {
  name: 'EntitlementKind',
  description: 'How an entitlement is to be read.',
  valuesConfig: {
    METERED: { description: 'An amount for each billing period.' },
    SETTING: { description: 'A fixed figure, in `limit`.' },
    LIST: { description: 'What may be used, in `values`.' },
  },
});

registerEnumType(OveragePolicy, {
  name: 'OveragePolicy',
  description: 'What happens when the limit is reached.',
  valuesConfig: {
    REFUSE: { description: 'Further requests are refused until the period ends.' },
    CHARGE: {
      description: 'Further requests are served at the price of the price book, up to the spend cap.',
    },
  },
});

registerEnumType(PlanFeature, {
  name: 'PlanFeature',
  description: 'What a plan may leave out.',
  valuesConfig: {
    TEXT_GENERATION: { description: 'Texts, by `generation` and the OpenAI face.' },
    EXPLANATIONS: { description: 'Why a prediction came out as it did, by `explain`.' },
  },
});

@ObjectType({ description: 'One thing that a plan entitles to.' })
export class Entitlement {
  @Field(() => String, {
    description:
      'Name of the feature: `inference.requests`, `inference.weight`, `inference.models`, `features`, `api.burst`, `api.rate`.',
  })
  feature!: string;

  @Field(() => EntitlementKind, { description: 'How it is to be read.' })
  kind!: EntitlementKind;

  @Field(() => BigIntScalar, { nullable: true, description: 'The figure; null = without limit.' })
  limit!: bigint | null;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Used in the present period; null beside a plan and for what is not metered.',
  })
  used!: bigint | null;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Left in the present period; null without limit, beside a plan and for what is not metered.',
  })
  remaining!: bigint | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the period ends and use starts anew; null beside a plan and for what is not metered.',
  })
  resetsAt!: Date | null;

  @Field(() => OveragePolicy, { description: 'What happens at the limit.' })
  overage!: OveragePolicy;

  @Field(() => [String], {
    nullable: true,
    description: 'What a list names; null = everything, or not a list.',
  })
  values!: readonly string[] | null;
}

@ObjectType({ description: 'What one unit of usage is charged under a plan.' })
export class UnitPrice {
  @Field(() => UsageUnit, { description: 'The unit.' })
  unit!: UsageUnit;

  @Field(() => Decimal, { description: 'Minor units for one unit, for example cents a request.' })
  unitAmount!: string;

  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;

  /** The model for which the price holds, to whose object the module of models resolves it; null = every other model. */
  modelId!: string | null;
}

/** How much of the metered feature is used, and until when. */
export interface Use {
  readonly used: bigint;
  readonly resetsAt: Date;
}

export function entitlementsOf(terms: EntitlementTerms, use?: Use): Entitlement[] {
  const limit = terms.requests === null ? null : BigInt(terms.requests);
  const remaining = use && limit !== null ? (limit > use.used ? limit - use.used : 0n) : null;
  const fixed = { used: null, remaining: null, resetsAt: null, overage: OveragePolicy.REFUSE };
  const setting = (feature: string, amount: number): Entitlement => ({
    feature,
    kind: EntitlementKind.SETTING,
    limit: BigInt(amount),
    values: null,
    ...fixed,
  });
  const list = (feature: string, values: readonly string[] | null): Entitlement => ({
    feature,
    kind: EntitlementKind.LIST,
    limit: null,
    values,
    ...fixed,
  });
  const { rate = null, features = null } = terms;
  return [
    {
      feature: 'inference.requests',
      kind: EntitlementKind.METERED,
      limit,
      used: use?.used ?? null,
      remaining,
      resetsAt: use?.resetsAt ?? null,
      overage: terms.overage,
      values: null,
    },
    setting('inference.weight', terms.weight),
    list('inference.models', terms.models),
    list('features', features),
    ...(rate ? [setting('api.burst', rate.burst), setting('api.rate', rate.perSecond)] : []),
  ];
}
