import { GraphQLError } from 'graphql';
import { AppError, invalidInput } from '../../kernel/errors';
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

test('where there is no payload, an error carries what its type of one would, in the same words', () => {
  const told = (failure: AppError): object | undefined => {
    const error = new GraphQLError('failed', { originalError: failure });
    return formatError(error, { log: {} as Log, hidesSchema: false }, 'req_1').extensions;
  };
  const always = { requestId: 'req_1', docs: expect.any(String) as string };
  const resetsAt = new Date('2031-02-01T00:00:00Z');
  const quota = new AppError('QUOTA_EXCEEDED', 'All is used.', undefined, { limit: 3n, used: 3n, resetsAt });
  expect(told(quota)).toEqual({
    ...always,
    code: 'QUOTA_EXCEEDED',
    limit: '3',
    used: '3',
    resetsAt: '2031-02-01T00:00:00.000Z',
  });
  expect(told(new AppError('CONSENT_REQUIRED', 'Ask.', undefined, { purpose: 'TRAINING' }))).toEqual({
    ...always,
    code: 'CONSENT_REQUIRED',
    purpose: 'TRAINING',
  });
  const path = ['input', 'maxTokens'];
  expect(told(invalidInput(path, 'Too many.', 'max'))).toEqual({
    ...always,
    code: 'INVALID_INPUT',
    faults: [{ message: 'Too many.', path, constraint: 'max' }],
  });
});
