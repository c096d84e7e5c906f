/** What closes the loop: a person agrees to be learned from, a reviewer accepts what they said, and a version learns it. */
import { check } from './check';
import type { DemoEndUser } from './customer.steps';
import { predict, setConsent, submit } from './end-user.steps';
import type { GraphqlClient } from './graphql-client';
import type { Deployed, UploadedData } from './staff.steps';
import { finished, type Story } from './story';

/** Answers the id of the correction. */
export async function endUserTeaches(
  { data, narrator }: Story,
  { browser }: DemoEndUser,
  deployment: Deployed,
): Promise<string> {
  narrator.chapter('End user', 'agrees to TRAINING, asks once more and says what would have been right');
  await setConsent(browser, 'TRAINING', true);
  const { feedbackToken } = await predict(browser, deployment, data.rows[3]!);
  const correction = { label: data.answers[3] };
  return submit(browser, { feedbackToken, kind: 'CORRECTION', correction });
}

interface Gathered {
  readonly rows: number;
  readonly curatedRows: number;
  readonly consentScope: readonly string[];
}

const GATHERED =
  'query($id: ID!) { node(id: $id) { ... on DatasetVersion { rows curatedRows consentScope } } }';
const LEARNED =
  'query($id: ID!) { node(id: $id) { ... on Feedback { curation { datasetVersions { id } modelVersions { id } } } } }';

export async function staffLearns(
  { data, narrator, facts }: Story,
  staff: GraphqlClient,
  deployment: Deployed,
  { datasetVersionId }: UploadedData,
  correctionId: string,
): Promise<void> {
  narrator.chapter('Staff', 'accepts the correction, gathers it behind the upload and trains on both');
  const { feedback } = await staff.mutate<{ feedback: { curation: { contents: { answer: string }[] } } }>(
    'feedbackCurate',
    'FeedbackCurateInput!',
    { id: correctionId },
    'feedback { curation { contents } }',
  );
  const [row] = feedback.curation.contents;
  check(row, 'the accepted row can be looked at');
  const { deployment: found } = await staff.ask<{
    deployment: { routes: { version: { model: { id: string } } }[] };
  }>('query($id: ID!) { deployment(by: {id: $id}) { routes { version { model { id } } } } }', {
    id: deployment.id,
  });
  const modelId = found.routes[0]!.version.model.id;
  const gathering = {
    name: data.name,
    modelId,
    baseVersionId: datasetVersionId,
    idempotencyKey: 'demo-gather',
  };
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'datasetGather',
    'DatasetGatherInput!',
    gathering,
    'job { id }',
  );
  const gatheredId = await finished(staff, job.id, narrator);
  const { node: gathered } = await staff.ask<{ node: Gathered }>(GATHERED, { id: gatheredId });
  check(gathered.rows === data.rows.length + 1, 'the correction is a row behind those of the upload');
  narrator.say(`${gathered.rows} rows, ${gathered.curatedRows} from feedback: ${row.answer}`);
  const training = {
    datasetVersionId: gatheredId,
    modelName: 'demo',
    recipe: { kind: 'LINEAR' },
    idempotencyKey: 'demo-learns',
  };
  const { trainingJob } = await staff.mutate<{ trainingJob: { job: { id: string } } }>(
    'trainingJobCreate',
    'TrainingJobCreateInput!',
    training,
    'trainingJob { job { id } }',
  );
  const versionId = await finished(staff, trainingJob.job.id, narrator);
  const { node } = await staff.ask<{ node: { curation: { modelVersions: { id: string }[] } } }>(LEARNED, {
    id: correctionId,
  });
  check(
    node.curation.modelVersions.some(({ id }) => id === versionId),
    'the correction knows the version that learned from it',
  );
  narrator.say(`the correction knows the version that learned from it: ${versionId}`);
  facts.learning = { correctionId, datasetVersionId: gatheredId, rows: gathered.rows, versionId };
}
