/**
 * Whoever of the operator's staff looks at what is kept about a person is noted, before the answer leaves: one event a
 * person and request, however many fields were read. Members of the customer look at their own users and are not noted.
 */
import { type Database, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import { defineLoader, type RequestContext } from '../../platform/graphql';
import { personalDataRead } from './privacy.events';

interface Look {
  readonly customerId: string;
  readonly endUserId: string;
  /** What was read, in one word: `consents`, `feedback`, `inferences`. */
  readonly what: string;
}

export class PersonalDataAccess {
  private readonly looks = defineLoader<Look, true>(async (looks, { principal, requestId }) => {
    const people = new Map(looks.map(({ endUserId, customerId }) => [endUserId, customerId]));
    const events = [...people].map(([endUserId, customerId]) => {
      const read = looks.filter((look) => look.endUserId === endUserId).map(({ what }) => what);
      return {
        ...personalDataRead(customerId, endUserId, [...new Set(read)].sort()),
        actor: principal,
        requestId,
      };
    });
    await this.database.unitOfWork.run(SERVICE, () => this.events.emit(...events));
    return looks.map(() => true);
  });

  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  /** Event for staff: personal-data.read. */
  async note(context: RequestContext, customerId: string, endUserId: string, what: string): Promise<void> {
    if (context.principal.kind === 'STAFF') await this.looks(context).load({ customerId, endUserId, what });
  }
}
