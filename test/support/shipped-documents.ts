/** The documents of `schema/operations`, sent as front ends send them: by hash alone. */
import fs from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/kernel/hash';
import type { World } from './world';

const FOLDER = path.resolve(__dirname, '../../schema/operations');

type Data = Record<string, unknown>;

export class ShippedDocuments {
  constructor(private readonly world: Pick<World, 'url'>) {}

  /** What a document answered, which must have gone well. */
  async answer(name: string, credential: string | undefined, variables: object = {}): Promise<Data> {
    const text = fs.readFileSync(path.join(FOLDER, `${name}.graphql`), 'utf8');
    const response = await fetch(`${this.world.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(credential && { authorization: `Bearer ${credential}` }),
      },
      body: JSON.stringify({ documentId: `sha256:${sha256(text)}`, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: object[] };
    expect([name, errors]).toEqual([name, undefined]);
    return data;
  }

  /** What a mutation answered, which must have refused nothing. */
  async acted<T>(name: string, credential: string, variables: object): Promise<T> {
    const answered = Object.values(await this.answer(name, credential, variables));
    const [payload] = answered as (T & { errors: object[] })[];
    expect([name, payload!.errors]).toEqual([name, []]);
    return payload!;
  }
}
