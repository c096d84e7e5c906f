/** What wants somebody's attention this morning, each number a way to the page that it comes from. */
import { everyPage, h, pill, tile } from '../dom.mjs';
import { lastMonths, money } from '../format.mjs';
import { movementsChart } from './market.mjs';

export async function overview({ api, viewer }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const when = (permission, ask) => (may(permission) ? ask() : null);
  const [revenue, waiting, requests, open, breaches, deployed] = await Promise.all([
    when('market:read', () => api.ask('Market', { period: lastMonths(12) })),
    when('feedback:triage', () => api.ask('FeedbackInbox', { filter: { status: 'NEW' }, first: 1 })),
    when('data-request:read', () => api.ask('DataRequests', { filter: { onlyOverdue: true } })),
    when('incident:read', () => api.ask('Incidents', { filter: { status: 'OPEN' } })),
    when('incident:read', () => api.ask('Incidents', { filter: { onlyAuthorityOverdue: true } })),
    when('deployment:evidence', () =>
      everyPage(async (after) => (await api.ask('Deployments', { after })).deployments),
    ),
  ]);
  const overdue = requests?.dataRequests.totalCount;
  const unready = deployed?.filter(({ state }) => state === 'FAILED').length;
  return h(
    'div',
    null,
    h('h1', null, 'Overview'),
    h('p', { class: 'soft' }, 'Signed in as ', viewer.staff.email, ' ', pill(viewer.staff.role)),
    h(
      'div',
      { class: 'tiles' },
      revenue && tile('recurs each month', money(revenue.market.mrr), { href: '#/market' }),
      waiting &&
        tile('pieces of feedback nobody looked at', waiting.feedback.totalCount, {
          href: '#/feedback?status=NEW',
        }),
      open && attention('incidents open', open.incidents.totalCount, '#/incidents?state=open'),
      breaches?.incidents.totalCount > 0 &&
        attention(
          'breaches of which the authority should know by now',
          breaches.incidents.totalCount,
          '#/incidents?state=overdue',
        ),
      requests && attention('requests about personal data overdue', overdue, '#/compliance?request=OVERDUE'),
      deployed && attention('deployments that could not be made ready', unready, '#/deployments'),
    ),
    revenue && h('section', { class: 'panel' }, movementsChart(revenue.market.movements)),
  );
}

const attention = (label, count, href) => tile(label, count, { href, class: count > 0 ? 'bad' : '' });
