/** What the tests of fairness on live traffic share: a version that decides by its input, people with groups, and the day after. */
import { newId } from '../../src/kernel/id';
import { type DenseLayer, denseToOnnx, denseToTfjs } from '../../src/modules/compute';
import { deployed } from '../deployments/support';
import { consent } from '../feedback/curation';
import { count, predict } from '../inference/support';
import { handMadeVersion } from '../support/hand-made-version';
import type { Person, World } from '../support/world';

export const DAY_MS = 86_400_000;
export const YES = { age: 40, income: 1 };
export const NO = { age: 40, income: -1 };
const GENDERS = [{ name: 'gender', groups: ['female', 'male'] }];

/** Noon in the middle of a quarter, so that no test depends on the day on which it runs. */
export function toMidQuarter(world: World): void {
  const now = world.clock.now();
  const quarter = Math.floor(now.getUTCMonth() / 3) + 1;
  const noon = Date.UTC(now.getUTCFullYear(), quarter * 3 + 1, 10, 12);
  world.clock.advance(noon - now.getTime());
}

/** A version that says yes to an income above zero. */
export async function decidingVersion(world: World, model: string) {
  const layer: DenseLayer = {
    weights: Float32Array.of(0, 4),
    bias: Float32Array.of(0),
    activation: 'sigmoid',
  };
  const { models } = world.app.modules.models;
  const artefacts = await models.storeArtefacts([
    { format: 'ONNX', bytes: denseToOnnx([layer]) },
    { format: 'TFJS', bytes: denseToTfjs([layer]) },
  ]);
  return handMadeVersion(world, 0.5, model, { artefacts });
}

export async function decides(world: World, staff: Person, name: string) {
  const { modelId, versionId } = await decidingVersion(world, name);
  const { id: deploymentId } = await deployed(world, staff, name, [{ versionId }]);
  return { modelId, versionId, deploymentId };
}

export const MONITOR =
  'monitor { id version attributes { name groups cuts } positiveLabel measure threshold minimumGroupSize action since endedAt }';

export interface MonitorView {
  readonly id: string;
  readonly version: number;
  readonly threshold: number;
  readonly endedAt: string | null;
}

export function setMonitor({ client }: Pick<Person, 'client'>, deploymentId: string, input: object = {}) {
  const wish = { deploymentId, attributes: GENDERS, positiveOutcome: { label: 'yes' }, minimumGroupSize: 10 };
  return client.attempt<{ monitor: MonitorView | null }>(
    'fairnessMonitorSet',
    'FairnessMonitorSetInput!',
    { ...wish, ...input },
    MONITOR,
  );
}

export async function watched(
  staff: Pick<Person, 'client'>,
  deploymentId: string,
  input: object = {},
): Promise<MonitorView> {
  const { payload, errors } = await setMonitor(staff, deploymentId, input);
  expect(errors).toEqual([]);
  return payload.monitor!;
}

export function tellGroups({ client }: Pick<Person, 'client'>, groups: object[], person: object = {}) {
  return client.attempt<{ endUser: { groups: { attribute: string; value: string }[] } | null }>(
    'endUserGroupsRecord',
    'EndUserGroupsRecordInput!',
    { groups, ...person },
    'endUser { groups { attribute value } }',
  );
}

/** A person who agrees to be counted and tells their gender. */
export async function member(
  world: World,
  server: Person,
  gender: string,
  purposes: string[] = [],
): Promise<Person> {
  const person = await world.endUser(server);
  for (const purpose of ['FAIRNESS_MONITORING', ...purposes]) await consent(person, true, purpose);
  const { errors } = await tellGroups(person, [{ attribute: 'gender', value: gender }]);
  expect(errors).toEqual([]);
  return person;
}

