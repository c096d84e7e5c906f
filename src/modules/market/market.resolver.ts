/** The market for staff: one view in one currency, each part of it read only when it is asked for. */
import { Arg, Query, Resolver } from 'type-graphql';
import { invalidInput } from '../../kernel/errors';
import { Can } from '../identity';
import { Market } from './market.type';

const CURRENCY = /^[A-Za-z]{3}$/;

@Resolver()
export class MarketResolver {
  @Query(() => Market, {
    nullable: true,
    description: 'Revenue and customers, from our own facts. Needs market:read.',
  })
  @Can('market:read')
  market(
    @Arg('currency', () => String, {
      defaultValue: 'USD',
      description: 'ISO 4217 code: amounts of other currencies are left out, never converted.',
    })
    currency: string,
  ): Market {
    if (!CURRENCY.test(currency))
      throw invalidInput(
        ['currency'],
        'A currency is an ISO 4217 code of three letters, such as USD.',
        'currency',
      );
    return { currency: currency.toUpperCase() };
  }
}
