/** Which screen the address names, for whom: the hash is the route, so that a page can be shared and gone back to. */
import { Api, Refusal } from './api.mjs';
import { act, h, panel } from './dom.mjs';
import { whereabouts } from './filters.mjs';
import { menu } from './menu.mjs';
import { mayGoOn, watchLeaving, writeAgain, written } from './unsaved.mjs';
import { books } from './screens/books.mjs';
import { assessment, newAssessment } from './screens/assessments.mjs';
import { auditLog } from './screens/audit-log.mjs';
import { breaches } from './screens/breach-notices.mjs';
import { channels } from './screens/channels.mjs';
import { closedBanner } from './screens/closing.mjs';
import { compliance } from './screens/compliance.mjs';
import { customer, customers } from './screens/customers.mjs';
import { dashboard } from './screens/dashboard.mjs';
import { datasetVersion } from './screens/dataset-version.mjs';
import { dataset, datasets } from './screens/datasets.mjs';
import { deployments } from './screens/deployments.mjs';
import { fairness } from './screens/fairness.mjs';
import { feedback, feedbackItem } from './screens/feedback.mjs';
import { flag, flags } from './screens/flags.mjs';
import { test, tests } from './screens/feature-tests.mjs';
import { incident, incidents } from './screens/incidents.mjs';
import { join } from './screens/join.mjs';
import { keys } from './screens/keys.mjs';
import { leads } from './screens/leads.mjs';
import { invitation, joined, newPassword, verified } from './screens/links.mjs';
import { login } from './screens/login.mjs';
import { margins } from './screens/margins.mjs';
import { market } from './screens/market.mjs';
import { modelVersion } from './screens/model-version.mjs';
import { models } from './screens/models.mjs';
import { overview } from './screens/overview.mjs';
import { person } from './screens/person.mjs';
import { planBook } from './screens/plan-book.mjs';
import { plans } from './screens/plans.mjs';
import { pricing } from './screens/pricing.mjs';
import { secondFactorDoor } from './screens/second-factor.mjs';
import { signIn } from './screens/sign-in.mjs';
import { testDraft } from './screens/test-draft.mjs';
import { testSuite } from './screens/test-suite.mjs';
import { testRun, testSuites } from './screens/test-suites.mjs';
import { trainingSearch } from './screens/training-search.mjs';
import { trainingStart } from './screens/training-start.mjs';
import { training, trainings } from './screens/trainings.mjs';
import { staff } from './screens/staff.mjs';
import { team } from './screens/team.mjs';
import { tryIt } from './screens/try-it.mjs';
import { usage } from './screens/usage.mjs';
import { webhooks } from './screens/webhooks.mjs';

const under = (group, screens) =>
  screens.map(([place, title, screen, permission]) => [place, title, screen, permission, group]);

/** `[address, title, screen, permission, group of the menu]`; without a title it is in no menu. */
const STAFF = [
  ['', 'Overview', overview],
  ['answers/:id', null, join, 'inference:read'],
  ['login', null, login],
  ...under('Listen', [
    ['feedback', 'Feedback', feedback, 'feedback:triage'],
    ['feedback/:id', null, feedbackItem, 'feedback:triage'],
    ['market', 'Market', market, 'market:read'],
  ]),
  ...under('Build', [
    ['data', 'Data', datasets, 'dataset:read'],
    ['data/:id', null, dataset, 'dataset:read'],
    ['data/versions/:id', null, datasetVersion, 'dataset:read'],
    ['trainings', 'Trainings', trainings, 'training:read'],
    ['trainings/:id', null, training, 'training:read'],
    ['trainings/on/:id', null, trainingStart, 'training:run'],
    ['trainings/searches/:id', null, trainingSearch, 'training:read'],
    ['models', 'Models', models, 'model:read'],
    ['models/:id', null, modelVersion, 'model:read'],
    ['suites', 'Test suites', testSuites, 'feature-test:read'],
    ['suites/:id', null, testSuite, 'feature-test:read'],
    ['suites/runs/:id', null, testRun, 'feature-test:read'],
  ]),
  ...under('Serve', [
    ['deployments', 'Deployments', deployments, 'deployment:evidence'],
    ['deployments/:id', null, fairness, 'fairness:read'],
    ['flags', 'Flags', flags, 'feature-test:read'],
    ['flags/:key', null, flag, 'feature-test:read'],
    ['tests', 'Feature tests', tests, 'feature-test:read'],
    ['tests/new', null, testDraft, 'feature-test:manage'],
    ['tests/:id', null, test, 'feature-test:read'],
  ]),
  ...under('Sell', [
    ['customers', 'Customers', customers, 'customer:read'],
    ['customers/:id', null, customer, 'customer:read'],
    ['leads', 'Leads', leads, 'market:read'],
    ['channels', 'Channels', channels, 'market:read'],
    ['plans', 'Plans', planBook, 'billing:read'],
    ['pricing', 'What if', pricing, 'margin:read'],
    ['margins', 'Margins', margins, 'margin:read'],
    ['books', 'Books', books, 'billing:reconcile'],
  ]),
  ...under('Govern', [
    ['incidents', 'Incidents', incidents, 'incident:read'],
    ['incidents/:id', null, incident, 'incident:read'],
    ['compliance', 'Compliance', compliance, 'compliance:read'],
    ['compliance/audit', null, auditLog, 'audit:read'],
    ['compliance/people/:customerId/:externalId', null, person, 'compliance:read'],
    ['compliance/uses/new', null, newAssessment, 'impact:assess'],
    ['compliance/uses/:id', null, assessment, 'impact:read'],
    ['staff', 'Staff', staff, 'staff:read'],
  ]),
];
const CUSTOMER = [
  ['', 'Overview', dashboard, 'customer:read'],
  ['try', 'Try it', tryIt, 'inference:run'],
  ['usage', 'Usage and invoices', usage, 'billing:read'],
  ['plans', 'Plans', plans, 'billing:read'],
  ['keys', 'API keys', keys, 'api-key:manage'],
  ['webhooks', 'Webhooks', webhooks, 'webhook:read'],
  ['breaches', 'Data breaches', breaches, 'breach-notice:read'],
  ['team', 'Team', team, 'customer:read'],
  ['login', null, login],
];
/** Where the links in mails and offers lead: open to whoever has them. */
const LINKS = [
  ['join/lead/:leadToken', joined],
  ['join/by/:channel', joined],
  ['reset/:token', newPassword],
  ['invitation/:token', invitation],
  ['verify/:token', verified],
];

