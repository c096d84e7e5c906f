/** From the chair of staff: data, training, deployment. */
import { check } from './check';
import { staffAsksGate } from './gate.steps';
import { GraphqlClient } from './graphql-client';
import { eventually, finished, PASSWORD, percent, type Story } from './story';

interface Session {
  readonly session: { readonly accessToken: string };
}

/** Signs in with the one-time password and changes it. */
export async function staffSignsIn({ url, firstStaff, narrator, facts }: Story): Promise<GraphqlClient> {
  narrator.chapter('Staff', 'signs in with the one-time password of the first start, and must change it');
  const fields = 'session { accessToken }';
  const first = await new GraphqlClient(url).mutate<Session>(
    'signIn',
    'SignInInput!',
    { ...firstStaff },
    fields,
  );
  const before = new GraphqlClient(url, first.session.accessToken);
  const refused = await before.send('{ customers { nodes { id } } }');
  check(
    refused.errors?.[0]?.extensions.code === 'PASSWORD_CHANGE_REQUIRED',
    'the one-time password opens nothing else',
  );
  const passwords = { current: firstStaff.password, next: PASSWORD };
  const changed = await before.mutate<Session>('passwordChange', 'PasswordChangeInput!', passwords, fields);
  const staff = new GraphqlClient(url, changed.session.accessToken);
  const { viewer } = await staff.ask<{ viewer: { permissions: string[] } }>('{ viewer { permissions } }');
  narrator.say(`${firstStaff.email}: ${viewer.permissions.length} permissions`);
  facts.staff = { email: firstStaff.email, permissions: viewer.permissions.length };
  return staff;
}

export interface UploadedData {
  readonly datasetVersionId: string;
}

export async function staffUploadsData(story: Story, staff: GraphqlClient): Promise<UploadedData> {
  const { url, data, narrator, facts } = story;
  narrator.chapter('Staff', `uploads the data set ${data.name} and looks at what was understood`);
  const upload = await fetch(`${url}/uploads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${staff.credential}` },
    body: data.csv,
  });
  check(upload.ok, `the upload is taken (${upload.status})`);
  const { uploadId } = (await upload.json()) as { uploadId: string };
  const input = {
    uploadId,
    name: data.name,
    label: data.label,
    labelRule: data.labelRule,
    protectedAttributes: data.protectedAttributes,
    idempotencyKey: 'demo-data',
  };
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'datasetUpload',
    'DatasetUploadInput!',
    input,
    'job { id }',
  );
  const datasetVersionId = await finished(staff, job.id, narrator);
  const query =
    'query($id: ID!) { node(id: $id) { ... on DatasetVersion { number rows contentHash consentScope columns { name } } } }';
  const { node } = await staff.ask<{
    node: { rows: number; contentHash: string; columns: { name: string }[] };
  }>(query, {
    id: datasetVersionId,
  });
  check(node.rows === data.rows.length, `all ${data.rows.length} rows are there`);
  narrator.say(
    `${node.rows} rows, ${node.columns.length} columns, content hash ${node.contentHash.slice(0, 12)}…`,
  );
  facts.data = {
    datasetVersionId,
    rows: node.rows,
    columns: node.columns.length,
    contentHash: node.contentHash,
  };
  return { datasetVersionId };
}

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly interval: readonly number[] | null;
}

export interface TrainedModel {
  readonly versionId: string;
  readonly metrics: readonly Metric[];
}

const TRAINED = `query($id: ID!) { node(id: $id) { ... on ModelVersion {
  id number contentHash metrics { name value interval }
  trainingJob { deviceMs epochs { epoch loss } } } } }`;

interface TrainedVersion {
  readonly id: string;
  readonly number: number;
  readonly contentHash: string;
  readonly metrics: readonly Metric[];
  readonly trainingJob: { readonly deviceMs: string; readonly epochs: readonly { readonly loss: number }[] };
}

