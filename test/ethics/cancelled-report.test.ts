/** Of a report that somebody cancels while it is written nothing is left. */
import { type Person, startWorld, type World } from '../support/world';
import { PERIOD } from './reports';

let world: World;
let staff: Person;
let compliance: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  compliance = await world.staff('COMPLIANCE');
});
afterAll(() => world?.close());

test('a report whose job is cancelled while it is written is not kept', async () => {
  const { blobs } = world.app.platform;
  const list = '{ complianceReports { totalCount } }';
  const before = await compliance.client.ask(list);
  let jobId = '';
  const written = jest.spyOn(blobs, 'put').mockImplementationOnce(async (bytes) => {
    await staff.client.mutate('jobCancel', 'JobCancelInput!', { id: jobId }, 'job { status }');
    written.mockRestore();
    return blobs.put(bytes);
  });
  const { job } = await compliance.client.mutate<{ job: { id: string } }>(
    'complianceReportCreate',
    'ComplianceReportCreateInput!',
    { kind: 'PRIVACY', period: PERIOD },
    'job { id }',
  );
  jobId = job.id;
  await world.until(async () => {
    const { rows } = await world.app.platform.database.servicePool.query(
      `select from graphile_worker._private_jobs where payload ->> 'jobId' = $1`,
      [jobId],
    );
    return rows.length === 0;
  }, 'the job to end');
  expect(await compliance.client.ask(list)).toEqual(before);
});
