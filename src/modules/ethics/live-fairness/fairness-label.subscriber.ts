/**
 * A correction says what the right answer was: whoever agrees to be counted is counted by it, too, as rightly or wrongly selected or
 * refused. It needs the answer, so it counts only people who agreed that theirs be kept (TRAINING); and the first word counts.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { FEEDBACK_CHANGED, FEEDBACK_SUBMITTED, FeedbackKind, type FeedbackModule } from '../../feedback';
import { ConsentPurpose, type PrivacyModule } from '../../privacy';
import { type AnswerTally, groupsAsked, NO_SUMS, type Sighting } from './answer-tally.service';
import { FairnessMonitor } from './fairness-monitor.entity';
import { isPositive, isSelected } from './outcome';
import type { Sums } from './shown-counts';

const NAMES: readonly (readonly [keyof Sums, keyof Sums])[] = [
  ['trueNegatives', 'falseNegatives'],
  ['falsePositives', 'truePositives'],
];

export class FairnessLabelSubscriber implements EventSubscriber {
  readonly name = 'ethics.fairness-labels';
  readonly types = [FEEDBACK_SUBMITTED, FEEDBACK_CHANGED];
  readonly where = `data->>'kind' = '${FeedbackKind.CORRECTION}'`;

  constructor(
    private readonly database: Database,
    private readonly consents: Pick<PrivacyModule['consents'], 'given'>,
    private readonly corrected: FeedbackModule['correctedAnswers'],
    private readonly tally: Pick<AnswerTally, 'count'>,
  ) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    const sightings: Sighting[] = [];
    for (const event of events) sightings.push(...(await this.labelOf(event)));
    // At once: whoever added to sums one after the other could wait for the tally in a circle.
    if (sightings.length > 0) await this.tally.count(sightings);
  }

  private async labelOf({ customerId, subject, data }: DomainEvent): Promise<Sighting[]> {
    const { deploymentId, modelVersionId: versionId, endUserId } = data;
    if (typeof deploymentId !== 'string' || typeof versionId !== 'string') return [];
    if (typeof endUserId !== 'string' || !customerId) return [];
    const where = { deploymentId, endedAt: null };
    const monitor = await this.database.read.one(FairnessMonitor, { scope: SERVICE, where });
    if (!monitor) return [];
    // Asked before anything of the answer is opened.
    if (!(await this.consents.given(customerId, endUserId, ConsentPurpose.FAIRNESS_MONITORING))) return [];
    const answer = await this.corrected.of(customerId, subject);
    if (!answer) return [];
    const selected = isSelected(monitor, answer.outputs);
    const positive = isPositive(monitor, answer.rightAnswer);
    if (selected === undefined || positive === undefined) return [];
    const { id: monitorId, attributes } = monitor;
    const asked = groupsAsked(attributes, answer.inputs);
    const sums = { ...NO_SUMS, [NAMES[Number(selected)]![Number(positive)]!]: 1 };
    return [{ customerId, endUserId, monitorId, versionId, kind: 'LABEL', attributes, asked, sums }];
  }
}
