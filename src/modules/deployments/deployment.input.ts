/** How deployments are named, made and changed. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { OneOf } from '../../platform/graphql';
import { Environment } from './deployment.entity';
import { WHOLE } from './routes/split';

const MAX_ROUTES = 10;
const MAX_FALLBACKS = 3;
const MAX_CACHE_SECONDS = 3600;
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

@OneOf()
@InputType({ description: 'Which deployment: by id or by name, exactly one of them.' })
export class DeploymentBy {
  @Field(() => ID, { nullable: true, description: 'Its id.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string | null;
}

@InputType({ description: 'A version and its part of the traffic.' })
export class RouteInput {
  @Field(() => ID, { description: 'The model version.' })
  versionId!: string;

  @Field(() => Int, {
    defaultValue: WHOLE,
    description: 'Percentage of the traffic, 0–100; 0 only keeps it warm.',
  })
  @Min(0)
  @Max(WHOLE)
  weight!: number;
}

@InputType({ description: 'The deployment to make.' })
export class DeploymentCreateInput {
  @Field(() => String, { description: 'Its name: small letters, digits and hyphens, 1–63, e.g. `wages`.' })
  @Matches(NAME, { message: 'A name has 1–63 small letters, digits and hyphens, and no hyphen at its ends.' })
  name!: string;

  @Field(() => Environment, { defaultValue: Environment.PRODUCTION, description: 'What it is for.' })
  environment!: Environment;

  @Field(() => [RouteInput], { description: 'Which versions answer, 1–10; the weights must sum to 100.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ROUTES)
  @ValidateNested({ each: true })
  routes!: RouteInput[];

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'The new routes of a deployment.' })
export class DeploymentPromoteInput {
  @Field(() => ID, { description: 'The deployment.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'A version to which all traffic goes; instead of `routes`.',
  })
  versionId?: string | null;

  @Field(() => [RouteInput], {
    nullable: true,
    description: 'The whole new split, 1–10 versions, weights summing to 100; instead of `versionId`.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ROUTES)
  @ValidateNested({ each: true })
  routes?: RouteInput[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the deployment that you saw; another one is a Conflict.',
  })
  expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Promotes although the gate refuses; the reason, 10–1000 letters, is kept and shown in reports.',
  })
  @IsOptional()
  @Length(10, 1000)
  overrideReason?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a deployment does beside its routes.' })
export class DeploymentConfigureInput {
  @Field(() => ID, { description: 'The deployment.' })
  id!: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Deployments that answer in its stead, in this order, at most 3; absent = unchanged. Plan, consent and budget are asked again for each.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_FALLBACKS)
  fallbackIds?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'For so many seconds, 1–3600, the same question of the same customer is answered again without being computed; only for versions that always answer alike. Null = never, absent = unchanged.',
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_CACHE_SECONDS)
  cacheSeconds?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Share of the answers, 0–1, of which inputs and outputs are kept for 30 days, personal data masked, where the person has agreed to it; absent = unchanged, 1 for a new deployment. Feedback, drift and training see only those.',
  })
  @IsOptional()
  @Min(0)
  @Max(1)
  payloadSampleRate?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the deployment that you saw; another one is a Conflict.',
  })
  expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'The deployment to roll back.' })
export class DeploymentRollBackInput {
  @Field(() => ID, { description: 'The deployment.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in its history.' })
  @Length(3, 1000)
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
