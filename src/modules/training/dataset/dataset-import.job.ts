/** Reads an upload in the background. Until its very end nothing of it can be seen; a second run finds the same version. */
import fs from 'node:fs';
import { notFound } from '../../../kernel/errors';
import type { BlobStore } from '../../../platform/blob';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { UploadService } from '../../models';
import { DATASET_IMPORT, type DatasetService, type DatasetWish } from './dataset.service';
import { keepTable } from './kept-table';
import { TableImport } from './table-import';
import { readRows } from './table-rows';

/** The file is read twice: once to learn the kinds of its columns, once to check and keep its rows. */
const PASSES = 2;

export function datasetImportJob(
  datasets: DatasetService,
  uploads: Pick<UploadService, 'find'>,
  blobs: BlobStore,
): JobDefinition<DatasetWish> {
  return {
    kind: DATASET_IMPORT,
    run: async (wish, context) => {
      const upload = await uploads.find(wish.uploadId);
      if (!upload) throw notFound(['input', 'uploadId']);
      const file = await blobs.path(upload.blobHash);
      const open = reading(file, Number(upload.sizeBytes), context);
      const rows = new TableImport(
        (known) => readRows(open(), wish.format, known, wish.ignoredColumns),
        wish,
      );
      return keepTable({ datasets, blobs }, rows, {
        jobId: context.jobId,
        subject: wish.uploadId,
        wish,
        origin: () => ({ sourceHash: upload.blobHash }),
      });
    },
  };
}

function reading(
  file: string,
  sizeBytes: number,
  { signal, progress }: JobContext,
): () => AsyncIterable<Uint8Array> {
  let read = 0;
  return async function* () {
    for await (const chunk of fs.createReadStream(file) as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      yield chunk;
      read += chunk.byteLength;
      await progress(read / (PASSES * sizeBytes), `read ${read >> 10} KiB`);
    }
  };
}
