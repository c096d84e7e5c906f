/** What is kept for how long, what would go now, and what went, for whoever answers for it. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, Info, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import type { RetentionRule } from '../../../platform/module';
import { Can } from '../../identity';
import type { RetentionService } from './retention.service';
import { RetentionRun, RetentionRunConnection } from './retention-run.entity';

@ObjectType('RetentionRule', { description: 'What of a table is kept for a time only.' })
export class RetentionRuleType {
  @Field(() => String, { description: 'The table, as `FLYWHEEL_RETENTION` names it.' })
  table!: string;

  @Field(() => String, { description: 'What goes.' })
  goes!: string;

  @Field(() => Int, { description: 'After how many days.' })
  days!: number;

  readonly rule!: RetentionRule;
}

@Resolver(() => RetentionRuleType)
export class RetentionResolver {
  constructor(
    private readonly database: Database,
    private readonly retention: RetentionService,
  ) {}

  @Query(() => [RetentionRuleType], {
    nullable: true,
    description: 'What is kept for a time only, by table. Needs compliance:read.',
  })
  @Can('compliance:read')
  retentionRules(): RetentionRuleType[] {
    return this.retention.rules.map((rule) => ({
      table: rule.table,
      goes: rule.goes,
      days: rule.days,
      rule,
    }));
  }

  @FieldResolver(() => Int, {
    description: 'How many rows the next run would take if it began now. Counted when asked.',
  })
  due(@Root() { rule }: RetentionRuleType): Promise<number> {
    return this.retention.due(rule);
  }

  @Query(() => RetentionRunConnection, {
    nullable: true,
    description: 'What went because its time was over, the last night first. Needs compliance:read.',
  })
  @Can('compliance:read')
  async retentionRuns(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RetentionRunConnection> {
    const [selection, count] = [selectionOf(info), wantsTotalCount(info)];
    return toConnection(await this.database.read.page(RetentionRun, { scope, selection, ...page, count }));
  }
}
