/** What may become of a version: a name under which it answers, a canary, a smaller one, one with another threshold, or nothing any more. */
import { act, choice, everyPage, field, form, h, panel, unfold } from '../dom.mjs';
import { digits, words } from '../format.mjs';
import { followed } from '../job.mjs';
import { checks } from './deployment-routes.mjs';
import { numbers } from './recipe-form.mjs';

const ENVIRONMENTS = ['PRODUCTION', 'STAGING', 'DEVELOPMENT'];
const METHODS = [
  ['FLOAT16', 'half precision: half the size'],
  ['INT8', 'eight bits: a quarter of the size'],
  ['PRUNE', 'the smallest weights become zero, the others learn on'],
];

const GOALS = [
  ['', 'from the number that I give'],
  ['MAX_F1', 'for the largest F1'],
  ['AT_LEAST_RECALL', 'to find a share of them at least'],
  ['AT_LEAST_PRECISION', 'to be right of a share at least of those called positive'],
];

const isNetwork = ({ trainingJob, derivation }) => trainingJob || derivation?.kind === 'THRESHOLD';
const hasThreshold = ({ signature, trainingJob, derivation }) =>
  signature.threshold !== null && (trainingJob || derivation);

export async function versionActs({ api, version, may, reload }) {
  const deployments = may('deployment:manage')
    ? await everyPage(async (after) => (await api.ask('Deployments', { after })).deployments)
    : [];
  const ways = [
    may('deployment:manage') && deploy(api, version),
    deployments.length > 0 && canary({ api, version, deployments }),
    may('training:run') && isNetwork(version) && compress(api, version),
    may('training:run') && hasThreshold(version) && chooseThreshold(api, version),
    may('model:manage') && version.engine !== 'REMOTE' && takeAway(api, version),
    may('model:manage') && retire({ api, version, reload }),
  ].filter(Boolean);
  return ways.length > 0 && panel('What becomes of it', ways);
}

const deploy = (api, { id, model }) =>
  unfold(
    'Deploy it under a name of its own',
    form({
      action: 'Deploy it',
      fields: h(
        'div',
        { class: 'fields' },
        field('Name: small letters, digits and hyphens', {
          name: 'name',
          required: true,
          pattern: '[a-z0-9][a-z0-9\\-]{0,62}',
          value: model.name,
        }),
        field(
          'For',
          null,
          choice(
            'environment',
            ENVIRONMENTS.map((name) => [name, words(name)]),
            'PRODUCTION',
          ),
        ),
      ),
      submit: async ({ name, environment }) => {
        await api.act('DeploymentCreate', { name, environment, routes: [{ versionId: id }] });
        location.hash = '#/deployments';
      },
    }),
  );

/** The gate is asked before anything is sent, and what it refused is shown when it was sent all the same. */
function canary({ api, version, deployments }) {
  const said = h('div', { 'aria-live': 'polite' });
  const chosen = choice(
    'id',
    deployments.map(({ id, name, environment }) => [id, `${name}, ${words(environment)}`]),
  );
  const ask = async () => {
    const { deploymentGate } = await api.ask('DeploymentGate', { id: chosen.value, versionId: version.id });
    said.replaceChildren(checks(deploymentGate));
  };
  const start = async ({ id, steps, minimumRequests, minimumStepSeconds, overrideReason }) => {
    const { version: expectedVersion } = deployments.find((one) => one.id === id);
    const input = {
      id,
      expectedVersion,
      versionId: version.id,
      steps: numbers(steps),
      minimumRequests: Number(minimumRequests),
      minimumStepSeconds: Number(minimumStepSeconds),
      ...(overrideReason && { overrideReason }),
    };
    try {
      await api.act('DeploymentCanaryStart', input);
    } catch (error) {
      if (error.checks) said.replaceChildren(checks(error.checks));
      throw error;
    }
    location.hash = '#/deployments';
  };
  return unfold(
    'Try it as a canary, on a growing part of the traffic',
    form({
      action: 'Start the canary',
      submit: start,
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('Of the deployment', null, chosen),
          field('Percentages of the traffic, the last one 100', {
            name: 'steps',
            required: true,
            value: '1, 5, 10, 25, 50, 100',
          }),
          field('Its requests in a step at least', {
            name: 'minimumRequests',
            type: 'number',
            min: 1,
            value: '200',
          }),
          field('Seconds of a step at least', {
            name: 'minimumStepSeconds',
            type: 'number',
            min: 0,
            value: '60',
          }),
          field('Although the gate refuses, because', {
            name: 'overrideReason',
            minlength: 10,
            maxlength: 1000,
          }),
        ),
        act('What does the gate say?', ask),
        said,
      ],
    }),
  );
}

function compress(api, { id }) {
  const progress = h('div');
  return unfold(
    'Make a smaller version of it',
    form({
      action: 'Compress it',
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('How', null, choice('method', METHODS, 'FLOAT16')),
          field('Pruning: share of the weights, 0.01–0.99', { name: 'sparsity', placeholder: '0.5' }),
          field('Pruning: epochs in which the others learn on', { name: 'epochs', placeholder: '3' }),
        ),
        progress,
      ],
      submit: async ({ method, sparsity, epochs }) => {
        const input = {
          versionId: id,
          method,
          ...(sparsity && { sparsity: Number(sparsity) }),
          ...(epochs && { epochs: Number(epochs) }),
        };
        const { job } = await api.act('ModelVersionCompress', input);
        const made = await followed(api, job.id, progress);
        if (made) location.hash = `#/models/${made.id}`;
      },
    }),
  );
}

/** Chosen by the rows that were watched in training, so that the figures of the version are of rows that had no say. */
function chooseThreshold(api, { id, signature, trainingJob }) {
  const progress = h('div');
  const best = trainingJob?.report?.bestF1?.threshold;
  return unfold(
    `Say ${signature.labels.at(-1)} from another probability on`,
    form({
      action: 'Choose the threshold',
      fields: [
        h(
          'p',
          { class: 'soft' },
          `Now from ${digits(signature.threshold)} on. A goal is sought on the rows that were watched in training, and what came of it measured on those held out.`,
        ),
        h(
          'div',
          { class: 'fields' },
          field('How', null, choice('goal', GOALS, 'MAX_F1')),
          field('That share, 0.01–1', { name: 'atLeast', placeholder: '0.9' }),
          field('Or the number itself, 0–1', { name: 'threshold', placeholder: best ? digits(best) : '0.3' }),
        ),
        progress,
      ],
      submit: async ({ goal, atLeast, threshold }) => {
        const input = {
          versionId: id,
          ...(goal && { goal }),
          ...(atLeast && { atLeast: Number(atLeast) }),
          ...(threshold && { threshold: Number(threshold) }),
        };
        const { job } = await api.act('ModelVersionChooseThreshold', input);
        const made = await followed(api, job.id, progress);
        if (made) location.hash = `#/models/${made.id}`;
      },
    }),
  );
}

const takeAway = (api, { id }) =>
  unfold(
    'Take it elsewhere, as a file',
    form({
      action: 'Fetch it',
      fields: [
        h('p', { class: 'soft' }, 'ONNX and TensorFlow.js as it is served, and how its rows are prepared.'),
        field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
      ],
      submit: async ({ reason }) => {
        const { download } = await api.act('ModelVersionExport', { id, reason });
        location.assign(download);
      },
    }),
  );

const retire = ({ api, version, reload }) =>
  unfold(
    'Take it out of use for good',
    form({
      action: 'Retire it',
      fields: field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
      submit: async ({ reason }) => {
        await api.act('ModelVersionRetire', { id: version.id, reason });
        await reload();
      },
    }),
  );
