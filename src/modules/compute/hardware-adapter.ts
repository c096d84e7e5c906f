/**
 * Whether a real graphics card stands behind WebGPU. Dawn also answers with a software renderer, which is slower than
 * the processor it runs on; nothing but its own word (`isFallbackAdapter`, or the type CPU) tells them apart.
 */

/** Dawn's WebGPU. @throws Error when the optional package is missing or Node is too old to require an ES module. */
export async function openDawn(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  return create([]);
}

/** Answers the adapter's name. @throws Error that says why there is none. */
export async function requireHardwareAdapter(gpu?: GPU): Promise<string> {
  const adapter = await (gpu ?? (await openDawn())).requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new Error('no WebGPU adapter: no graphics card with a Vulkan, Metal or D3D12 driver was found');
  const { info } = adapter;
  const name = info.description || info.device || info.vendor || 'unnamed adapter';
  if (info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(name)) {
    throw new Error(`the only WebGPU adapter is a software renderer (${name})`);
  }
  return name;
}
