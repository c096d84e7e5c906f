/** `node` and `nodes`: an object by its id alone, as far as the caller may see it. */
import { ArrayMaxSize } from 'class-validator';
import { Arg, Args, ArgsType, Ctx, Extensions, Field, ID, Query, Resolver } from 'type-graphql';
import type { NodeSource } from '../module';
import type { RequestContext } from './context';
import { Node } from './node';
import { NodeFinder } from './node-finder';

const MAX_NODES = 100;

@ArgsType()
class NodesArgs {
  @Field(() => [ID], { description: `The ids, at most ${MAX_NODES}.` })
  @ArrayMaxSize(MAX_NODES)
  ids!: string[];
}

@Resolver()
export class NodeResolver {
  private readonly finder: NodeFinder;

  constructor(sources: readonly NodeSource[]) {
    this.finder = new NodeFinder(sources);
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
    return (await this.finder.find([id], context)).get(id) ?? null;
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
    const found = await this.finder.find(ids, context);
    return ids.map((id) => found.get(id) ?? null);
  }
}
