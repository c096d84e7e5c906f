/** The report as a page: charts first, tables second, evidence third. It needs nothing but itself, on a screen and on paper. */
import { type Markup, markup, Markup as Raw } from './markup';
import { PART_TITLES, type PartName, type ReportContents, type ReportHeading } from './report-contents';
import { chartsOf } from './report-part-charts';
import { REPORT_STYLE } from './report-style';
import { evidenceAnchor, tablesOf } from './report-tables';
import { dayOf } from './report-words';
import { tilesOf } from './report-tiles';

const KIND_TITLES: Readonly<Record<string, string>> = {
  FULL: 'Compliance report',
  PRIVACY: 'Privacy report',
  MODELS: 'Report on models and their fairness',
};

export function reportHtml(contents: ReportContents): string {
  const { heading, parts } = contents;
  const title = KIND_TITLES[heading.kind] ?? 'Report';
  const names = Object.keys(parts) as PartName[];
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}, ${periodOf(heading)}</title>
<style>${new Raw(REPORT_STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Flywheel · ${heading.customer ? heading.customer.name : 'the whole house'}</p>
<h1>${title}</h1>
<p class="period">${periodOf(heading)}</p>
</header>
<section>
<div class="tiles">${tilesOf(parts)}</div>
<h2>At a glance</h2>
<p>What the figures look like. Every number leads to the query that gave it.</p>
${names.map((name) => chartsOf(name, parts))}
</section>
<section class="part">
<h2>In figures</h2>
<p>The same, exactly.</p>
${names.map((name) => tablesOf(name, parts))}
</section>
<section class="part">
<h2>Evidence</h2>
<p>Whoever may read compliance sends these queries to the API and gets the figures again.</p>
${names.map((name) => evidenceOf(name, contents))}
</section>
<footer>
<p>Report <span class="hash">${heading.id}</span>, made ${momentOf(heading.createdAt)} for <span class="hash">${heading.createdBy}</span>. It is never changed: the SHA-256 of each of its forms stands in the audit log as the event <code>compliance-report.created</code> of this id.</p>
<p>Figures are counts; nobody is named. Intervals are at the 95 % level (Wilson for shares). Periods are half-open and in UTC.</p>
</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function evidenceOf(name: PartName, { evidence }: ReportContents): Markup {
  const queries = (evidence[name] ?? []).map(
    ({ query, variables }) =>
      markup`<pre>${query}</pre>${Object.keys(variables).length > 0 ? markup`<pre>${JSON.stringify(variables, null, 2)}</pre>` : null}`,
  );
  return markup`<div class="evidence" id="${evidenceAnchor(name)}"><h3>${PART_TITLES[name]}</h3>${queries}</div>`;
}

/** The last day that belongs to the period is the one before its end, when it ends at midnight. */
function periodOf({ period: { from, to } }: ReportHeading): string {
  const end = new Date(to).getTime();
  const lastDay = end % 86_400_000 === 0 ? new Date(end - 1).toISOString() : to;
  return `${dayOf(from)} to ${dayOf(lastDay)}`;
}

function momentOf(instant: string): string {
  return `${dayOf(instant)}, ${instant.slice(11, 16)} UTC,`;
}
