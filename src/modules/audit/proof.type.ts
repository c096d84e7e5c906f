/** Proofs as the API shows them: numbers and hashes that a stranger can check with docs/verify-audit.mjs. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../../platform/graphql';

@ObjectType({
  description: 'Proof that a record stands in the audit log: hash upwards along the path and meet the root.',
})
export class InclusionProof {
  @Field(() => BigIntScalar, { description: 'Place of the record in the log.' })
  index!: string;

  @Field(() => String, { description: 'Hash of its leaf, hexadecimal.' })
  leafHash!: string;

  @Field(() => BigIntScalar, { description: 'Size of the log for which the proof holds.' })
  treeSize!: string;

  @Field(() => String, { description: 'Root of the log of that size, hexadecimal.' })
  rootHash!: string;

  @Field(() => [String], { description: 'The sibling hashes from the leaf to the root, hexadecimal.' })
  path!: string[];
}

@ObjectType({ description: 'Proof that the log only grew between two sizes: nothing before was changed.' })
export class ConsistencyProof {
  @Field(() => BigIntScalar, { description: 'The smaller size.' })
  firstSize!: string;

  @Field(() => String, { description: 'Root of the log of the smaller size, hexadecimal.' })
  firstRootHash!: string;

  @Field(() => BigIntScalar, { description: 'The larger size.' })
  secondSize!: string;

  @Field(() => String, { description: 'Root of the log of the larger size, hexadecimal.' })
  secondRootHash!: string;

  @Field(() => [String], { description: 'The hashes of the proof, hexadecimal.' })
  path!: string[];
}

export enum AuditFaultKind {
  CHANGED = 'CHANGED',
  MISSING = 'MISSING',
  REORDERED = 'REORDERED',
  ADDED = 'ADDED',
  TREE_CHANGED = 'TREE_CHANGED',
  HEAD_FORGED = 'HEAD_FORGED',
}

registerEnumType(AuditFaultKind, {
  name: 'AuditFaultKind',
  description: 'What was done to the log behind our back.',
  valuesConfig: {
    CHANGED: { description: 'A record no longer has the content that was logged.' },
    MISSING: { description: 'A record was removed.' },
    REORDERED: { description: 'A record stands in another record’s place.' },
    ADDED: { description: 'A record stands in the table that the tree does not hold.' },
    TREE_CHANGED: { description: 'The stored tree no longer has the root that was signed.' },
    HEAD_FORGED: { description: 'A tree head does not carry our signature.' },
  },
});

@ObjectType({ description: 'The first thing that is wrong with the log.' })
export class AuditFault {
  @Field(() => AuditFaultKind, { description: 'What was done.' })
  kind!: AuditFaultKind;

  @Field(() => BigIntScalar, { description: 'Where in the log; for a tree or head, its size.' })
  index!: string;

  @Field(() => ID, { nullable: true, description: 'The record in that place; null when it is gone.' })
  recordId!: string | null;

  @Field(() => String, { description: 'The same in words.' })
  message!: string;
}

@ObjectType({ description: 'The whole log, read again from its first record and hashed anew.' })
export class AuditVerification {
  @Field(() => Boolean, { description: 'Whether every record, the tree and its signed heads agree.' })
  isIntact!: boolean;

  @Field(() => BigIntScalar, { description: 'Records that were read and found right.' })
  verified!: string;

  @Field(() => AuditFault, { nullable: true, description: 'The first fault; null when there is none.' })
  fault!: AuditFault | null;
}
