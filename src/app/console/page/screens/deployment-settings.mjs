/** What a deployment does beside its routes: whom else it asks, who stands in for it, what it says again and what it keeps. */
import { checkboxes, choice, facts, field, form, h, unfold } from '../dom.mjs';
import { digits, instant, interval, number, share } from '../format.mjs';
import { versionName } from './canary.mjs';

/** @param candidates versions that may be asked beside it. @param others deployments that may stand in for it. */
export const settings = ({ api, one, candidates, others, reload }) => [
  shadowing({ api, one, candidates, reload }),
  configuring({ api, one, others, reload }),
];

/** What was seen of the version that is asked beside those that answer. */
export const shadowOf = ({
  version,
  startedAt,
  endedAt,
  rows,
  disagreementRate,
  disagreementInterval,
  meanDifference,
  failed,
  refused,
  dropped,
}) => [
  h('h3', null, 'Shadow'),
  h(
    'p',
    { class: 'soft' },
    `${versionName(version)} is asked too and answers nobody, since ${instant(startedAt)}${endedAt ? ` until ${instant(endedAt)}` : ''}.`,
  ),
  facts(
    ['Rows compared', number(rows)],
    [
      'Says another label',
      disagreementRate !== null && `${share(disagreementRate)} (${interval(disagreementInterval)})`,
    ],
    ['Numbers differ by', digits(meanDifference)],
    ['Failed', number(failed)],
    ['Did not take', number(refused)],
    ['Not asked', number(dropped)],
  ),
];

const shadowing = ({ api, one: { id, shadow }, candidates, reload }) =>
  unfold(
    'Ask a version beside it, as a shadow',
    form({
      action: 'Set it',
      fields: [
        field(
          'Version: it answers nobody, and nobody pays for it',
          null,
          choice(
            'versionId',
            [['', 'none'], ...candidates.map((version) => [version.id, versionName(version)])],
            shadow && !shadow.endedAt ? shadow.version.id : '',
          ),
        ),
        field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
      ],
      submit: async ({ versionId, reason }) => {
        await api.act('DeploymentShadowSet', { id, versionId: versionId || null, reason });
        await reload();
      },
    }),
  );

const configuring = ({ api, one, others, reload }) =>
  unfold(
    'Who stands in for it, what it says again, what it keeps',
    form({
      action: 'Set it so',
      fields: [
        others.length > 0 &&
          checkboxes(
            'While its engine cannot answer, ask in this order, three at most',
            'fallback',
            inOrder(one.fallbacks, others).map(({ id, name }) => [id, name]),
            one.fallbacks.map(({ id }) => id),
          ),
        field('Seconds for which the same question gets the same answer, empty for never', {
          name: 'cacheSeconds',
          type: 'number',
          min: 1,
          max: 3600,
          value: one.cacheSeconds ?? '',
        }),
        field('% of the answers that are kept, where the person has agreed', {
          name: 'kept',
          type: 'number',
          min: 0,
          max: 100,
          step: 'any',
          required: true,
          value: Math.round(one.payloadSampleRate * 1e6) / 1e4,
        }),
      ],
      submit: async ({ cacheSeconds, kept }, all) => {
        await api.act('DeploymentConfigure', {
          id: one.id,
          expectedVersion: one.version,
          fallbackIds: all('fallback'),
          cacheSeconds: cacheSeconds === '' ? null : Number(cacheSeconds),
          payloadSampleRate: Number(kept) / 100,
        });
        await reload();
      },
    }),
  );

/** Those that stand in come first, in their order: they are sent as they stand in the form. */
function inOrder(fallbacks, others) {
  const known = new Set(fallbacks.map(({ id }) => id));
  return [...fallbacks, ...others.filter(({ id }) => !known.has(id))];
}
