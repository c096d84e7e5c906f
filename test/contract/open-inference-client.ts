/**
 * A client of the Open Inference Protocol as its specification describes one; it knows nothing of this product. npm has
 * none that is alive.
 */
export interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly unknown[];
  readonly bytes?: Buffer;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface InferAnswer {
  readonly id?: string;
  readonly model_name: string;
  readonly model_version: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Tensor[];
}

export class OpenInferenceClient {
  constructor(
    private readonly url: string,
    private readonly credential?: string,
  ) {}

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}/v2${path}`, { headers: this.headers() });
    return { status: response.status, body: await response.json() };
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/v2${path}`, {
      method: 'POST',
      headers: { ...this.headers(), 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async infer(model: string, request: object, headers: Record<string, string> = {}): Promise<InferAnswer> {
    const response = await this.post(`/models/${model}/infer`, request, headers);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as InferAnswer;
  }

  /** Sends and asks for binary tensors. */
  async inferBinary(model: string, inputs: readonly Tensor[]): Promise<InferAnswer> {
    const header = Buffer.from(
      JSON.stringify({
        parameters: { binary_data_output: true },
        inputs: inputs.map(({ bytes, ...tensor }) => ({
          ...tensor,
          parameters: { binary_data_size: bytes!.length },
        })),
      }),
    );
    const response = await fetch(`${this.url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: {
        ...this.headers(),
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(header.length),
      },
      body: Buffer.concat([header, ...inputs.map(({ bytes }) => bytes!)]),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const end = Number(response.headers.get('inference-header-content-length'));
    const answer = JSON.parse(bytes.toString('utf8', 0, end)) as InferAnswer;
    let at = end;
    const outputs = answer.outputs.map((output) => {
      const size = Number(output.parameters!['binary_data_size']);
      return { ...output, bytes: bytes.subarray(at, (at += size)) };
    });
    return { ...answer, outputs };
  }

  private headers(): Record<string, string> {
    return this.credential ? { authorization: `Bearer ${this.credential}` } : {};
  }
}
