/** Who says no to a purpose takes along what was kept by that consent alone: not only out of reach, but gone. */
import type { DomainEvent, EventSubscriber } from '../../platform/events';
import type { ConsentPurpose } from './consent-purpose';

export interface Withdrawal {
  readonly customerId: string;
  readonly endUserId: string;
  readonly at: Date;
}

/**
 * SQL that is true of a row that goes with a withdrawal: what is of a moment until then, and everything while no yes stands. What came after
 * it under a new yes stays. Moments of a row and of a withdrawal may be of two machines whose clocks differ, so they decide only where
 * there is such a yes. The expressions are columns or parameters of the statement, as in `CONSENT_NOW_SQL`.
 */
export function WITHDRAWN_SQL(
  customerIdExpr: string,
  endUserIdExpr: string,
  purpose: ConsentPurpose,
  momentExpr: string,
  untilExpr: string,
): string {
  return `(${momentExpr} <= ${untilExpr} or not exists (select from consent_states as given_anew
    where given_anew.customer_id = ${customerIdExpr} and given_anew.end_user_id = ${endUserIdExpr}
      and given_anew.purpose = '${purpose}' and given_anew.granted))`;
}

export class WithdrawalSubscriber implements EventSubscriber {
  readonly types = ['consent.withdrawn'];
  readonly where: string;

  /** @param forget is right when it is told of a withdrawal twice, as it is (`WithdrawalSweep`). */
  constructor(
    readonly name: string,
    readonly purpose: ConsentPurpose,
    readonly forget: (withdrawal: Withdrawal) => Promise<void>,
  ) {
    this.where = `data->>'purpose' = '${purpose}'`;
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { customerId, data, at } of events) {
      const endUserId = data['endUserId'];
      if (customerId && typeof endUserId === 'string') await this.forget({ customerId, endUserId, at });
    }
  }
}
