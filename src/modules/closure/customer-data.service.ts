/**
 * What the house holds of one customer, across all modules: every module names its tables in its manifest, and says there what goes
 * and what is kept. Here it goes, some thousand rows at a time, and each time what went is accounted for in the same transaction.
 */
import { type Database, SERVICE } from '../../platform/database';
import type { CustomerDataEnd, CustomerDataHolder } from '../../platform/module';
import { DataAction } from '../privacy';
import type { ClosureOutcome } from './customer-closure.entity';

const AT_A_TIME = 5000;

export class CustomerDataService {
  private named: readonly CustomerDataHolder[] = [];

  constructor(private readonly database: Database) {}

  /** Said once by the composition: the holders of every module, in module order. */
  useHolders(holders: readonly CustomerDataHolder[]): void {
    this.named = holders;
  }

  /** Those that go before the certificate is sent, or those that go after it. */
  holders(last: boolean): readonly CustomerDataHolder[] {
    return this.named.filter(({ isLast = false }) => isLast === last);
  }

  /**
   * Erases what goes of a table, or counts what is kept of it. Safe to break off and to do again.
   * @param account is told what each step came to, in its transaction.
   */
  async end(
    { table, holds, kept, goes }: CustomerDataHolder,
    customerId: string,
    account: (step: ClosureOutcome) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { unitOfWork } = this.database;
    const text = goes
      ? statementOf(table, goes)
      : `select count(*)::int as rows from ${table} where customer_id = $1`;
    const values = goes ? [customerId, AT_A_TIME] : [customerId];
    const action = goes ? DataAction.ERASED : DataAction.KEPT;
    for (;;) {
      signal.throwIfAborted();
      const rows = await unitOfWork.run(SERVICE, async () => {
        const [step] = await unitOfWork.sql<{ rows: number }>(text, values);
        await account({ table, holds, kept, action, rows: step!.rows });
        return step!.rows;
      });
      if (!goes || rows < AT_A_TIME) return;
    }
  }
}

function statementOf(table: string, { key, emptied, where }: CustomerDataEnd): string {
  const columns = key.join(', ');
  const over = `customer_id = $1${where ? ` and (${where})` : ''}`;
  const which = `customer_id = $1 and (${columns}) in (select ${columns} from ${table} where ${over} limit $2)`;
  const act = emptied === undefined ? `delete from ${table}` : `update ${table} set ${emptied}`;
  return `with gone as (${act} where ${which} returning 1) select count(*)::int as rows from gone`;
}
