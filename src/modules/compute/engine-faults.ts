/** What an engine says when it is at fault, told apart from what a caller did wrong. Thrown inside the engine process. */

/** It answered something that is no answer: not a number, not as many numbers as the signature says. */
export class NonsenseAnswer extends Error {
  override readonly name = 'NonsenseAnswer';
}

const LOST =
  /device (is |was |has been )?(lost|removed)|DEVICE_LOST|DEVICE_REMOVED|CUDA_ERROR_|cudaError(?!MemoryAllocation)|CUDNN_STATUS_(INTERNAL|EXECUTION)|CUBLAS_STATUS_(INTERNAL|EXECUTION)/i;

/** What the native libraries write when the device is gone, in all their dialects. */
export function isDeviceLost(error: unknown): boolean {
  return error instanceof Error && LOST.test(error.message);
}
