/** Where a browser opens a report: under a signed address that expires, with nothing in it that could run. */
import type { FastifyInstance } from 'fastify';
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import { asDownload, type SignedLinks } from '../../../platform/http';
import { ComplianceReport } from './compliance-report.entity';

export type ReportForm = 'html' | 'json' | 'csv';

const CONTENT_TYPES: { readonly [form in ReportForm]: string } = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** The report brings its styles along and needs nothing else, so nothing else is allowed. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export function reportPath(id: string, form: ReportForm): string {
  return `/reports/${id}.${form}`;
}

export function serveReports(
  http: FastifyInstance,
  database: Database,
  blobs: BlobStore,
  links: SignedLinks,
): void {
  for (const form of Object.keys(CONTENT_TYPES) as ReportForm[]) {
    http.get<{ Params: { id: string } }>(reportPath(':id', form), async ({ url, params }, reply) => {
      const where = { id: params.id };
      const report = links.verify(url)
        ? await database.read.one(ComplianceReport, { scope: SERVICE, where })
        : null;
      if (!report) return reply.callNotFound();
      return asDownload(reply, `${report.id}.${form}`, form === 'html' ? 'inline' : 'attachment')
        .type(CONTENT_TYPES[form])
        .header('content-security-policy', POLICY)
        .send(await blobs.get({ html: report.htmlHash, json: report.hash, csv: report.csvHash }[form]));
    });
  }
}
