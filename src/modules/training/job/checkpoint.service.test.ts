import { type BlobStore, BlobStoreError } from '../../../platform/blob';
import type { Database } from '../../../platform/database';
import { CheckpointService } from './checkpoint.service';

const reading = (error: Error) => {
  const blobs = { get: () => Promise.reject(error) } as unknown as BlobStore;
  return new CheckpointService({} as Database, blobs).read('hash');
};

test('a checkpoint that is lost or damaged is done without; one that is out of reach for now is not', async () => {
  expect(await reading(new Error('was changed on disk'))).toBeUndefined();
  await expect(reading(new BlobStoreError('cannot be reached', true))).rejects.toThrow('cannot be reached');
});
