/** Revenue and how it moves, who stays, by which channel customers come, and what is demanded by whom. */
import { bars, heat } from '../charts.mjs';
import { act, everyPage, h, pages, panel, pill, table, tile } from '../dom.mjs';
import { exactMoney, interval, lastMonths, money, number, share, words } from '../format.mjs';
import { channelTable, funnelChart } from './channels.mjs';
import { competitors } from './competitors.mjs';

const TABLES = [
  'REVENUE_MOVEMENTS',
  'COHORTS',
  'CHANNELS',
  'FUNNEL',
  'DEMAND_MAP',
  'PRODUCT_MARKET_FIT',
  'COMPETITOR_MENTIONS',
];
const RISKS = { HIGH: 'bad', MEDIUM: 'warn', LOW: 'good' };
const MOVEMENTS = ['new', 'expansion', 'reactivation', 'contraction', 'churn'];

export async function market({ api, viewer, reload }) {
  const period = lastMonths(12);
  const [revenue, kept, came, demand, lost, risks, fit, rivals, watched] = await Promise.all([
    api.ask('Market', { period }),
    api.ask('MarketRetention', { period }),
    api.ask('Acquisition', { period }),
    api.ask('MarketDemand', { period: lastMonths(3) }),
    api.ask('Losses', { period }),
    healths(api),
    api.ask('ProductMarketFit', { period }),
    api.ask('Competitors', { period }),
    everyPage(async (after) => (await api.ask('WatchedCompetitors', { after })).market.competitors),
  ]);
  const { mrr, movements, customersByPlan } = revenue.market;
  const { retention } = kept.market;
  return h(
    'div',
    null,
    h('h1', null, 'Market'),
    h(
      'div',
      { class: 'tiles' },
      tile('recurs each month', money(mrr)),
      tile('of last year’s revenue kept, with what grew', share(retention?.netRetention)),
      tile('of last year’s customers kept', share(retention?.logoRetention)),
      tile('of leads won', share(lost.market.losses?.winRate)),
      fitTile(fit.market.productMarketFit),
    ),
    panel(
      null,
      movementsChart(movements),
      table(
        [
          ['Plan', ({ plan }) => pill(plan)],
          ['Customers', ({ customers }) => number(customers), 'number'],
          ['A month', (line) => money(line.mrr), 'number'],
        ],
        customersByPlan,
      ),
    ),
    panel(null, cohortsChart(kept.market.cohorts)),
    panel(null, funnelChart(came.market.funnel), channelTable(came.market.channels)),
    panel(null, demandChart(demand.market.demandMap)),
    competitors({
      api,
      mentions: rivals.market.competitorMentions,
      watched,
      manages: viewer.permissions.includes('market:manage'),
      reload,
    }),
    panel('Customers, those first who may leave', risks),
    panel(
      'Why we lose',
      table(
        [
          ['Reason', ({ reason }) => words(reason)],
          ['Leads', ({ leads }) => number(leads), 'number'],
          ['Customers', ({ customers }) => number(customers), 'number'],
          ['Revenue', (line) => money(line.revenue), 'number'],
        ],
        lost.market.losses?.reasons.filter(({ leads, customers }) => leads + customers > 0) ?? [],
        'Nobody was lost in these months.',
      ),
    ),
    downloads(api, period),
  );
}

const healths = (api) =>
  pages(
    async (after) => (await api.ask('CustomersAtRisk', { after })).market.health,
    (nodes) =>
      table(
        [
          ['Customer', ({ customer }) => h('a', { href: `#/customers/${customer.id}` }, customer.name)],
          ['Risk', ({ risk }) => pill(risk, RISKS[risk])],
          ['Health, of 100', ({ score }) => number(score), 'number'],
          [
            'Because',
            ({ terms }) =>
              terms
                .filter(({ value }) => value !== null && value < 0.5)
                .map(({ term }) => words(term))
                .join(', ') || '–',
          ],
        ],
        nodes,
        'Nobody, as far as can be told: it is reckoned every hour.',
      ),
  );

const fitTile = ({ total, benchmark }) =>
  tile(
    `would be very disappointed without it (${share(benchmark)} is the mark), of ${number(total.answers)}`,
    total.interval ? `${share(total.share)} (${interval(total.interval)})` : '–',
  );

/** Every view as a table for spreadsheets: the link is good for minutes, so it is made when it is asked for. */
function downloads(api, period) {
  const download = async (name) => {
    const { market: view } = await api.ask('MarketTable', { table: name, period });
    location.assign(view.csv);
  };
  return panel(
    'As tables',
    h(
      'div',
      { class: 'row' },
      TABLES.map((name) => act(words(name), () => download(name))),
    ),
  );
}

/** The movements of each month; they add up to the difference of what recurs. */
export function movementsChart(movements) {
  const columns = movements.map((month) => ({
    label: month.month.slice(0, 7),
    values: MOVEMENTS.map((name) => signed(name, Number(month[name].amountMinor))),
  }));
  // Not every currency has hundredths.
  const say = (minor) => exactMoney(String(Math.round(minor)), movements.at(-1)?.closing);
  return bars({
    title: 'How recurring revenue moved',
    note: 'Each month; above the line what came, below it what went.',
    names: MOVEMENTS,
    columns,
    say,
  });
}

const signed = (name, minor) => (name === 'churn' || name === 'contraction' ? -Math.abs(minor) : minor);

function cohortsChart(cohorts) {
  const oldest = Math.max(...cohorts.map(({ months }) => months.length), 1);
  return heat({
    title: 'Revenue that is kept',
    note: 'Rows are months of the first payment, columns the months since then.',
    columns: Array.from({ length: oldest }, (_, age) => ({ label: String(age), age })),
    rows: cohorts.map(({ month, months, customers }) => ({
      label: `${month.slice(0, 7)} (${customers})`,
      months,
    })),
    cell: ({ months }, { age }) => {
      const kept = months.find((one) => one.age === age);
      return (
        kept && {
          text: share(kept.revenueKept),
          strength: Math.min(kept.revenueKept ?? 0, 1),
          says: `customers: ${kept.customersKept ?? kept.customers}`,
        }
      );
    },
  });
}

function demandChart({ topics, segments }) {
  if (segments.length === 0)
    return h('p', { class: 'soft' }, 'Nobody said anything in words in these three months.');
  const most = Math.max(...segments.flatMap(({ cells }) => cells.map(({ feedback }) => feedback)), 1);
  return heat({
    title: 'Who demands what',
    note: 'Feedback of three months by segment and topic; point at a cell for the revenue behind it.',
    columns: topics.map(({ label }, place) => ({ label: label ?? 'other', place })),
    rows: segments.map(({ segment, rest, cells }) => ({
      label: rest ? 'other' : (segment ?? 'no segment'),
      cells,
    })),
    cell: ({ cells }, { place }) => {
      const { feedback, customers, monthlyRevenue } = cells[place];
      return {
        text: feedback ? String(feedback) : '',
        strength: feedback / most,
        says: `customers: ${customers}, paying ${money(monthlyRevenue)} a month`,
      };
    },
  });
}
