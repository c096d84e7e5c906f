/** The log as an auditor meets it: everything is in it, in order, provable to a stranger, and tampering is found and named. */
import { contentHash } from '../../src/kernel/hash';
import { leafHashOf } from '../../src/modules/audit/audit-leaf';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { verifiedByScript } from './verified-by-script';

let world: World;
let auditor: Person;
let owner: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  auditor = await world.staff('COMPLIANCE');
  owner = await world.customer();
  for (let i = 0; i < 5; i++) await world.apiKey(owner);
  await world.settle();
});
afterAll(() => world.close());

interface Proof {
  index: string;
  leafHash: string;
  treeSize: string;
  rootHash: string;
  path: string[];
}
interface AuditRow {
  id: string;
  index: string;
  action: string;
  object: string;
  leafHash: string;
  proof: Proof;
}

const RECORD =
  'id index at actor actorKind customerId action object reason beforeHash afterHash dataHash requestId leafHash proof { index leafHash treeSize rootHash path }';
const HEAD = 'auditTreeHead { size rootHash at signature keyId publicKey }';

async function records(filter: object, first = 100): Promise<AuditRow[]> {
  const { auditRecords } = await auditor.client.ask<{ auditRecords: { nodes: AuditRow[] } }>(
    `query Records($filter: AuditFilter, $first: Int!) { auditRecords(filter: $filter, first: $first) { nodes { ${RECORD} } } }`,
    { filter, first },
  );
  return auditRecords.nodes;
}

async function verify(): Promise<{
  isIntact: boolean;
  fault: { kind: string; index: string; recordId: string | null } | null;
}> {
  const { auditVerify } = await auditor.client.ask<{ auditVerify: Awaited<ReturnType<typeof verify>> }>(
    '{ auditVerify { isIntact verified fault { kind index recordId message } } }',
  );
  return auditVerify;
}

/** As somebody with the password of the database would: past the triggers, and put back afterwards. */
async function tampered(change: string, undo: string, look: () => Promise<void>): Promise<void> {
  const client = await world.app.platform.database.servicePool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(change);
    try {
      await look();
    } finally {
      await client.query(undo);
    }
  } finally {
    await client.query('set session_replication_role = origin');
    client.release();
  }
}

test('what was done is in the log once, with who, in whose name and in which request', async () => {
  const created = await records({ action: 'api-key.created', customerId: owner.customerId });
  expect(created).toHaveLength(5);
  expect(new Set(created.map(({ object }) => object)).size).toBe(5);
  expect(created[0]).toMatchObject({
    actorKind: 'MEMBER',
    customerId: owner.customerId,
    requestId: expect.stringMatching(/^req_/),
  });
});

test('the places of the records are 0, 1, 2 … without gaps, and the head counts them', async () => {
  const all = await records({});
  const { auditTreeHead } = await auditor.client.ask<{ auditTreeHead: { size: string } }>(`{ ${HEAD} }`);
  expect(all.map(({ index }) => Number(index)).reverse()).toEqual(all.map((_, i) => i));
  expect(Number(auditTreeHead.size)).toBe(all.length);
  expect(await verify()).toMatchObject({ isIntact: true, fault: null });
});

test('what was rolled back is not in the log', async () => {
  const before = (await records({})).length;
  await owner.client.attempt('apiKeyCreate', 'ApiKeyCreateInput!', { name: '' });
  await world.settle();
  expect(await records({})).toHaveLength(before);
});

test('a stranger verifies record, proof and signature with the script in docs, and a changed word is refused', async () => {
  const [record] = await records({ action: 'customer.created', object: owner.customerId });
  const { auditTreeHead } = await auditor.client.ask<{ auditTreeHead: object }>(`{ ${HEAD} }`);
  const { proof, ...content } = record!;
  expect(verifiedByScript({ record: content, proof, treeHead: auditTreeHead })).toMatchObject({ status: 0 });
  const forged = { ...content, action: 'customer.deleted' };
  expect(verifiedByScript({ record: forged, proof, treeHead: auditTreeHead })).toMatchObject({
    status: 1,
    text: expect.stringContaining('leaf'),
  });
  const moved = { ...proof, index: String(Number(proof.index) + 1) };
  expect(verifiedByScript({ record: content, proof: moved, treeHead: auditTreeHead })).toMatchObject({
    status: 1,
  });
});

