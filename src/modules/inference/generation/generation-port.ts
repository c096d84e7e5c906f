/** Who writes the texts of a version: the engine of the house, or whoever was added and says that it is its own. */
import type { CancelSignal } from '../../../kernel/cancellation';
import type { EngineInfo, TextEngineService, TokenChunk, TokenRequest } from '../../compute';

/** The engine of the house gives each text a token in turn: more at a time would only make all of them slower. */
const HOUSE_CONCURRENCY = 8;

export interface GenerationPort {
  /** Whether this version is its own. Asked for every text, so answered from memory. */
  runs(versionId: string): boolean;
  /** Whether what is asked leaves the house: then it is asked only with the consent of the person concerned. */
  readonly leavesHouse: boolean;
  /** Texts that it writes at a time: of one version where each has a server of its own outside the house, else of all together. */
  readonly concurrency: number;
  infoOf(versionId: string): EngineInfo;
  /** What its tokens cost beyond the device time, as a decimal of minor units; absent = nothing. */
  costOf?(versionId: string, promptTokens: number, completionTokens: number): string;
  generate(versionId: string, request: TokenRequest, signal: CancelSignal): AsyncIterable<TokenChunk>;
}

export class GenerationPorts {
  private readonly added: GenerationPort[] = [];
  private readonly local: GenerationPort;

  constructor(texts: TextEngineService) {
    this.local = {
      runs: () => true,
      leavesHouse: false,
      concurrency: HOUSE_CONCURRENCY,
      infoOf: () => texts.info(),
      generate: (versionId, request, signal) => texts.generate(versionId, request, signal),
    };
  }

  add(port: GenerationPort): void {
    this.added.push(port);
  }

  of(versionId: string): GenerationPort {
    return this.added.find((port) => port.runs(versionId)) ?? this.local;
  }
}
