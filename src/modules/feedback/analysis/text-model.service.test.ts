import { AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import { EngineKind } from '../../compute';
import { type TextModelDoors, TextModelService } from './text-model.service';

const NEVER = new AbortController().signal;

interface Scene {
  readonly engine?: EngineKind;
  readonly routes?: readonly { versionId: string; weight: number }[];
  readonly ask?: (rows: unknown) => Promise<unknown>;
}

function service({ engine = EngineKind.ONNX, routes = [{ versionId: 'mdv_a', weight: 100 }], ask }: Scene) {
  const signature = { inputs: [{ name: 'words', maxLength: 10 }], outputs: [], labels: [] };
  const doors = {
    database: { read: { one: () => Promise.resolve(routes.length > 0 ? { routes } : null) } },
    models: { servable: (id: string) => Promise.resolve({ id, engine, signature }) },
    trial: { on: (_id: string, work: (tried: object) => unknown) => work({ ask }) },
  };
  return new TextModelService(doors as unknown as TextModelDoors);
}

test('the version with most of the traffic is asked', async () => {
  const routes = [
    { versionId: 'mdv_a', weight: 10 },
    { versionId: 'mdv_b', weight: 90 },
  ];
  expect(await service({ routes }).versionOf('any')).toBe('mdv_b');
});

test('nobody is asked where nothing is served, or where the words would leave the house', async () => {
  expect(await service({ routes: [] }).versionOf('any')).toBeUndefined();
  expect(await service({ engine: EngineKind.REMOTE }).versionOf('any')).toBeUndefined();
});

test('a text is read in pieces of the length that the model takes, few at a time', async () => {
  const asked: unknown[][] = [];
  const ask = (rows: unknown) => {
    asked.push(rows as unknown[]);
    return Promise.resolve((rows as unknown[]).map((_, at) => ({ probability: at })));
  };
  const text = Array.from({ length: 10 }, (_, i) => `word no ${i}`).join(' ');
  const read = await service({ ask }).on('mdv_a', (model) => model.read(text, NEVER));
  expect(asked.map(({ length }) => length)).toEqual([8, 2]);
  expect(asked[0]![0]).toEqual({ words: 'word no 0' });
  expect(read.outputs).toHaveLength(10);
  expect(read.lengths).toEqual(Array.from({ length: 10 }, () => 9));
});

test('a text that the model does not take says nothing; an engine that fails is no answer', async () => {
  const refuse = () => Promise.reject(new AppErrors([invalidInput(['input', 'rows'], 'No.', 'text')]));
  const fail = () => Promise.reject(new AppError('ENGINE_FAULT', 'It broke.'));
  expect(await service({ ask: refuse }).on('mdv_a', (model) => model.read('a', NEVER))).toEqual({
    outputs: [],
    lengths: [],
  });
  await expect(service({ ask: fail }).on('mdv_a', (model) => model.read('a', NEVER))).rejects.toThrow(
    'It broke.',
  );
});

test('it ends when it is told to', async () => {
  const ask = () => Promise.resolve([{}]);
  const ended = service({ ask }).on('mdv_a', (model) => model.read('a', AbortSignal.abort()));
  await expect(ended).rejects.toThrow();
});