/** Trains one recipe and shows its curve and its metrics with intervals. */
export async function staffTrains(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  { datasetVersionId }: UploadedData,
  kind: 'DENSE_NETWORK' | 'LINEAR',
): Promise<TrainedModel> {
  const what =
    kind === 'LINEAR'
      ? 'a linear baseline on the same data'
      : 'the network: 64 relu, 64 relu, 1 sigmoid; Adam; binary cross-entropy';
  narrator.chapter('Staff', `trains ${what}`);
  const input = { datasetVersionId, modelName: 'demo', recipe: { kind }, idempotencyKey: `demo-${kind}` };
  const { trainingJob } = await staff.mutate<{ trainingJob: { job: { id: string } } }>(
    'trainingJobCreate',
    'TrainingJobCreateInput!',
    input,
    'trainingJob { job { id } }',
  );
  const id = await finished(staff, trainingJob.job.id, narrator);
  const { node } = await staff.ask<{ node: TrainedVersion }>(TRAINED, { id });
  const losses = node.trainingJob.epochs.map(({ loss }) => loss);
  check(losses.length > 1 && losses.at(-1)! < losses[0]!, 'the loss falls from the first epoch to the last');
  narrator.say(
    `loss ${curve(losses)} ${losses[0]!.toFixed(3)} → ${losses.at(-1)!.toFixed(3)} in ${losses.length} epochs`,
  );
  const shown = node.metrics.filter(({ name }) => ['accuracy', 'auc'].includes(name.toLowerCase()));
  check(
    shown.every(({ interval }) => interval?.length === 2),
    'accuracy and AUC have intervals',
  );
  for (const { name, value, interval } of shown) {
    narrator.say(
      `${name.toLowerCase()} ${percent(value)}, 95 % interval ${percent(interval![0]!)} to ${percent(interval![1]!)}`,
    );
  }
  facts[kind === 'LINEAR' ? 'baseline' : 'network'] = {
    versionId: id,
    contentHash: node.contentHash,
    deviceMs: Number(node.trainingJob.deviceMs),
    losses,
    metrics: Object.fromEntries(node.metrics.map(({ name, value, interval }) => [name, { value, interval }])),
  };
  return { versionId: id, metrics: node.metrics };
}

/** A curve in one line of block letters. */
function curve(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const level = (value: number): number => Math.round((7 * (value - low)) / (high - low || 1));
  return values.map((value) => '▁▂▃▄▅▆▇█'[level(value)]).join('');
}

const DEPLOYMENT_FIELDS = 'id name state routes { weight version { id number } } engine { kind device }';
const DEPLOYMENT = `deployment { ${DEPLOYMENT_FIELDS} }`;

export interface Deployed {
  readonly id: string;
  readonly name: string;
}

interface DeploymentState extends Deployed {
  readonly state: string;
  readonly routes: readonly { readonly weight: number; readonly version: { readonly id: string } }[];
  readonly engine: { readonly kind: string; readonly device: string };
}

export async function staffDeploys(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  { versionId }: TrainedModel,
): Promise<Deployed> {
  narrator.chapter(
    'Staff',
    'deploys the version: loaded, warmed with stored samples, and only then routed to',
  );
  const input = {
    name: 'demo',
    environment: 'PRODUCTION',
    routes: [{ versionId, weight: 100 }],
    idempotencyKey: 'demo-deployment',
  };
  const { deployment } = await staff.mutate<{ deployment: DeploymentState }>(
    'deploymentCreate',
    'DeploymentCreateInput!',
    input,
    DEPLOYMENT,
  );
  const ready = await untilRouted(staff, deployment.id, [versionId]);
  narrator.say(`${ready.state} on ${ready.engine.kind}, ${ready.engine.device}`);
  facts.deployment = { deploymentId: ready.id, state: ready.state, engine: ready.engine };
  return { id: deployment.id, name: deployment.name };
}

/** Both versions side by side, as the test needs them; the gate judges the one that has no traffic yet. */
export async function staffRoutesBoth(
  story: Story,
  staff: GraphqlClient,
  deployment: Deployed,
  models: readonly TrainedModel[],
): Promise<void> {
  const { id } = deployment;
  const reasons: (string | undefined)[] = [];
  for (const model of models) reasons.push(await staffAsksGate(story, staff, deployment, model));
  const overrideReason = reasons.find((reason) => reason !== undefined);
  const versions = models.map(({ versionId }) => versionId);
  const routes = versions.map((versionId) => ({ versionId, weight: 100 / versions.length }));
  await staff.mutate(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id, routes, overrideReason, idempotencyKey: 'demo-both' },
    DEPLOYMENT,
  );
  await untilRouted(staff, id, versions);
}

async function untilRouted(
  staff: GraphqlClient,
  id: string,
  versions: readonly string[],
): Promise<DeploymentState> {
  const query = `query($id: ID!) { deployment(by: {id: $id}) { ${DEPLOYMENT_FIELDS} } }`;
  return eventually(async () => {
    const { deployment } = await staff.ask<{ deployment: DeploymentState }>(query, { id });
    const routed = versions.every((version) =>
      deployment.routes.some((route) => route.version.id === version),
    );
    return deployment.state === 'READY' && routed ? deployment : undefined;
  }, 'the deployment becomes ready');
}
