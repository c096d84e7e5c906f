/** Where a browser gets a table: under a signed address that expires and carries the question, answered when it is opened. */
import type { FastifyInstance } from 'fastify';
import { asDownload, type SignedLinks } from '../../../platform/http';
import { csvOf, type MarketTable, type TableQuestion, type TableView } from './market-table';
import { addressPart, questionIn } from './table-address';

const FOLDER = '/market/tables';

export function tablePath(question: TableQuestion): string {
  return `${FOLDER}/${addressPart(question)}.csv`;
}

export function serveTables(
  http: FastifyInstance,
  links: SignedLinks,
  views: Readonly<Record<MarketTable, TableView>>,
): void {
  http.get<{ Params: { '*': string } }>(`${FOLDER}/*`, async ({ url, params }, reply) => {
    if (!links.verify(url)) return reply.callNotFound();
    const question = questionIn(params['*'].replace(/\.csv$/, ''));
    const name = `market-${question.table.toLowerCase().replaceAll('_', '-')}`;
    return asDownload(reply, `${name}.csv`)
      .type('text/csv; charset=utf-8; header=present')
      .send(csvOf(await views[question.table].lines(question)));
  });
}
