import { ManualClock } from '../../kernel/clock';
import type { Principal } from '../../kernel/principal';
import { createLog } from '../../platform/log';
import { newSecret } from './api-key/api-key-secret';
import { accountClosing } from './identity.errors';
import { API_KEY_CHANNEL, type KnownApiKey } from './api-key/api-key.service';
import { AuthenticationService } from './authentication.service';
import { SESSION_CHANNEL } from './session/session.service';

type Hear = (payload: Record<string, unknown>) => void;
type Doors = ConstructorParameters<typeof AuthenticationService>;

/** What is looked up is answered by the test, at its own time; `hear` is a word from another process. */
function authentication(closed: ReadonlySet<string> = new Set()) {
  const listeners = new Map<string, Hear>();
  const answers: { resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  const lookUp = () => new Promise((resolve, reject) => answers.push({ resolve, reject }));
  const signals = {
    subscribe: (channel: string, hear: Hear) => void listeners.set(channel, hear),
  } as unknown as Doors[5];
  const service = new AuthenticationService(
    { verify: () => ({ kind: 'STAFF', sessionId: 'ses_1' }) } as unknown as Doors[0],
    { find: lookUp, touch: () => Promise.resolve() } as unknown as Doors[1],
    { stands: lookUp } as unknown as Doors[2],
    { isErased: () => false, whenErased: () => undefined },
    {
      eraseAfter: () => undefined,
      isOpen: () => true,
      require: (customerId) => {
        if (closed.has(customerId)) throw accountClosing(new Date(0));
      },
    },
    signals,
    new ManualClock(),
    createLog({ logLevel: 'silent' }),
  );
  return {
    ask: (credential: string) => service.authenticate(`Bearer ${credential}`),
    watch: (credential: string, principal: Principal, listener: () => void) =>
      service.whenEnded(`Bearer ${credential}`, principal, listener),
    answer: (value: unknown) => answers.shift()!.resolve(value),
    fail: () => answers.shift()!.reject(new Error('the database is away')),
    waiting: () => answers.length,
    hear: (channel: string, payload: Record<string, unknown>) => listeners.get(channel)!(payload),
  };
}

const known: KnownApiKey = {
  principal: { kind: 'API_KEY', apiKeyId: 'key_1', customerId: 'cus_1', mode: 'LIVE', scopes: ['*'] },
  expiresAt: null,
};
/** Until whatever was just answered has been heard. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a session that ends while it is looked up is looked up again', async () => {
  const { ask, answer, hear } = authentication();
  const before = ask('token');
  hear(SESSION_CHANNEL, { familyId: 'ses_1' });
  answer(true);
  await before;
  const after = ask('token');
  answer(false);
  await expect(after).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a key that is revoked while it is looked up is looked up again', async () => {
  const { ask, answer, hear } = authentication();
  const secret = newSecret('LIVE');
  const before = ask(secret);
  hear(API_KEY_CHANNEL, { id: 'key_1' });
  answer(known);
  await before;
  const after = ask(secret);
  answer(undefined);
  await expect(after).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('what stood is not looked up again at every request', async () => {
  const { ask, answer, waiting } = authentication();
  const first = ask('token');
  answer(true);
  await first;
  await ask('token');
  expect(waiting()).toBe(0);
});

test('who holds something open hears that the key ended, is asked for nothing before, and goes on while nobody can tell', async () => {
  const { watch, answer, fail, waiting, hear } = authentication();
  const secret = newSecret('LIVE');
  const heard: string[] = [];
  const leave = watch(secret, known.principal, () => heard.push('left'));
  watch(secret, known.principal, () => heard.push('stayed'));
  expect(waiting()).toBe(1);
  answer(known);
  await turn();
  leave();
  hear(API_KEY_CHANNEL, { id: 'key_2' });
  expect(waiting()).toBe(0);
  hear(API_KEY_CHANNEL, { id: 'key_1' });
  fail();
  await turn();
  expect(heard).toEqual([]);
  hear(API_KEY_CHANNEL, { id: 'key_1' });
  answer(undefined);
  await turn();
  hear(API_KEY_CHANNEL, { id: 'key_1' });
  expect(waiting()).toBe(0);
  expect(heard).toEqual(['stayed']);
});

test('who holds something open of a customer that closes is looked at again, and let go', async () => {
  const closed = new Set<string>();
  const { watch, answer, hear } = authentication(closed);
  let ended = false;
  watch(newSecret('LIVE'), known.principal, () => (ended = true));
  answer(known);
  await turn();
  closed.add('cus_1');
  hear(API_KEY_CHANNEL, { id: 'key_1' });
  answer(known);
  await turn();
  expect(ended).toBe(true);
});
