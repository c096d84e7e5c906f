/** Builds fairness on live traffic: whose groups are known by consent, what is counted of them, and what is done about it. */
import type { JobDefinition } from '../../../platform/jobs';
import type { Platform } from '../../../platform/module';
import { ConsentPurpose, WithdrawalSubscriber } from '../../privacy';
import type { EthicsDoors } from '../ethics.module';
import { AnswerTally } from './answer-tally.service';
import { EndUserGroup } from './end-user-group.entity';
import { EndUserGroupsResolver } from './end-user-groups.resolver';
import { EndUserGroupsService } from './end-user-groups.service';
import { FairnessBreach } from './fairness-breach.entity';
import { FairnessCountsRepository } from './fairness-counts.repository';
import { FairnessLabelSubscriber } from './fairness-label.subscriber';
import { FairnessLookService } from './fairness-look.service';
import { FairnessMonitor } from './fairness-monitor.entity';
import { FairnessMonitorService } from './fairness-monitor.service';
import { liveFairnessPersonalData } from './live-fairness-personal-data';
import {
  DeploymentFairnessResolver,
  FairnessBreachResolver,
  FairnessMonitorResolver,
  LiveFairnessOfVersionResolver,
  LiveFairnessResolver,
} from './live-fairness.resolver';
import { LiveFairnessService } from './live-fairness.service';

export const liveFairnessEntities = [EndUserGroup, FairnessMonitor, FairnessBreach];

type LiveFairnessDoors = Pick<
  EthicsDoors,
  'identity' | 'models' | 'deployments' | 'inference' | 'privacy' | 'feedback'
>;

export function createLiveFairness(
  { database, events, signals, jobs, clock, crypto, log }: Platform,
  { identity, models, deployments, inference, privacy, feedback }: LiveFairnessDoors,
) {
  const groups = new EndUserGroupsService(database, events, crypto, clock, privacy.consents);
  const counts = new FairnessCountsRepository(database);
  const tally = new AnswerTally(database, signals, clock, log, groups, counts);
  inference.useListener(tally);
  const looks = new FairnessLookService(database, events, clock, log, counts, deployments.deployments);
  const figures = new LiveFairnessService(database, clock, counts);
  const monitors = new FairnessMonitorService(database, events, signals, jobs, clock);
  return {
    figures,
    tally,
    resolvers: [
      new EndUserGroupsResolver(groups, privacy.people, identity.loaders),
      new FairnessMonitorResolver(database, monitors, looks, deployments.loaders),
      new DeploymentFairnessResolver(database, figures),
      new LiveFairnessResolver(figures),
      new LiveFairnessOfVersionResolver(models.loaders),
      new FairnessBreachResolver(models.loaders, deployments.loaders),
    ],
    jobs: [looks.job(), groups.job()] as JobDefinition<never>[],
    subscribers: [
      new FairnessLabelSubscriber(database, privacy.consents, feedback.correctedAnswers, tally),
      new WithdrawalSubscriber(
        'ethics.fairness-withdrawal',
        ConsentPurpose.FAIRNESS_MONITORING,
        ({ customerId, endUserId, at }) => groups.forget({ customerId, endUserId }, at),
      ),
    ],
    personalData: liveFairnessPersonalData(groups),
  };
}
