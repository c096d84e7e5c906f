/** The model of which a price or a line of usage speaks: billing knows its id, this module knows it. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../platform/graphql';
import { UnitPrice, UsageLine } from '../billing';
import { Model } from './model.entity';
import type { ModelLoaders } from './model.loader';

@Resolver(() => UnitPrice)
export class UnitPriceModelResolver {
  constructor(private readonly loaders: ModelLoaders) {}

  @FieldResolver(() => Model, {
    nullable: true,
    description: 'The model for which the price holds; null = every model without a price of its own.',
  })
  model(@Root() { modelId }: UnitPrice, @Ctx() context: RequestContext): Promise<Model | null> | null {
    return modelId === null ? null : this.loaders.modelById(context).load(modelId);
  }
}

@Resolver(() => UsageLine)
export class UsageLineModelResolver {
  constructor(private readonly loaders: ModelLoaders) {}

  @FieldResolver(() => Model, {
    nullable: true,
    description: 'The model that was used; null where the line is a sum over models.',
  })
  model(@Root() { modelId }: UsageLine, @Ctx() context: RequestContext): Promise<Model | null> | null {
    return modelId === null ? null : this.loaders.modelById(context).load(modelId);
  }
}
