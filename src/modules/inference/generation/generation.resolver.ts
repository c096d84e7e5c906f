/** Texts as a stream: the GraphQL face of writing, over server-sent events. */
import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import { actorOf } from '../../../kernel/principal';
import { Cost, OpenedBy, opensItself, type RequestContext } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { GenerateInput, GenerationChunkType } from './generation.input';
import type { GenerationStreams, StreamedChunk } from './generation-stream.service';

/** So many tokens draw as much of the allowance as one row of a prediction. */
const TOKENS_A_ROW = 64;

@Resolver()
export class GenerationResolver {
  constructor(private readonly streams: GenerationStreams) {}

  @Subscription(() => GenerationChunkType, {
    nullable: true,
    subscribe: opensItself,
    description:
      'Writes a text and sends it in numbered chunks as it is written. Needs inference:run. Event: inference.completed. Costs one request of the quota, and the tokens at the price of the plan; a reader who leaves has 10 s to come back with `streamId` and `resumeFrom`, then the text is cut off and what was delivered is billed. A text that breaks ends with an error event. Prompt and text are kept only with the end user’s consent to TRAINING.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: GenerateInput }) => Math.ceil(input.maxTokens / TOKENS_A_ROW))
  @OpenedBy({
    resolver: () => GenerationResolver,
    input: () => GenerateInput,
    open: (resolver, input, context) => resolver.open(input, context),
  })
  generation(
    @Root() chunk: StreamedChunk,
    @Arg('input', () => GenerateInput, { description: 'What to write, or which text to go on reading.' })
    _input: GenerateInput,
  ): GenerationChunkType {
    return chunk;
  }

  /** Begins a text, or goes on with one. @throws AppError for those who may not. */
  open(
    { streamId, resumeFrom, maxTokens, temperature, topP, seed, stop, ...call }: GenerateInput,
    context: RequestContext,
  ): AsyncIterable<StreamedChunk> {
    authorize(context, 'inference:run');
    const { principal, requestId } = context;
    if (!('customerId' in principal)) throw unauthenticated();
    const owner = actorOf(principal);
    if (streamId != null) return this.streams.resume(owner, streamId, resumeFrom);
    const parameters = { maxTokens, temperature, topP, seed: seed ?? null, stop };
    const { customerId } = principal;
    return this.streams.begin(owner, { ...call, principal, requestId, customerId, parameters });
  }
}