test('a head that an auditor kept is proven to be the beginning of the present log', async () => {
  const kept = await auditor.client.ask<{ auditTreeHead: { size: string; rootHash: string } }>(`{ ${HEAD} }`);
  await world.apiKey(owner);
  await world.settle();
  const { auditTreeHead } = await auditor.client.ask<{
    auditTreeHead: { consistency: { path: string[]; firstRootHash: string } };
  }>(
    `query Grown($from: BigInt!) { auditTreeHead { size rootHash at signature publicKey consistency(from: $from) { firstSize firstRootHash secondSize secondRootHash path } } }`,
    { from: kept.auditTreeHead.size },
  );
  expect(auditTreeHead.consistency.firstRootHash).toBe(kept.auditTreeHead.rootHash);
  expect(
    verifiedByScript({
      consistency: auditTreeHead.consistency,
      treeHead: auditTreeHead,
      keptHead: kept.auditTreeHead,
    }),
  ).toMatchObject({ status: 0 });
  const other = { ...kept.auditTreeHead, rootHash: '0'.repeat(64) };
  expect(
    verifiedByScript({ consistency: auditTreeHead.consistency, treeHead: auditTreeHead, keptHead: other }),
  ).toMatchObject({ status: 1 });
});

test('a reason with every character that JSON escapes has the leaf that anybody hashes of it', async () => {
  const characters = Array.from({ length: 0x24f }, (_, i) => String.fromCodePoint(i + 1)).join('');
  const reason = `${characters} \u2028\u2029 \\u0041 \ud83d\ude00`;
  const data = { small: 1e-7, large: 1e21, list: [null, true, 'ä"\\'], nested: { b: 1, a: {} } };
  const { events, database } = world.app.platform;
  const event = { type: 'test.told', subject: 'tst_odd', reason, before: null, after: characters, data };
  await database.unitOfWork.run({ service: true }, () => events.emit(event));
  await world.settle();
  const [record] = await records({ object: 'tst_odd' });
  expect(record).toMatchObject({ reason, dataHash: contentHash(data), afterHash: contentHash(characters) });
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('a changed record is found and named', async () => {
  const [record] = await records({ object: owner.customerId, action: 'customer.created' });
  await tampered(
    `update audit_records set actor = 'stf_somebody' where id = '${record!.id}'`,
    `update audit_records set actor = (select actor from outbox_events where 'aud_' || substr(id, 5) = '${record!.id}') where id = '${record!.id}'`,
    async () =>
      expect(await verify()).toMatchObject({
        isIntact: false,
        fault: { kind: 'CHANGED', index: record!.index, recordId: record!.id },
      }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('a deleted record is found and its place named', async () => {
  await tampered(
    'create table kept as select * from audit_records where index = 3; delete from audit_records where index = 3',
    'insert into audit_records select * from kept; drop table kept',
    async () =>
      expect(await verify()).toMatchObject({ isIntact: false, fault: { kind: 'MISSING', index: '3' } }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('exchanged records are found, also when their hashes were exchanged with them', async () => {
  const swap = 'update audit_records set index = case index when 2 then 4 else 2 end where index in (2, 4)';
  await tampered(swap, swap, async () =>
    expect(await verify()).toMatchObject({ isIntact: false, fault: { kind: 'REORDERED', index: '2' } }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test.each([
  ['far beyond the end', '1000000'],
  ['before the beginning', '-1'],
  ['in the place of the last one', '(select max(index) from audit_records)'],
])('an added record is found: %s', async (_, place) => {
  const columns =
    'actor, actor_kind, customer_id, action, object, reason, before_hash, after_hash, data_hash, request_id, leaf_hash';
  await tampered(
    `insert into audit_records (at, id, index, ${columns}) select at + interval '1 day', 'aud_forged', ${place}, ${columns} from audit_records where index = 1`,
    `delete from audit_records where id = 'aud_forged'`,
    async () =>
      expect(await verify()).toMatchObject({
        isIntact: false,
        fault: { kind: 'ADDED', recordId: 'aud_forged' },
      }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('whoever takes the last record away together with its head is given away by the tree', async () => {
  const last = '(select max(size) from audit_tree_heads)';
  await tampered(
    `create table kept as select * from audit_records where index = ${last} - 1; create table kept_head as select * from audit_tree_heads where size = ${last};
     delete from audit_records where index = ${last} - 1; delete from audit_tree_heads where size = ${last}`,
    'insert into audit_records select * from kept; insert into audit_tree_heads select * from kept_head; drop table kept; drop table kept_head',
    async () => expect(await verify()).toMatchObject({ isIntact: false, fault: { kind: 'TREE_CHANGED' } }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('whoever changes a record together with the tree is given away by the signed heads', async () => {
  await tampered(
    "create table kept as select * from audit_tiles where level = 0 and number = 0; update audit_tiles set hashes = overlay(hashes placing sha256('x') from 33 for 32) where level = 0 and number = 0",
    'update audit_tiles t set hashes = k.hashes from kept k where t.level = k.level and t.number = k.number; drop table kept',
    async () => expect((await verify()).isIntact).toBe(false),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('whoever changes a record and its leaf is found, also where no head was signed among its neighbours', async () => {
  const { events, database } = world.app.platform;
  const many = Array.from({ length: 600 }, (_, at) => ({ type: 'test.told', subject: `tst_${at}` }));
  await database.unitOfWork.run({ service: true }, () => events.emit(...many));
  await world.settle();
  const [{ index, leafHash, proof: _, ...record }] = (await records({ object: 'tst_300' })) as [AuditRow];
  const other = leafHashOf({ ...record, actor: 'stf_somebody' } as never).toString('hex');
  const place = (Number(index) % 256) * 32 + 1;
  const change = (actor: string, leaf: string): string =>
    `update audit_records set actor = '${actor}', leaf_hash = '${leaf}' where index = ${index};
     update audit_tiles set hashes = overlay(hashes placing '\\x${leaf}'::bytea from ${place} for 32) where level = 0 and number = 1`;
  await tampered(change('stf_somebody', other), change('system:flywheel', leafHash), async () =>
    expect(await verify()).toMatchObject({ isIntact: false, fault: { kind: 'TREE_CHANGED', index: '256' } }),
  );
  expect(await verify()).toMatchObject({ isIntact: true });
});

test('a database that fails while the log is read is no tampering', async () => {
  const lost = new Error('the connection was lost');
  jest.spyOn(world.app.modules.audit.audit, 'rootAt').mockRejectedValueOnce(lost);
  const { errors } = await auditor.client.send('{ auditVerify { isIntact } }');
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
});

test('the log refuses change even to the owner of its tables', async () => {
  const { servicePool } = world.app.platform.database;
  await expect(servicePool.query("update audit_records set reason = 'x'")).rejects.toThrow(/only ever added/);
  await expect(servicePool.query('delete from audit_tree_heads')).rejects.toThrow(/only ever added/);
  await servicePool.query("select flywheel_ensure_months('audit_records', 24)");
  const months = await servicePool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_records'::regclass",
  );
  const tables = ['audit_records', 'audit_tree_heads', 'consent_records', 'ledger_transfers'];
  for (const table of [...tables, ...months.rows.map(({ name }) => name)])
    await expect(servicePool.query(`truncate ${table}`)).rejects.toThrow(/only ever added/);
});

test('the log is for staff who may read it, and for nobody else', async () => {
  const reviewer = await world.staff('REVIEWER');
  const [record] = await records({});
  const told = [
    [owner, /audit:read\. Only those who run this service have it/],
    [reviewer, /audit:read\. Ask an admin of the staff/],
  ] as const;
  for (const [who, words] of told) {
    const { errors } = await who.client.send('{ auditRecords { nodes { id } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(errors![0]!.message).toMatch(words);
    expect((await who.client.ask<{ node: null }>(`{ node(id: "${record!.id}") { id } }`)).node).toBeNull();
  }
});

test('staff who looks at a person’s consents is in the log', async () => {
  const person = await world.endUser(owner);
  const looking = `{ node(id: "${person.id}") { ... on EndUser { consents { purpose } dataRequests { id } } } }`;
  await auditor.client.ask(looking);
  await world.settle();
  const looks = await records({ action: 'personal-data.read', object: person.id });
  expect(looks).toMatchObject([{ actor: auditor.id, customerId: owner.customerId }]);
});
