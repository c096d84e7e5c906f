/** Asking people how they would miss the product. They answer with feedback of the kind PMF. */
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { SURVEY_DAYS, SURVEY_QUESTION } from './survey-question';
import type { SurveyService } from './survey.service';
import { SurveyAskInput, SurveyAskPayload } from './survey.type';

@Resolver()
export class SurveyResolver {
  constructor(private readonly surveys: SurveyService) {}

  @Mutation(() => SurveyAskPayload, {
    nullable: true,
    description: `Whether the person may be shown the survey of product–market fit now: once in ${SURVEY_DAYS} days, and not when they have just answered. When they may, it is noted that they were asked; they answer with feedbackSubmit of the kind PMF, or not. Needs feedback:submit. Events: none. Costs nothing.`,
  })
  @Can('feedback:submit')
  async surveyAsk(
    @Arg('input', () => SurveyAskInput, { description: 'Who.' }) input: SurveyAskInput,
    @Ctx() context: RequestContext,
  ): Promise<SurveyAskPayload> {
    return { ...(await this.surveys.ask(context, input)), question: SURVEY_QUESTION, errors: [] };
  }
}
