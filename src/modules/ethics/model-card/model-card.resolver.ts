/** The card of every version, and the person who stands for it. */
import { IsOptional, Length, Min } from 'class-validator';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { forbidden } from '../../../kernel/errors';
import { defineLoader, MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { Can, type IdentityLoaders, may, Staff } from '../../identity';
import { ModelVersion } from '../../models';
import { ModelCard } from './model-card.entity';
import type { ModelCardService } from './model-card.service';

@InputType({ description: 'The words of the person who stands for a version.' })
export class ModelCardApproveInput {
  @Field(() => ID, { description: 'The version.' })
  modelVersionId!: string;

  @Field(() => String, { description: 'What it is for, and for whom, 10–4000 letters of Markdown.' })
  @Length(10, 4000)
  intendedUse!: string;

  @Field(() => String, { description: 'Where it ends, and what it must not be used for, 10–4000 letters.' })
  @Length(10, 4000)
  limits!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of the card you have read, 0 = a draft; another one is a Conflict. Absent = do not check.',
  })
  @IsOptional()
  @Min(0)
  expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again for 24 hours.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The card that was approved.' })
class ModelCardPayload extends MutationPayload {
  @Field(() => ModelCard, { nullable: true, description: 'The card; null when there are errors.' })
  modelCard?: ModelCard | null;
}

@Resolver(() => ModelVersion)
export class ModelCardResolver {
  private readonly latest;

  constructor(private readonly cards: ModelCardService) {
    this.latest = defineLoader<string, ModelCard | null>((ids) => cards.latest(ids));
  }

  @FieldResolver(() => ModelCard, {
    description:
      'Its latest approved card; a draft of what the registry knows while nobody has approved one.',
  })
  @Needs('id')
  async card(@Root() { id }: ModelVersion, @Ctx() context: RequestContext): Promise<ModelCard> {
    return (await this.latest(context).load(id))!;
  }

  @Mutation(() => ModelCardPayload, {
    nullable: true,
    description:
      'Approves the card of a version as it stands now, with your words and your name; a new one never changes those before. Needs model-card:approve. Event: model-card.approved. Costs nothing.',
  })
  @Can('model-card:approve')
  async modelCardApprove(
    @Arg('input', () => ModelCardApproveInput, { description: 'Which version, and what you say of it.' })
    { modelVersionId, intendedUse, limits, expectedVersion }: ModelCardApproveInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ModelCardPayload> {
    if (principal.kind !== 'STAFF') throw forbidden('model-card:approve');
    const words = { intendedUse, limits };
    await this.cards.approve({ modelVersionId, words, expectedVersion, staffId: principal.staffId });
    const [modelCard] = await this.cards.latest([modelVersionId]);
    return { modelCard, errors: [] };
  }
}

@Resolver(() => ModelCard)
export class ModelCardApproverResolver {
  constructor(private readonly identity: Pick<IdentityLoaders, 'staffById'>) {}

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Who stands for it; null for a draft, and for those who may not see staff.',
  })
  approvedBy(
    @Root() { approvedById }: ModelCard,
    @Ctx() context: RequestContext,
  ): Promise<Staff | null> | null {
    if (!approvedById || !may(context.principal, 'customer:list')) return null;
    return this.identity.staffById(context).load(approvedById);
  }
}
