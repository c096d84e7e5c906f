/** The audit log, looked through by who, what, of what and when; each record with a proof that outsiders check by themselves. */
import { act, h, panel, table } from '../dom.mjs';
import { filtered } from '../filters.mjs';
import { instant } from '../format.mjs';
import { namesOf, who } from '../names.mjs';

const DAY_MS = 86_400_000;
/** Where one end of a period is left open. */
const [BEGINNING, END] = ['2000-01-01', '2999-12-31'];

export async function auditLog({ api, query }) {
  const list = await filtered({
    query,
    fields: [
      ['action', 'What was done, such as consent.withdrawn'],
      ['actor', 'By, as an id'],
      ['object', 'About, as an id'],
      ['customerId', 'Of the customer, as an id'],
      ['from', 'From, in UTC', { type: 'date' }],
      ['to', 'Until the end of', { type: 'date' }],
    ],
    load: async ({ from, to, ...filter }, after) => {
      const period = (from || to) && {
        from: midnight(from ?? BEGINNING, 0),
        to: midnight(to ?? END, DAY_MS),
      };
      return (await api.ask('AuditRecords', { filter: { ...filter, ...(period && { period }) }, after }))
        .auditRecords;
    },
    show: async (nodes) => {
      const ids = nodes.flatMap(({ actor, object, customerId }) => [actor, object, customerId]);
      return records(api, nodes, await namesOf(api, ids));
    },
  });
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/compliance' }, 'Compliance')),
    h('h1', null, 'Audit log'),
    h(
      'p',
      { class: 'soft' },
      'Newest first. Who, what or whom a line names leads to all that was done by them, or to them.',
    ),
    panel(null, list),
  );
}

const midnight = (date, later) => new Date(Date.parse(`${date}T00:00:00Z`) + later).toISOString();

const found = (name, value, says) =>
  h('a', { href: `#/compliance/audit?${new URLSearchParams({ [name]: value })}` }, says);

const records = (api, nodes, names) =>
  table(
    [
      ['No.', ({ index }) => index, 'number'],
      ['When', ({ at }) => instant(at)],
      [
        'What',
        ({ action, reason }) => [
          found('action', action, action),
          reason && h('p', { class: 'soft' }, reason),
        ],
      ],
      ['By', ({ actor }) => found('actor', actor, who(names, actor))],
      ['About', ({ object }) => found('object', object, who(names, object))],
      [
        'Customer',
        ({ customerId }) => (customerId ? found('customerId', customerId, who(names, customerId)) : '–'),
      ],
      ['', ({ id }) => proof(api, id)],
    ],
    nodes,
    'Nothing of the kind was recorded.',
  );

/** The file that docs/verify-audit.mjs reads. */
function proof(api, id) {
  const place = h('span', { role: 'status' });
  const make = async () => {
    const { auditTreeHead: treeHead, node } = await api.ask('AuditProof', { id });
    const { proof: inclusion, ...record } = node;
    if (inclusion.treeSize !== treeHead.size) throw new Error('The log grew meanwhile. Ask again.');
    const text = JSON.stringify({ record, proof: inclusion, treeHead }, null, 2);
    const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    place.replaceChildren(h('a', { href, download: `${id}.json` }, 'Save it, for verify-audit.mjs'));
  };
  return [act('Its proof', make), place];
}
