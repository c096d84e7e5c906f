/**
 * `npm run demo`: the loop as a story, told through HTTP alone by the three kinds of people, on a fresh data folder of
 * its own. `--json` prints figures and ids instead, and `--stay` leaves the service running on what it made; the exit
 * code is 0 only when every step was checked.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../../platform/config';
import { SERVICE } from '../../platform/database';
import { startApp } from '../app';
import { CommandError, takeGround } from '../command';
import { firstLogin } from '../first-login';
import { staffTriesCanary } from './canary.steps';
import { StoryFailed } from './check';
import { customerMakesKey, customerMintsToken, customerSignsUp, customerSubscribes } from './customer.steps';
import { fileData, wagesData } from './demo-data';
import { endUserDecides, endUserRates } from './end-user.steps';
import { staffReadsTest, staffReports, staffStartsTest, staffTriages, trafficFlows } from './evidence.steps';
import { staffAssessesUse, staffSeesToIncident } from './impact.steps';
import { staffJoins } from './join';
import { endUserTeaches, staffLearns } from './learning.steps';
import { silentNarrator, TerminalNarrator } from './narrator';
import { staffAsksWhatIf } from './pricing.steps';
import { customerForgets, endUserAsksForCopy } from './rights.steps';
import { staffDeploys, staffRoutesBoth, staffSignsIn, staffTrains, staffUploadsData } from './staff.steps';
import { PASSWORD, type Story } from './story';
import { staffHoldsAgainstCases, staffPutsLoad } from './suite.steps';
import { peopleSpeak } from './words.steps';

/** What a shell reports for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

export async function demo(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      stay: { type: 'boolean', default: false },
      data: { type: 'string' },
      label: { type: 'string' },
    },
  });
  if (Boolean(values.data) !== Boolean(values.label))
    throw new CommandError('Name both: --data FILE.csv --label COLUMN.');
  const data = values.data && values.label ? fileData(values.data, values.label) : await wagesData();
  const config = demoConfig();
  const began = performance.now();
  const ground = await takeGround(config, { fresh: true });
  try {
    const starting = startApp({ config, databaseUrl: ground.databaseUrl });
    ground.whenStopped(async () => (await starting.catch(() => undefined))?.close(), INTERRUPTED);
    const app = await starting;
    try {
      const first = await firstLogin(app.modules.identity.identity, config.dataDir);
      if (!first) throw new Error('a fresh folder has no staff yet');
      // Its password is changed in the first chapter: a later start has none to tell.
      first.shown();
      const story: Story = {
        url: app.url,
        data,
        narrator: values.json ? silentNarrator : new TerminalNarrator(process.stdout),
        firstStaff: first,
        facts: {},
      };
      const { clock, database, jobs } = app.platform;
      const time: StoryTime = {
        from: clock.now(),
        now: () => clock.now(),
        // The one thing that is not asked for through HTTP: no person does it, but the clock, every hour.
        findTopics: () => database.unitOfWork.run(SERVICE, () => jobs.enqueue('feedback.find-topics', {})),
      };
      await tell(story, time, config.dataDir);
      const seconds = (performance.now() - began) / 1000;
      const end = values.stay ? lookAround(story) : 'Now it is yours: npm start\n';
      if (values.json)
        process.stdout.write(
          `${JSON.stringify({ ok: true, seconds, ...(values.stay && { console: consoleOf(story) }), ...story.facts }, null, 2)}\n`,
        );
      else process.stdout.write(`\nEvery step was checked, in ${seconds.toFixed(0)} s. ${end}`);
      // A signal closes the service and ends the process.
      if (values.stay) await new Promise(() => undefined);
    } finally {
      await app.close();
    }
  } catch (error) {
    throw error instanceof StoryFailed ? new CommandError(error.message) : error;
  } finally {
    await ground.leave();
  }
}

interface StoryTime {
  readonly from: Date;
  readonly now: () => Date;
  readonly findTopics: () => Promise<unknown>;
}

async function tell(story: Story, time: StoryTime, folder: string): Promise<void> {
  const staff = await staffSignsIn(story);
  const uploaded = await staffUploadsData(story, staff);
  const network = await staffTrains(story, staff, uploaded, 'DENSE_NETWORK');
  await staffAssessesUse(story, staff, network, time.now());
  const deployment = await staffDeploys(story, staff, network);
  const { owner } = await customerSignsUp(story);
  await customerSubscribes(story, owner);
  const server = await customerMakesKey(story, owner);
  const person = await customerMintsToken(story, server, 'anna');
  await endUserDecides(story, person, deployment);
  const baseline = await staffTrains(story, staff, uploaded, 'LINEAR');
  await staffHoldsAgainstCases(story, staff, baseline, network);
  await staffPutsLoad(story, staff, network);
  await staffTriesCanary(story, staff, server, deployment, baseline);
  await staffRoutesBoth(story, staff, deployment, [baseline, network]);
  const testId = await staffStartsTest(story, staff, deployment, { network, baseline });
  const rated = await endUserRates(story, person, deployment);
  await trafficFlows(story, server, deployment);
  await staffReadsTest(story, staff, testId);
  await staffAsksWhatIf(story, staff);
  await staffTriages(story, staff, rated);
  await peopleSpeak(story, [server, staff], time);
  await staffSeesToIncident(story, staff, deployment, time.from);
  const correction = await endUserTeaches(story, person, deployment);
  await staffLearns(story, staff, deployment, uploaded, correction);
  await endUserAsksForCopy(story, person, folder);
  await customerForgets(story, server, 'visitor-0');
  const to = new Date(time.now().getTime() + 1000);
  await staffReports(story, staff, { from: time.from.toISOString(), to: to.toISOString() }, folder);
  await staffJoins(story, staff, rated.inferenceId);
}

const consoleOf = ({ url }: Story): string => `${url}/console`;

/** Where to sign in, and as whom, for whoever stays. */
function lookAround(story: Story): string {
  const { firstStaff, facts } = story;
  return `Look around at ${consoleOf(story)}
  Staff      ${firstStaff.email} / ${PASSWORD}
  Customer   ${String(facts.customer?.email)} / ${PASSWORD}
  Stop       Ctrl-C
`;
}

/** A folder and a port of its own, so that the story never touches what `npm start` keeps. */
function demoConfig(): Config {
  const config = readConfig();
  const dataDir = path.join(config.dataDir, 'demo');
  return {
    ...config,
    dataDir,
    port: 0,
    rateLimits: false,
    blobs: { kind: 'FOLDER', folder: path.join(dataDir, 'blobs') },
    stripe: { kind: 'SANDBOX' },
    database: { kind: 'EMBEDDED', folder: path.join(dataDir, 'postgres'), pool: config.database.pool },
  };
}
