/**
 * A text in a trace, by the conventions that OpenTelemetry has for generative models: which model wrote it and how many tokens it
 * took, and never what was asked or written.
 * Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
import { type Attributes, inSpan, type Span } from '../../../platform/trace';
import type { InferenceRecord } from '../record/inference-record';
import type { FinishReason } from './generation';
import type { TextStep } from './generation-step.service';

const OPERATION = 'text_completion';
const FINISH: Readonly<Record<FinishReason, string>> = { STOP: 'stop', LENGTH: 'length', ERROR: 'error' };

/** Takes a step in a span of its own, where one is recorded. */
export function writeInSpan<T>(
  { call, startedAt, deploymentId, number }: TextStep,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const { maxTokens, temperature, topP } = call.parameters;
  const attributes = {
    'gen_ai.operation.name': OPERATION,
    'gen_ai.request.max_tokens': maxTokens,
    'gen_ai.request.temperature': temperature,
    'gen_ai.request.top_p': topP,
    'flywheel.customer.id': call.customerId,
    'flywheel.deployment.id': deploymentId,
    'flywheel.fallback.step': number,
  };
  const begunAt = number === 0 ? startedAt : undefined;
  return inSpan(OPERATION, { attributes, startedAt: begunAt }, work);
}

/**
 * @param told `provider` is whoever runs the model: the engine's kind, where a server outside does its protocol; `startedAt` when
 *   the call began.
 */
export function textRecorded(
  span: Span | undefined,
  record: InferenceRecord,
  {
    finish,
    provider,
    startedAt,
  }: { readonly finish: FinishReason; readonly provider: string; readonly startedAt: number },
): void {
  if (!span) return;
  const attributes: Attributes = {
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': record.modelVersionId,
    'gen_ai.usage.input_tokens': record.promptTokens,
    'gen_ai.usage.output_tokens': record.completionTokens,
    'gen_ai.response.finish_reasons': [FINISH[finish]],
    'flywheel.inference.id': record.id,
    'flywheel.deployment.id': record.deploymentId,
    'flywheel.model.id': record.modelId,
    'flywheel.model_version.id': record.modelVersionId,
  };
  span.name = `${OPERATION} ${record.modelVersionId}`;
  span.set(attributes);
  // The turn is waited for first; what came before it takes no time to speak of.
  const queued = span.startedAt + record.queueMs;
  span.child('queue', { startedAt: span.startedAt }).end(queued);
  const recordedAt = startedAt + record.totalMs;
  span.child('compute', { startedAt: queued }).end(recordedAt);
  span.child('commit', { startedAt: recordedAt }).end();
}
