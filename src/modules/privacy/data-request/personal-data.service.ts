/**
 * What the house holds about one person, across all modules: read as copies, counted, forgotten. Every module names its tables in
 * its manifest; how a table is read and what of it goes is said there, next to what it is.
 */
import { type Database, inPages, SERVICE } from '../../../platform/database';
import type { CopiedRow, PersonalDataCopy, PersonalDataHolder } from '../../../platform/module';
import type { Person } from '../person.service';

const PAGE = 2000;

export class PersonalDataService {
  private named: readonly PersonalDataHolder[] = [];

  constructor(private readonly database: Database) {}

  /** Said once by the composition: the holders of every module, in module order. */
  useHolders(holders: readonly PersonalDataHolder[]): void {
    this.named = holders;
  }

  get holders(): readonly PersonalDataHolder[] {
    return this.named;
  }

  /** The rows of a copy, some thousand at a time, in the order of their keys; read once, whatever indexes the table has. */
  async *pagesOf(
    holder: PersonalDataHolder,
    copy: PersonalDataCopy,
    { customerId, endUserId }: Person,
  ): AsyncGenerator<readonly CopiedRow[]> {
    const { servicePool } = this.database;
    const values = [customerId, endUserId];
    for await (const rows of inPages<CopiedRow>(servicePool, selectOf(holder, copy), values, PAGE))
      yield rows.map((row) => opened(row, copy));
  }

  async countOf({ table, person }: PersonalDataHolder, { customerId, endUserId }: Person): Promise<number> {
    const text = `select count(*)::int as rows from ${table} where ${conditionOf(person)}`;
    const values = [customerId, endUserId];
    const name = `privacy.count-${table}`;
    const [counted] = await this.database.read.sql<{ rows: number }>(SERVICE, name, text, values);
    return counted!.rows;
  }

  /** Forgets a person in one table, in the open unit of work. Answers how many rows lost something. Safe to do again. */
  async forget({ forget }: PersonalDataHolder, { customerId, endUserId }: Person): Promise<number> {
    let changed = 0;
    for (const statement of forget) {
      const [gone] = await this.database.unitOfWork.sql<{ rows: number }>(
        `with gone as (${statement} returning 1) select count(*)::int as rows from gone`,
        [customerId, endUserId],
      );
      changed += gone!.rows;
    }
    return changed;
  }
}

function selectOf({ table, person }: PersonalDataHolder, { columns, order }: PersonalDataCopy): string {
  const read = Object.entries(columns).map(([name, sql]) => `${sql} as "${name}"`);
  return `select ${read.join(', ')} from ${table} where ${conditionOf(person)} order by ${order.join(', ')}`;
}

function conditionOf(person = 'end_user_id'): string {
  return `customer_id = $1 and ${person} = $2`;
}

function opened(row: CopiedRow, { columns, open }: PersonalDataCopy): CopiedRow {
  const copied = Object.fromEntries(Object.keys(columns).map((name) => [name, row[name] ?? null]));
  return open ? open(copied) : copied;
}
