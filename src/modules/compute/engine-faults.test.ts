import { isDeviceLost } from './engine-faults';

test.each([
  'Device was lost: A valid external Instance reference no longer exists.',
  'VK_ERROR_DEVICE_LOST',
  'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered',
  'CUBLAS failure 14: CUBLAS_STATUS_INTERNAL_ERROR',
])('%s: the device is gone', (message) => expect(isDeviceLost(new Error(message))).toBe(true));

test.each([
  'cudaErrorMemoryAllocation: out of memory',
  'Gemm: dimensions do not match',
  'the client lost its connection',
])('%s: the device is still there', (message) => expect(isDeviceLost(new Error(message))).toBe(false));
