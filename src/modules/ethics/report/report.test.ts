import { gateAccount } from './gate-account';
import { markup } from './markup';
import type { InventoryEntry, ReportContents } from './report-contents';
import { reportCsv } from './report-csv';
import { reportHtml } from './report-html';
import { hasLineage, lineagePicture, lineageText } from './report-lineage';

const contents: ReportContents = {
  heading: {
    id: 'crp_1',
    kind: 'PRIVACY',
    period: { from: '2026-05-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' },
    customer: { id: 'cus_1', name: '=HYPERLINK("x")<script>alert(1)</script>' },
    createdAt: '2026-06-02T10:00:00.000Z',
    createdBy: 'stf_1',
  },
  parts: {
    consent: {
      byText: [{ purpose: 'TRAINING' as never, textVersion: 1, language: 'en', given: 7, withdrawn: 2 }],
      standing: [{ purpose: 'TRAINING' as never, agreeing: 5, asked: 7 }],
    },
    dataRequests: [],
    privacySpending: [
      {
        dataset: 'usage',
        month: '2026-04',
        accounting: 'ZCDP' as never,
        releases: 3,
        spent: '0.1',
        total: '0.125',
      },
    ],
  },
  evidence: { consent: [{ query: 'query { figures }', variables: { customerId: 'cus_1' } }] },
};

test('texts of others are escaped, whatever they hold', () => {
  expect(markup`<b title="${'"&\''}">${'<i>'}${markup`<i>`}</b>`.text).toBe(
    '<b title="&quot;&amp;&#39;">&lt;i&gt;<i></b>',
  );
  expect(reportHtml(contents)).not.toContain('<script');
});

test('an arrow leads from data to what learned on it and on to what was made of that, in the picture and in its text', () => {
  const version = (versionId: string, parents: string[], kind: string | null): InventoryEntry => ({
    versionId,
    model: `model "${versionId}"`,
    task: 'TABULAR_CLASSIFICATION',
    number: 1,
    contentHash: 'a'.repeat(64),
    engine: 'ONNX_CPU',
    createdAt: '2026-05-02T00:00:00.000Z',
    parents: parents.map((id) => ({ id })),
    derivation: kind === null ? null : { kind },
    dataset: { id: 'dsv_1', name: 'wages', number: 1, rows: 534, consentScope: [] },
    metrics: [],
    fairness: null,
  });
  const models = [version('mdv_1', [], null), version('mdv_2', ['mdv_1'], 'QUANTISED')];
  const svg = lineagePicture(models).text;
  const boxes = [...svg.matchAll(/<rect x="([\d.]+)"[^>]*>.*?<text[^>]*>([^<]+)</g)].map(([, x, name]) => [
    name,
    Number(x),
  ]);
  expect(boxes).toEqual([
    ['wages v1', 1],
    ['model &quot;mdv_1&quot; v1', 301],
    ['model &quot;mdv_2&quot; v1', 601],
  ]);
  expect([...svg.matchAll(/d="M([\d.]+) [\d.]+C/g)].map(([, x]) => Number(x))).toEqual([190, 490]);
  expect(lineageText(models)).toMatch(/n0 -->\|learned on\| n1\n.*n1 -->\|quantised\| n2/s);
  expect(hasLineage([{ ...version('mdv_3', [], null), dataset: null }])).toBe(false);
});

test('who let a version go live against a check stands in every form, with the reason in writing', () => {
  const check = (passed: boolean) => ({ name: 'fairness floor', passed, detail: 'selection 0.4 beside 0.8' });
  const moved = (version: number, passed: boolean, reason: string | null) => ({
    deploymentId: 'dep_1',
    version,
    move: version === 1 ? ('CREATED' as const) : ('PROMOTED' as const),
    at: new Date('2026-05-07T09:30:00.000Z'),
    by: 'stf_1',
    reason,
    checks: [check(passed), { ...check(true), name: 'same signature' }],
  });
  const events = [moved(1, false, null), moved(2, true, null), moved(3, false, '=We mend it <soon>')];
  const gates = gateAccount(events, new Map([['dep_1', 'wages']]));
  expect(gates).toMatchObject({ agreed: 1, overrides: [{ version: 1, reason: null }, { version: 3 }] });
  expect(gates.overrides[1]!.refused).toEqual([
    { name: 'fairness floor', detail: 'selection 0.4 beside 0.8' },
  ]);
  const whole: ReportContents = { ...contents, parts: { ...contents.parts, gates } };
  const html = reportHtml(whole);
  for (const words of [
    '=We mend it &lt;soon&gt;',
    'stf_1',
    '7 May 2026, 09:30 UTC',
    'a new deployment has no gate',
  ])
    expect(html).toContain(words);
  expect(reportCsv(whole)).toContain("gate,wages 3,why,'=We mend it <soon>");
});

test('the page says its period as people do, charts before tables before evidence', () => {
  const html = reportHtml(contents);
  expect(html).toContain('1 May 2026 to 31 May 2026');
  const places = ['At a glance', '<svg', 'In figures', '<table', 'Evidence</h2>'].map((part) =>
    html.indexOf(part),
  );
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(Math.min(...places)).toBeGreaterThan(0);
});

test('every figure of a table leads to evidence that is there', () => {
  const html = reportHtml(contents);
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(3);
  for (const target of targets) expect(html).toContain(`id="${target}"`);
});

test('what releases took from privacy budgets stands in every form, in its unit', () => {
  expect(reportHtml(contents)).toMatch(/usage<\/td>.*2026-04<\/td>.*rho<\/td>.*0\.1<\/a>.*0\.125<\/a>/);
  expect(reportHtml(contents)).toContain('3</a></b><span>aggregates released with differential privacy');
  expect(reportCsv(contents)).toContain('privacy budgets,usage 2026-04,spent rho,0.1\r\n');
});

test('the page needs nothing but itself', () => {
  expect(reportHtml(contents)).not.toMatch(/<(script|link|img|iframe)|https?:|url\(/);
});

test('no cell becomes a formula, and quotes, commas and ends of lines stay inside their cell', () => {
  const csv = reportCsv(contents);
  expect(csv).toContain(`"'=HYPERLINK(""x"")<script>alert(1)</script>"`);
  expect(csv.split('\r\n')[0]).toBe('part,item,figure,value');
  expect(csv).toContain('consent,TRAINING text 1 (en),given,7\r\n');
});
