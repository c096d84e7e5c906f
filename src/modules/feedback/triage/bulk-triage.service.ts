/** One decision about many pieces of feedback: all of them, or none, and then it is told of each that hindered why. */
import { AppError, AppErrors } from '../../../kernel/errors';
import type { StaffPrincipal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import { namedTwice } from '../feedback.errors';
import type { FeedbackTriageManyInput } from '../feedback.input';
import type { FeedbackPlace } from '../feedback.service';
import type { TriageService } from './triage.service';

export class BulkTriageService {
  constructor(
    private readonly database: Database,
    private readonly triage: Pick<TriageService, 'triage'>,
  ) {}

  /** Event: feedback.triaged for each that changed. @throws AppErrors with what hinders each, at its place among the items. */
  async triageMany(input: FeedbackTriageManyInput, principal: StaffPrincipal): Promise<FeedbackPlace[]> {
    const { items, ...decision } = input;
    const first = new Map(items.map(({ id }, at) => [id, at] as const).reverse());
    const twice = items.flatMap(({ id }, at) => (first.get(id) === at ? [] : [namedTwice(id, at)]));
    if (twice.length > 0) throw new AppErrors(twice);
    // In one order, so that two reviewers cannot wait for each other.
    const order = items.map((item, at) => ({ ...item, at })).sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.database.unitOfWork.run(SERVICE, async () => {
      const places: FeedbackPlace[] = [];
      const hindered: AppError[] = [];
      for (const { id, expectedVersion, at } of order)
        try {
          places[at] = await this.triage.triage(id, { ...decision, expectedVersion }, principal);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          hindered[at] = new AppError(error.code, error.message, ['input', 'items', String(at)], {
            ...error.data,
            currentId: id,
          });
        }
      const errors = hindered.filter(Boolean);
      if (errors.length > 0) throw new AppErrors(errors);
      return places;
    });
  }
}
