/** A signature in the words of the Open Inference Protocol: every row is one element of the first dimension. */
import { DType, type Signature, type TensorSpec } from '../../../models';

interface TensorMetadata {
  readonly name: string;
  readonly datatype: 'FP32' | 'BYTES';
  /** -1 = any number. */
  readonly shape: readonly number[];
}

export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export const FREE = -1;

export function tensorsOf(signature: Signature): Pick<ModelMetadata, 'inputs' | 'outputs'> {
  const outputs = signature.outputs.map(metadataOf);
  return {
    inputs: signature.inputs.map(metadataOf),
    outputs: outputNames(signature).map(
      (name) =>
        outputs.find((output) => output.name === name) ?? { name, datatype: 'BYTES', shape: [FREE, 1] },
    ),
  };
}

/** Classifiers answer with a label besides what their signature names. */
export function outputNames({ outputs, labels }: Signature): string[] {
  const names = outputs.map(({ name }) => name);
  return labels && !outputs.some(({ dtype }) => dtype === DType.STRING) ? [...names, 'label'] : names;
}

function metadataOf({ name, dtype, shape }: TensorSpec): TensorMetadata {
  const own = shape?.map((length) => length ?? FREE);
  return {
    name,
    // An image may be a PNG in base64 as well; its shape is that of its pixels.
    datatype: dtype === DType.STRING ? 'BYTES' : 'FP32',
    shape: [FREE, ...(own && own.length > 0 ? own : [1])],
  };
}
