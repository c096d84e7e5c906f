/** By whom a deployment is answered from now on: one version, or several by weight. The gate is asked of each that is new. */
import { choice, field, form, h, pill, table, unfold } from '../dom.mjs';
import { differences, editedList, lookedAt } from '../edits.mjs';
import { versionName as named } from './canary.mjs';

const WHOLE = 100;
const MOST = 10;
const UNDER_WAY = ['RUNNING', 'PAUSED'];

/** @param candidates versions of the same model, the newest first. */
export function routing({ api, one, candidates, reload }) {
  if (candidates.length === 0) return null;
  if (one.canary && UNDER_WAY.includes(one.canary.state))
    return h(
      'p',
      { class: 'soft' },
      'While its canary goes on, the steps of the canary decide the shares. End it to decide them yourself.',
    );
  return [promotion({ api, one, candidates, reload }), splitting({ api, one, candidates, reload })];
}

export const checks = (list) =>
  table(
    [
      ['Check', ({ name }) => name],
      ['', ({ passed }) => pill(passed ? 'passed' : 'refused', passed ? 'good' : 'bad')],
      ['Why', ({ detail }) => h('div', { class: 'long' }, detail)],
    ],
    list,
    'There is nothing to check.',
  );

const overriding = () =>
  field('Only to override the gate, if it refuses: why', {
    name: 'overrideReason',
    minlength: 10,
    maxlength: 1000,
  });

/** What the gate refuses is shown check by check; whoever overrides it says why, and reports show it. */
function promoting({ api, one, reload }) {
  const refused = h('div', { 'aria-live': 'polite' });
  const promote = async ({ overrideReason, ...target }) => {
    const input = { id: one.id, expectedVersion: one.version, ...target };
    refused.replaceChildren();
    try {
      await api.act('DeploymentPromote', { ...input, ...(overrideReason && { overrideReason }) });
    } catch (error) {
      if (error.checks) refused.replaceChildren(checks(error.checks));
      throw error;
    }
    await reload();
  };
  return { refused, promote };
}

function promotion({ api, one, candidates, reload }) {
  const { refused, promote } = promoting({ api, one, reload });
  return unfold(
    'Send everything to one version',
    form({
      action: 'Send everything',
      fields: [field('Version', null, choice('versionId', options(candidates))), overriding()],
      submit: promote,
    }),
    refused,
  );
}

const options = (versions) => versions.map((version) => [version.id, named(version)]);

function splitting({ api, one, candidates, reload }) {
  const { refused, promote } = promoting({ api, one, reload });
  const routed = one.routes.map(({ version }) => version);
  // What answers already may have been retired since.
  const offered = [...routed, ...candidates.filter(({ id }) => routed.every((version) => version.id !== id))];
  const list = editedList({
    label: 'Versions that answer, and their shares',
    add: 'Another version',
    most: MOST,
    first: one.routes.map(({ version, weight }) => ({ versionId: version.id, weight })),
    make: (route) => aRoute(route, offered),
  });
  const before = new Map(one.routes.map(({ version, weight }) => [version.id, weight]));
  return unfold(
    'Share it between versions',
    h(
      'p',
      { class: 'soft' },
      'Each person stays with one version. A share of 0 % keeps a version warm, for tests, and sends it nobody.',
    ),
    lookedAt({
      look: 'Look at the shares',
      action: 'Share it so',
      fields: [list.element, overriding()],
      read: ({ overrideReason }) => {
        const routes = checked(list);
        const after = new Map(routes.map(({ versionId, weight }) => [versionId, weight]));
        const changes = offered
          .filter(({ id }) => before.get(id) !== after.get(id))
          .map((version) => ({
            version,
            before: percent(before.get(version.id)),
            after: percent(after.get(version.id)),
          }));
        const told = differences(changes.map(({ version, ...rest }) => ({ ...rest, part: named(version) })));
        return { order: { routes, overrideReason }, changes, told };
      },
      send: promote,
    }),
    refused,
  );
}

const percent = (weight) => (weight === undefined ? undefined : `${weight} %`);

function aRoute({ versionId, weight = 0 } = {}, offered) {
  const version = choice('routed', options(offered), versionId);
  const share = h('input', {
    name: 'weight',
    type: 'number',
    min: 0,
    max: WHOLE,
    step: 1,
    required: true,
    value: weight,
  });
  return {
    fields: [field('Version', null, version), field('Share of the requests, %', null, share)],
    read: () => ({ versionId: version.value, weight: Number(share.value) }),
  };
}

/** @throws Error in words for what the service would refuse, beside its row where there is one. */
function checked(list) {
  const routes = list.read();
  list.hush();
  const twice = routes.findIndex(({ versionId }, at) =>
    routes.slice(0, at).some((earlier) => earlier.versionId === versionId),
  );
  if (twice >= 0) list.say(twice, 'This version stands above already.');
  if (twice >= 0) throw new Error('Name each version once.');
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  if (sum !== WHOLE) throw new Error(`The shares make ${sum} %. They must make 100 %.`);
  return routes;
}
