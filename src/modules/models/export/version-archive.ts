/**
 * A version as one file that other programs read: its artefacts in their own forms, and what serving does before and after them. Nobody
 * who learned something here has to leave it here.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yazl from 'yazl';
import { type ArtefactFile, type ArtefactFormat, readTfjsBundle } from '../../compute';
import type { ModelVersion } from '../model-version.entity';
import { thresholdOf } from '../threshold';

type ArchivedVersion = Pick<
  ModelVersion,
  'id' | 'number' | 'contentHash' | 'signature' | 'preparation' | 'metrics' | 'createdAt'
> & { readonly modelName: string };

const ONNX_NAMES: { readonly [format in ArtefactFormat]?: string } = {
  ONNX: 'model.onnx',
  ONNX_STEP: 'step.onnx',
};

/** A zip archive (PKWARE APPNOTE 6.3), as it is made. */
export async function versionArchive(
  version: ArchivedVersion,
  files: readonly ArtefactFile[],
): Promise<Readable> {
  const zip = new yazl.ZipFile();
  const packed = zip.outputStream as Readable;
  // Its own date, so that the same version is the same file.
  const options = { mtime: new Date(version.createdAt), compress: true };
  zip.on('error', (error: Error) => packed.destroy(error));
  zip.addBuffer(Buffer.from(JSON.stringify(described(version), null, 2)), 'version.json', options);
  for (const { format, source } of files) {
    const name = ONNX_NAMES[format];
    if (!name) {
      const bytes = 'path' in source ? await readFile(source.path) : source.bytes;
      for (const [file, content] of tensorFlowFiles(bytes)) zip.addBuffer(content, `tfjs/${file}`, options);
    } else if ('path' in source) {
      const { path } = source;
      zip.addReadStreamLazy(name, options, (take) =>
        take(
          null,
          createReadStream(path).on('error', (error) => packed.destroy(error)),
        ),
      );
    } else zip.addBuffer(Buffer.from(source.bytes), name, options);
  }
  zip.end();
  return packed;
}

function described({ id, modelName, number, ...version }: ArchivedVersion): object {
  const { contentHash, createdAt, signature, preparation, metrics } = version;
  const model = { name: modelName, number, versionId: id, contentHash, createdAt };
  // What the artefact answers is the probability: who asks it elsewhere says the label by the same threshold.
  const said = { ...signature, threshold: thresholdOf(signature) };
  return { format: 1, model, signature: said, preparation, metrics };
}

/** As `tf.loadLayersModel` and `tf.loadGraphModel` read them; how rows become the inputs of a graph stands beside them. */
function tensorFlowFiles(bundle: Uint8Array): [string, Buffer][] {
  const { modelTopology, weightSpecs, weightData, graph } = readTfjsBundle(bundle);
  const format = graph ? 'graph-model' : 'layers-model';
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const described = { format, modelTopology, weightsManifest };
  return [
    ['model.json', Buffer.from(JSON.stringify(described))],
    ['weights.bin', Buffer.from(weightData)],
    ...(graph ? [['inputs.json', Buffer.from(JSON.stringify(graph))] as [string, Buffer]] : []),
  ];
}
