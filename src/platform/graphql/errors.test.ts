import { GraphQLError } from 'graphql';
import { BlobStoreError } from '../blob/blob-store-error';
import type { Log } from '../log';
import { formatError } from './errors';

test('a blob store that fails is told to the operator in its words, and to callers in fewer', () => {
  const said: object[] = [];
  const log = { error: (fields: object) => said.push(fields) } as unknown as Log;
  const failure = new BlobStoreError('The bucket inner-name cannot be reached at http://10.0.0.7', true);
  const error = new GraphQLError('failed', { originalError: failure });
  const { message, extensions } = formatError(error, { log, hidesSchema: false }, 'req_1');
  expect(extensions).toMatchObject({ code: 'UPSTREAM_FAILED', requestId: 'req_1' });
  expect(message).not.toMatch(/inner-name|10\.0\.0\.7/);
  expect(said).toEqual([{ error: failure, requestId: 'req_1', path: undefined }]);
});
