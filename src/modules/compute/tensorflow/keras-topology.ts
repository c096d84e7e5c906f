/**
 * The layers of a model as Keras or TensorFlow.js wrote them, made into the one form that TensorFlow.js reads: without the
 * wrappers of either, and with what Keras 3 says differently said as Keras 2 does.
 */
import { type ModelShape, type TensorShape, tensorShape } from '../model-shape';

export interface LayersTopology {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

type Plain = Readonly<Record<string, unknown>>;

/** What Keras 3 adds and TensorFlow.js does not know. */
const DROPPED = new Set(['module', 'registered_name', 'build_config', 'compile_config']);

/** @throws Error when it holds no layers. */
export function layersTopology(given: Plain): LayersTopology {
  const { class_name: kind, config } = (given['model_config'] ?? given) as Partial<LayersTopology>;
  if (typeof kind !== 'string' || typeof config !== 'object' || config === null)
    throw new Error('its topology names no class and no layers');
  // Old writers give the layers of a sequential model as the config itself.
  const layers = Array.isArray(config) ? config : config['layers'];
  if (!Array.isArray(layers) || layers.length === 0) throw new Error('its topology has no layers');
  const whole = Array.isArray(config) ? { name: 'sequential', layers } : config;
  return { class_name: kind, config: asKeras2(whole) as Plain };
}

/** Names and shapes of what goes in; of what comes out the names alone. @throws Error when a layer that begins says no shape. */
export function layersShape({ class_name: kind, config }: LayersTopology): ModelShape {
  const layers = config['layers'] as { class_name: string; name?: string; config: Plain }[];
  // What goes into an embedding is the number of a row of its table.
  const dtype = layers.some(({ class_name }) => class_name === 'Embedding') ? 'int32' : 'float32';
  if (kind === 'Sequential') {
    const first = layers[0]!;
    const input = inputOf(first.config, dtype);
    const last = String(layers.at(-1)!.config['name'] ?? 'output');
    return { inputs: [input], outputs: [tensorShape(last, 'float32', undefined)] };
  }
  const inputs = namesOf(config['input_layers']).map((name) => {
    const layer = layers.find((one) => (one.name ?? one.config['name']) === name);
    if (!layer) throw new Error(`the layer ${name}, which is said to be an input, is not there`);
    return inputOf(layer.config, dtype);
  });
  const outputs = namesOf(config['output_layers']).map((name) => tensorShape(name, 'float32', undefined));
  if (inputs.length === 0 || outputs.length === 0)
    throw new Error('it does not say which layers begin and end it');
  return { inputs, outputs };
}

function inputOf(config: Plain, dtype: string): TensorShape {
  const shape = config['batch_input_shape'];
  const name = String(config['name'] ?? 'input').replace(/_input$/, '');
  if (!Array.isArray(shape))
    throw new Error(`the layer ${name}, which begins it, does not say which shape it takes`);
  return tensorShape(name, dtype, shape as (number | null)[]);
}

/** `["a", 0, 0]`, or a list of such. */
function namesOf(layers: unknown): string[] {
  if (!Array.isArray(layers)) return [];
  const listed = (Array.isArray(layers[0]) ? layers : [layers]) as unknown[][];
  return listed.map(([name]) => String(name));
}

function asKeras2(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asKeras2);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (DROPPED.has(key)) return [];
    if (key === 'batch_shape') return [['batch_input_shape', inner]];
    if (key === 'dtype') return [[key, dtypeOf(inner)]];
    if (key === 'inbound_nodes' && Array.isArray(inner)) return [[key, inner.map(inboundNode)]];
    return [[key, asKeras2(inner)]];
  });
  return Object.fromEntries(entries);
}

/** Keras 3 says a policy where Keras 2 says a type. */
function dtypeOf(dtype: unknown): unknown {
  const name = (dtype as { config?: { name?: unknown } } | null)?.config?.name;
  return typeof name === 'string' ? name : dtype;
}

/** Keras 3: `{ args: [tensor or list of such], kwargs }`, a tensor with its history. Keras 2: `[[layer, node, tensor, {}], …]`. */
function inboundNode(node: unknown): unknown {
  const { args } = (node ?? {}) as { args?: unknown[] };
  if (!Array.isArray(args)) return node;
  return args.flat(1).map((tensor) => {
    const history = (tensor as { config?: { keras_history?: unknown[] } } | null)?.config?.keras_history;
    return Array.isArray(history) ? [...history, {}] : tensor;
  });
}
