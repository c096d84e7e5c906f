/** Deeds come in by the token of an answer, and go out as shares, for staff. */
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { periodAsked, type RequestContext } from '../../../platform/graphql';
import { Can, Public } from '../../identity';
import type { SignalService } from './signal.service';
import {
  FeedbackSignalInput,
  FeedbackSignalPayload,
  FeedbackSignalShare,
  FeedbackSignalsInput,
} from './signal.type';

const DAY_MS = 86_400_000;
const MOST_DAYS = 92;

@Resolver()
export class SignalResolver {
  constructor(private readonly signals: SignalService) {}

  @Mutation(() => FeedbackSignalPayload, {
    nullable: true,
    description:
      'Tells what a person did with an answer without saying anything; apart from ratings, and kept only while the person agrees to ANALYTICS. Told again it is counted. Open to whoever holds the feedbackToken. Events: none. Costs nothing.',
  })
  @Public()
  async feedbackSignal(
    @Arg('input', () => FeedbackSignalInput, { description: 'What they did.' }) input: FeedbackSignalInput,
    @Ctx() context: RequestContext,
  ): Promise<FeedbackSignalPayload> {
    return { kept: await this.signals.keep(context, input), errors: [] };
  }

  @Query(() => [FeedbackSignalShare], {
    nullable: true,
    description:
      'With how many of the answers of a period people did what, one share a kind: of answers to people who agree to ANALYTICS, not of people. Needs feedback:triage.',
  })
  @Can('feedback:triage')
  feedbackSignals(
    @Arg('input', () => FeedbackSignalsInput, { description: 'Of which answers.' })
    { period, deploymentId = null, modelVersionId = null }: FeedbackSignalsInput,
  ): Promise<FeedbackSignalShare[]> {
    const asked = periodAsked(period, ['input', 'period'])!;
    if (asked.to.getTime() - asked.from.getTime() > MOST_DAYS * DAY_MS)
      throw invalidInput(['input', 'period'], `Ask for at most ${MOST_DAYS} days at a time.`, 'length');
    return this.signals.shares({ period: asked, deploymentId, modelVersionId });
  }
}
