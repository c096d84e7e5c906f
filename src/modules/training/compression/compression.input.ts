/** How a smaller version is asked for, and what is answered. */
import { IsEnum, IsOptional, Length, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { CompressionMethod } from './compression';

registerEnumType(CompressionMethod, {
  name: 'CompressionMethod',
  description: 'How a version is made smaller.',
  valuesConfig: {
    FLOAT16: { description: 'Weights in half precision: half the size.' },
    INT8: {
      description: 'Weights in eight bits, with a scale for each output: about a quarter of the size.',
    },
    PRUNE: {
      description:
        'The smallest weights become zero, and the others learn on: as large as before, and simpler.',
    },
  },
});

const DEFAULT_SPARSITY = 0.5;
const DEFAULT_EPOCHS = 3;

@InputType({ description: 'Which version is to be made smaller, and how.' })
export class ModelVersionCompressInput {
  @Field(() => ID, { description: 'A version that was trained here, and is no tree.' })
  versionId!: string;

  @Field(() => CompressionMethod, { description: 'How.' })
  @IsEnum(CompressionMethod)
  method!: CompressionMethod;

  @Field(() => Float, {
    defaultValue: DEFAULT_SPARSITY,
    description: 'PRUNE: share of each layer’s weights that becomes zero, 0.01–0.99.',
  })
  @Min(0.01)
  @Max(0.99)
  sparsity!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_EPOCHS,
    description: 'PRUNE: epochs for which the others learn on, 1–1,000.',
  })
  @Min(1)
  @Max(1000)
  epochs!: number;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The job that makes it.' })
export class ModelVersionCompressPayload extends MutationPayload {
  @Field(() => Job, {
    nullable: true,
    description:
      'Its `result` is the new version, with `derivation` saying how it compares. Null when there are errors.',
  })
  job?: Job | null;
}