/** So many new people of a gender, of whom so many are told yes; each asks once. */
export async function answered(
  world: World,
  server: Person,
  deployment: string,
  gender: string,
  { yes, no }: { readonly yes: number; readonly no: number },
): Promise<Person[]> {
  const rows = [...Array.from({ length: yes }, () => YES), ...Array.from({ length: no }, () => NO)];
  return Promise.all(
    rows.map(async (row) => {
      const person = await member(world, server, gender);
      await predict(person, { deployment, rows: row });
      return person;
    }),
  );
}

/** How many people were counted, for this deployment or any. */
export const people = (world: World, kind = 'ANSWER', deploymentId: string | null = null): Promise<number> =>
  count(
    world,
    `select count(*)::int as count from fairness_counted_people p join fairness_monitors m on m.id = p.monitor_id
     where kind = $1 and ($2::text is null or m.deployment_id = $2)`,
    [kind, deploymentId],
  );

/** Waits until so many people were counted, and no more are. */
export async function counted(world: World, many: number, deploymentId: string | null = null): Promise<void> {
  const now = () => people(world, 'ANSWER', deploymentId);
  await world.until(async () => (await now()) >= many, `${many} people to be counted`);
  expect(await now()).toBe(many);
}

export const RATE = '{ value n }';
export const FAIRNESS = `fairness(period: $period) { from to level falseAlarmRate monitor { id }
  breaches { id measure action rolledBack version { id } figures { attribute rate highest highestRate highestPeople lowest lowestRate lowestPeople distance certain } }
  versions { version { id } tooFewGroups attributes { attribute
    groups { group n isJudged selectionRate ${RATE} truePositiveRate ${RATE} falsePositiveRate ${RATE} accuracy ${RATE} }
    measures { name value threshold verdict highest lowest } } } }`;

export interface FairnessView {
  readonly breaches:
    readonly { readonly id: string; readonly rolledBack: boolean; readonly figures: object }[] | null;
  readonly versions: readonly {
    readonly tooFewGroups: number;
    readonly attributes: readonly {
      readonly attribute: string;
      readonly groups: readonly {
        readonly group: string;
        readonly n: number;
        readonly selectionRate: object;
      }[];
      readonly measures: readonly {
        readonly name: string;
        readonly value: number | null;
        readonly verdict: string;
      }[];
    }[];
  }[];
}

export async function fairness(
  { client }: Pick<Person, 'client'>,
  id: string,
  period: object | null = null,
): Promise<FairnessView | null> {
  const query = `query ($id: ID!, $period: PeriodInput) { deployment(by: { id: $id }) { ${FAIRNESS} } }`;
  const { deployment } = await client.ask<{ deployment: { fairness: FairnessView | null } }>(query, {
    id,
    period,
  });
  return deployment.fairness;
}

export async function look({ client }: Pick<Person, 'client'>, id: string): Promise<void> {
  await client.mutate(
    'deploymentFairnessCheck',
    'DeploymentFairnessCheckInput!',
    { id },
    'deployment { id }',
  );
}

/** What a look at the monitor would find, without the people whom that takes. */
export async function breachOf(world: World, monitorId: string): Promise<string> {
  const id = newId('fbr', world.clock.now());
  const figures = {
    attribute: 'gender',
    rate: 'selectionRate',
    highest: 'male',
    highestRate: 0.9,
    highestPeople: 100,
    lowest: 'female',
    lowestRate: 0.1,
    lowestPeople: 100,
    distance: 0.11,
    certain: 0.4,
  };
  await world.app.platform.database.servicePool.query(
    `insert into fairness_breaches (id, customer_id, monitor_id, deployment_id, model_version_id, attribute, evidence_from, measure,
       threshold, figures, action, rolled_back, found_at)
     select $1, m.customer_id, m.id, m.deployment_id, d.routes->0->>'versionId', 'gender', $3::timestamptz::date, m.measure,
       m.threshold, $4, m.action, false, $3 from fairness_monitors m join deployments d on d.id = m.deployment_id where m.id = $2`,
    [id, monitorId, world.clock.now(), figures],
  );
  return id;
}
