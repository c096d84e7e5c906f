/** Incidents as staff lists, opens and closes them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { Incident, IncidentConnection } from './incident.entity';
import { IncidentCloseInput, IncidentFilter, IncidentOpenInput } from './incident.input';
import type { IncidentService } from './incident.service';

@ObjectType({ description: 'The incident as it stands now.' })
class IncidentPayload extends MutationPayload {
  @Field(() => Incident, { nullable: true, description: 'The incident; null when there are errors.' })
  incident?: Incident | null;
}

@Resolver()
export class IncidentResolver {
  constructor(
    private readonly database: Database,
    private readonly incidents: IncidentService,
  ) {}

  @Query(() => IncidentConnection, {
    nullable: true,
    name: 'incidents',
    description: 'What went wrong, newest first. Needs incident:read.',
  })
  @Can('incident:read')
  async list(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => IncidentFilter, { nullable: true, description: 'Which incidents.' })
    filter: IncidentFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<IncidentConnection> {
    const rows = await this.database.read.page(Incident, {
      scope,
      where: { status: filter?.status ?? undefined, severity: filter?.severity ?? undefined },
      selection: selectionOf(info),
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Mutation(() => IncidentPayload, {
    nullable: true,
    description: 'Opens an incident by hand. Needs incident:manage. Event: incident.opened. Costs nothing.',
  })
  @Can('incident:manage')
  async incidentOpen(
    @Arg('input', () => IncidentOpenInput, { description: 'What went wrong.' })
    { title, severity, subjectId }: IncidentOpenInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<IncidentPayload> {
    return this.answer(
      await this.incidents.open({ title, severity, subjectId: subjectId ?? null }, principal),
    );
  }

  @Mutation(() => IncidentPayload, {
    nullable: true,
    description:
      'Closes an incident with what was done about it. Needs incident:manage. Event: incident.closed. Costs nothing.',
  })
  @Can('incident:manage')
  async incidentClose(
    @Arg('input', () => IncidentCloseInput, { description: 'How it was dealt with.' })
    { id, correctiveAction }: IncidentCloseInput,
  ): Promise<IncidentPayload> {
    await this.incidents.close(id, correctiveAction);
    return this.answer(id);
  }

  private async answer(id: string): Promise<IncidentPayload> {
    return {
      incident: await this.database.read.one(Incident, { scope: SERVICE, where: { id } }),
      errors: [],
    };
  }
}