/** Scrolling has come to rest after so many milliseconds: browsers refuse to be told more often. */
const RESTING_MS = 150;

async function boot() {
  const documents = await (await fetch('/console/documents.json')).json();
  const api = new Api(documents);
  const show = () => route(api).catch((error) => document.body.replaceChildren(refusalPanel(error)));
  let resting;
  addEventListener('scroll', () => {
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState({ ...history.state, y: scrollY }, ''), RESTING_MS);
  });
  watchLeaving();
  addEventListener('hashchange', async () => {
    clearTimeout(resting);
    if (!mayGoOn()) return;
    // Whoever goes back finds the page where it was left; a page that is new has no state.
    const y = history.state?.y ?? 0;
    await show();
    // Where the eyes are: at the new page, and not at the link in the menu that was replaced.
    document.querySelector('main')?.focus({ preventScroll: true });
    scrollTo(0, y);
  });
  addEventListener('unhandledrejection', ({ reason }) => tell(reason));
  await show();
}

/** What went wrong where nobody waited for it, such as another choice in a list, is told all the same. */
function tell(error) {
  const told = document.querySelector('.told') ?? h('p', { class: 'refusal told', role: 'alert' });
  told.textContent = error?.message ?? String(error);
  (document.querySelector('main') ?? document.body).prepend(told);
}

async function route(api) {
  const { place, query } = whereabouts();
  const viewer = api.signedIn ? await viewerOf(api) : null;
  /** The same page anew, where it was: what was done stands in its place, and so does what is half written. */
  const reload = async () => {
    const at = scrollY;
    const drafts = written();
    await route(api);
    writeAgain(drafts);
    document.querySelector('main')?.focus({ preventScroll: true });
    scrollTo(0, at);
  };
  const entered = async () => route(api);
  await draw({ api, viewer, place, query, entered, reload });
  const title = document.querySelector('h1')?.textContent.trim();
  document.title = title ? `${title} – Flywheel` : 'Flywheel';
}

async function draw({ api, viewer, place, query, entered, reload }) {
  for (const [pattern, screen] of LINKS) {
    const params = match(pattern, place);
    if (params) return void document.body.replaceChildren(await screen({ api, ...params, entered }));
  }
  if (!viewer || viewer.staff?.mustChangePassword) {
    document.body.replaceChildren(signIn({ api, viewer, entered }));
    return;
  }
  if (viewer.mustSetUpSecondFactor) {
    document.body.replaceChildren(secondFactorDoor({ api, entered }));
    return;
  }
  const screens = (viewer.kind === 'STAFF' ? STAFF : CUSTOMER).filter(
    ([, , , permission]) => !permission || viewer.permissions.includes(permission),
  );
  const main = h('main', { tabindex: '-1', 'aria-busy': 'true' }, h('p', { class: 'soft' }, 'One moment…'));
  const skip = h('button', { type: 'button', class: 'skip', click: () => main.focus() }, 'Past the menu');
  document.body.replaceChildren(skip, menu({ api, viewer, screens, place, entered }), main);
  const found = screens
    .map(([pattern, , screen]) => ({ screen, params: match(pattern, place) }))
    .find(({ params }) => params);
  try {
    const page = found
      ? await found.screen({ api, viewer, params: found.params, query, reload })
      : panel('There is no such page.', h('a', { href: '#/' }, 'To the overview'));
    main.replaceChildren(...[closedBanner({ api, viewer, reload }), page].filter(Boolean));
    // What is too wide for the page begins where the news is.
    for (const plot of main.querySelectorAll('.newest')) plot.scrollLeft = plot.scrollWidth;
  } catch (error) {
    main.replaceChildren(refusalPanel(error));
  }
  main.removeAttribute('aria-busy');
}

/** Null when the session has ended: whoever comes back signs in again. */
async function viewerOf(api) {
  try {
    const { viewer } = await api.ask('Viewer');
    if (viewer.kind !== 'ANONYMOUS') return viewer;
  } catch (error) {
    if (error.code !== 'UNAUTHENTICATED') throw error;
  }
  api.close();
  return null;
}

/** The parts of the address that the pattern names, or null when it is another's. */
function match(pattern, place) {
  const [names, parts] = [pattern.split('/'), place.split('/').map(decoded)];
  const fits =
    names.length === parts.length && names.every((name, i) => name.startsWith(':') || name === parts[i]);
  if (!fits) return null;
  return Object.fromEntries(
    names.flatMap((name, i) => (name.startsWith(':') ? [[name.slice(1), parts[i]]] : [])),
  );
}

/** What was broken on its way, by a mail program for one, stays as it is and names nothing. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function refusalPanel(error) {
  const known = error instanceof Refusal;
  return panel(
    known ? error.message : 'This page could not be shown.',
    h(
      'p',
      { class: 'soft' },
      known ? `${error.code}${error.requestId ? `, request ${error.requestId}` : ''}` : String(error),
    ),
    act('Try again', () => location.reload()),
  );
}

await boot();
