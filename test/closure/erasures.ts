/** The end of a closed customer: what goes when its time is over, what stays, twice and broken off, and nobody else's. */
import { signedIn } from '../billing/support';
import { attempt, count, predict } from '../inference/support';
import { mailsTo } from '../support/mails';
import type { CustomerPerson, Person, World } from '../support/world';
import { knownPerson, runNow } from '../privacy/data-requests';
import { close, closureOf, invited, reopen } from './support';

const DAY_MS = 86_400_000;
const JOB = 'closure.erase-customers';
/** In all that people say and are called here, and in nothing else. */
const CANARY = 'zyx-canary';

const TABLES = `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and not c.relispartition and c.relname not like 'stripe_sandbox_%' order by 1`;

interface Account {
  readonly owner: CustomerPerson;
  readonly key: Person;
  readonly people: readonly Person[];
}

export function erasureEnds(world: () => World, staff: () => Person): void {
  /** A customer with something in every table that a customer can fill by itself. */
  async function account(name: string, mark: string): Promise<Account> {
    const owner = await world().customer(name);
    const key = await world().apiKey(owner, { name: `${mark} key` });
    await invited(world(), owner, 'VIEWER', `${mark}-${owner.customerId}@customer.test`.toLowerCase());
    const people = [];
    for (const nth of [1, 2]) {
      const person = await knownPerson(world(), key, `${mark}-${name}-${nth}`, `words of ${mark}`);
      people.push(person);
    }
    const said = { kind: 'TEXT', text: `a member says ${mark}` };
    await owner.client.mutate('feedbackSubmit', 'FeedbackSubmitInput!', said, 'feedback { id }');
    const url = `https://hooks.example.com/${mark}`;
    await owner.client.mutate(
      'webhookEndpointCreate',
      'WebhookEndpointCreateInput!',
      { url },
      'webhookEndpoint { id }',
    );
    const client = { name: `${mark} page`, environment: 'PRODUCTION' };
    await owner.client.mutate('flagClientKeyCreate', 'FlagClientKeyCreateInput!', client, 'clientKey');
    const noted = { customerId: owner.customerId, channel: 'CALL', summary: `spoke about ${mark}` };
    await staff().client.mutate('contactNote', 'ContactNoteInput!', noted, 'contact { id }');
    await predict(key, { idempotencyKey: `${mark}-once` });
    await world().settle();
    return { owner, key, people };
  }

  /** Which tables have the mark of somebody in a row. */
  async function tablesNaming(mark: string): Promise<string[]> {
    const { servicePool } = world().app.platform.database;
    const { rows } = await servicePool.query<{ name: string }>(TABLES);
    const found: string[] = [];
    for (const { name } of rows)
      if (
        (await count(world(), `select count(*)::int as count from ${name} t where t::text like $1`, [
          `%${mark}%`,
        ])) > 0
      )
        found.push(name);
    return found;
  }

  const of = (table: string, { owner }: Account): Promise<number> =>
    count(world(), `select count(*)::int as count from ${table} where customer_id = $1`, [owner.customerId]);

  describe('once its time is over', () => {
    let gone: Account;
    let neighbour: Account;
    let bills: number;

    beforeAll(async () => {
      gone = await account('Gone Ltd', CANARY);
      neighbour = await account('Neighbour Ltd', 'abc-neighbour');
      bills = await of('usage_records', gone);
      await close(gone.owner, { reason: 'QUALITY', detail: `too slow, says ${CANARY}` });
      await world().settle();
    });

    test('and not before, its data are deleted, and there is no way back', async () => {
      world().clock.advance(29 * DAY_MS);
      await runNow(world(), JOB);
      expect(await of('api_keys', gone)).toBe(1);
      world().clock.advance(1.5 * DAY_MS);
      const owner = { ...gone.owner, client: await signedIn(world(), gone.owner) };
      expect(await reopen(owner)).toMatchObject([{ code: 'CONFLICT' }]);
    });

    test('the deletion goes on where it was broken off, and counts each row once', async () => {
      const { erasures } = world().app.modules.privacy;
      const { members } = world().app.modules.identity;
      const killed = new Error('killed');
      const first = jest.spyOn(erasures, 'erase').mockRejectedValueOnce(killed);
      await expect(runNow(world(), JOB)).rejects.toThrow('could not be deleted');
      first.mockRestore();
      expect((await closureOf(await staffAgain(), gone.owner.customerId))!.erasedAt).toBeNull();
      // What is between the certificate and the logins.
      const second = jest.spyOn(members, 'signOutAll').mockRejectedValueOnce(killed);
      await expect(runNow(world(), JOB)).rejects.toThrow('could not be deleted');
      second.mockRestore();
      await runNow(world(), JOB);
      const { erasedAt, outcome, detail } = (await closureOf(await staffAgain(), gone.owner.customerId))!;
      expect([erasedAt, detail]).toEqual([expect.any(String), null]);
      const rowsOf = (table: string) => outcome.find((one) => one.table === table);
      expect(rowsOf('api_keys')).toMatchObject({ action: 'ERASED', rows: 1 });
      expect(rowsOf('feedback')).toMatchObject({ action: 'ERASED', rows: 3 });
      expect(rowsOf('metric_events')).toMatchObject({ action: 'ERASED', rows: 2 });
      expect(rowsOf('members')).toMatchObject({ action: 'ERASED', rows: 2 });
      expect(rowsOf('usage_records')).toMatchObject({
        action: 'KEPT',
        rows: bills,
        kept: expect.stringContaining('tax law'),
      });
    });

    test('nothing that anybody said, asked or is called is left in any table, and bills and proofs are', async () => {
      await world().settle();
      expect(await tablesNaming(CANARY)).toEqual([]);
      expect(await tablesNaming(gone.owner.email)).toEqual([]);
      expect(await of('usage_records', gone)).toBe(bills);
      expect(await of('consent_records', gone)).toBeGreaterThan(0);
      const { auditVerify } = await (
        await staffAgain()
      ).client.ask<{ auditVerify: object }>('{ auditVerify { isIntact } }');
      expect(auditVerify).toEqual({ isIntact: true });
    });

    test('its owner was written the certificate once, before the address went', async () => {
      const [mail, ...more] = (await mailsTo(world(), gone.owner.email)).filter((text) =>
        text.includes('are deleted at Flywheel'),
      );
      expect(more).toEqual([]);
      for (const part of ['api_keys (1)', 'usage_records', 'tax law']) expect(mail).toContain(part);
    });

    test('nobody of it signs in any more, and its keys are unknown', async () => {
      const { owner, key, people } = gone;
      await expect(signedIn(world(), owner)).rejects.toThrow('E-mail or password is wrong');
      for (const { client } of [owner, people[0]!])
        expect((await client.send('{ viewer { kind } }')).status).toBe(401);
      // For half a minute a process still knows whose it was.
      expect([401, 403]).toContain((await key.client.send('{ viewer { kind } }')).status);
    });

    test('its neighbours have all that they had', async () => {
      expect(await tablesNaming('abc-neighbour')).toEqual(
        expect.arrayContaining(['api_keys', 'end_users', 'feedback', 'members', 'webhook_endpoints']),
      );
      expect(await attempt(neighbour.key)).toMatchObject({ errors: [] });
      for (const table of ['metric_events', 'consent_states', 'feedback_analyses'])
        expect([table, await of(table, neighbour)]).toEqual([table, expect.any(Number)]);
      expect(await of('metric_events', neighbour)).toBe(2);
    });

    test('a second deletion finds nothing to do', async () => {
      const before = await closureOf(await staffAgain(), gone.owner.customerId);
      await runNow(world(), JOB);
      expect(await closureOf(await staffAgain(), gone.owner.customerId)).toEqual(before);
    });

    let again: Person | undefined;
    /** Staff whose session is not of weeks ago. */
    async function staffAgain(): Promise<Person> {
      return (again ??= await world().staff());
    }
  });
}
