/** Builds what closes the loop: notices to givers, their answers, and links to what feedback led to. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { IdentityModule } from '../../identity';
import type { FeedbackActResolver } from '../feedback-act.resolver';
import { FeedbackLink } from './feedback-link.entity';
import { FeedbackNotice } from './feedback-notice.entity';
import { NOTICES_PERSONAL_DATA, NOTICES_RETENTION } from './follow-up-personal-data';
import { createFollowUpLoaders } from './follow-up.loader';
import {
  FeedbackOfDeploymentResolver,
  FeedbackOfFlagResolver,
  type FollowUpNeighbours,
  FollowUpResolver,
} from './follow-up.resolver';
import { type FollowUpDoors as ServiceDoors, FollowUpService } from './follow-up.service';
import { NoticeService } from './notice.service';
import { NoticeSubscriber } from './notice.subscriber';

export const followUpEntities = [FeedbackNotice, FeedbackLink];

export interface FollowUpDoors {
  readonly identity: Pick<IdentityModule, 'identity' | 'standing' | 'customers'>;
  readonly acts: Pick<FeedbackActResolver, 'payload'>;
  readonly services: Pick<ServiceDoors, 'givers' | 'triage' | 'history'>;
  readonly neighbours: Omit<FollowUpNeighbours, 'own'>;
}

type Parts = Required<
  Pick<ModuleManifest, 'resolvers' | 'jobs' | 'subscribers' | 'personalData' | 'retention'>
>;

export function createFollowUp(platform: Platform, doors: FollowUpDoors): Parts {
  const { database, clock } = platform;
  const { identity, standing, customers } = doors.identity;
  const notices = new NoticeService({ ...platform, identity });
  const followUp = new FollowUpService({ ...doors.services, database, clock, standing, customers });
  const neighbours = { ...doors.neighbours, own: createFollowUpLoaders(database) };
  return {
    resolvers: [
      new FollowUpResolver(followUp, doors.acts, neighbours),
      new FeedbackOfFlagResolver(neighbours),
      new FeedbackOfDeploymentResolver(neighbours),
    ],
    jobs: [notices.job as JobDefinition<never>],
    subscribers: [new NoticeSubscriber(notices)],
    personalData: [NOTICES_PERSONAL_DATA],
    retention: [NOTICES_RETENTION],
  };
}
