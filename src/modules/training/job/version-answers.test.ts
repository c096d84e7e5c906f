/** Versions are asked on the engine beside each other: whoever tries one has it alone. */
import type { Artefact } from '../../compute';
import { type Engine, onEngine } from './version-answers';

/** Holds one artefact a name, as the real one does: loading again replaces, and what is unloaded answers nobody. */
class NamedEngine {
  readonly held = new Map<string, number>();

  async load({ versionId, files }: Artefact): Promise<void> {
    const { source } = files[0]!;
    this.held.set(versionId, 'bytes' in source ? source.bytes[0]! : NaN);
  }

  async infer(versionId: string, { count }: { count: number }) {
    const answer = this.held.get(versionId);
    if (answer === undefined) throw new Error(`${versionId} is not loaded.`);
    return { outputs: new Float32Array(count).fill(answer), deviceMs: 1 };
  }

  async unload(versionId: string): Promise<void> {
    this.held.delete(versionId);
  }
}

test('two who try what was made of one version each hear their own, and leave nothing behind', async () => {
  const engine = new NamedEngine();
  const tried = (answer: number) => {
    const files = [{ format: 'ONNX' as const, source: { bytes: Uint8Array.of(answer) } }];
    const artefact = { versionId: 'child-of:mdv_1', inputWidth: 1, outputWidth: 1, files };
    return onEngine(engine as unknown as Engine, artefact, async (answers) => {
      const [one] = (await answers(new Float32Array(1))).outputs;
      const [again] = (await answers(new Float32Array(1))).outputs;
      return [one, again];
    });
  };
  expect(await Promise.all([tried(7), tried(8)])).toEqual([
    [7, 7],
    [8, 8],
  ]);
  expect(engine.held.size).toBe(0);
});
