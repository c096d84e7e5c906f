/** The most that a customer wants to owe for the usage of a billing period, which it sets itself. */
import { invalidInput } from '../../../kernel/errors';
import { type Database, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { BILLING_CHANGED } from '../billing.events';
import { BillingAccount } from '../subscription/billing-account.entity';
import type { SpendCapKind } from './spend-cap';

const MAX_CAP = 10n ** 15n;

export class SpendCapService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
  ) {}

  /** null lifts the cap. @throws AppError INVALID_INPUT for an amount out of range. */
  async set(customerId: string, capMinor: bigint | null, spendCapKind: SpendCapKind): Promise<void> {
    if (capMinor !== null && (capMinor < 0n || capMinor > MAX_CAP))
      throw invalidInput(['input', 'amountMinor'], `A cap lies between 0 and ${MAX_CAP}.`, 'range');
    const { unitOfWork } = this.database;
    await unitOfWork.run(tenant(customerId), async () => {
      const accounts = unitOfWork.repository(BillingAccount);
      const lock = { mode: 'pessimistic_write' } as const;
      const before = await accounts.findOneOrFail({ where: { customerId }, lock });
      const spendCapMinor = capMinor?.toString() ?? null;
      await accounts.update({ customerId }, { spendCapMinor, spendCapKind });
      await this.events.emit({
        type: 'spend-cap.set',
        customerId,
        subject: customerId,
        before: { spendCapMinor: before.spendCapMinor, kind: before.spendCapKind },
        after: { spendCapMinor, kind: spendCapKind },
        data: { spendCapMinor, kind: spendCapKind },
      });
      await this.signals.publish(BILLING_CHANGED, { customerId });
    });
  }
}
