/** `node` and `nodes`: an object by its id alone, as far as the caller may see it. */
import { ArrayMaxSize } from 'class-validator';
import { Arg, Args, ArgsType, Ctx, Extensions, Field, ID, Query, Resolver } from 'type-graphql';
import { type IdPrefix, prefixOf } from '../../kernel/id';
import type { NodeSource } from '../module';
import type { RequestContext } from './context';
import { Node } from './node';

const MAX_NODES = 100;

@ArgsType()
class NodesArgs {
  @Field(() => [ID], { description: `The ids, at most ${MAX_NODES}.` })
  @ArrayMaxSize(MAX_NODES)
  ids!: string[];
}

@Resolver()
export class NodeResolver {
  private readonly sources: ReadonlyMap<IdPrefix, NodeSource>;

  constructor(sources: readonly NodeSource[]) {
    this.sources = new Map(sources.map((source) => [source.prefix, source]));
  }

  @Query(() => Node, {
    nullable: true,
    description:
      'The object with this id; null when there is none for the caller. Open to everyone; what is behind an id needs its own permission.',
  })
  @(Extensions({ public: true }) as MethodDecorator)
  async node(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<object | null> {
    return (await this.load([id], context)).get(id) ?? null;
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'The objects with these ids, in their order; null in the place of each that there is none of for the caller. Open to everyone, like `node`.',
  })
  @(Extensions({ public: true }) as MethodDecorator)
  async nodes(
    @Args(() => NodesArgs) { ids }: NodesArgs,
    @Ctx() context: RequestContext,
  ): Promise<(object | null)[]> {
    const found = await this.load(ids, context);
    return ids.map((id) => found.get(id) ?? null);
  }

  private async load(ids: readonly string[], context: RequestContext): Promise<Map<string, object>> {
    const found = new Map<string, object>();
    const prefixes = new Set(ids.map(prefixOf));
    await Promise.all(
      [...prefixes].map(async (prefix) => {
        const source = prefix && this.sources.get(prefix);
        if (!source?.allows(context)) return;
        const some = ids.filter((id) => prefixOf(id) === prefix);
        const rows = await source.load(some, context, undefined);
        rows.forEach((row, i) => row && found.set(some[i]!, row));
      }),
    );
    return found;
  }
}
