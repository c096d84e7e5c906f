/** Which requests are carried out by themselves, and which wait for somebody to decide. */
import type { Principal } from '../../../kernel/principal';
import { DataRequestKind } from './data-request.entity';

export type Fulfilment =
  /** By a job that begins at once. */
  | 'BY_JOB'
  /** In the very transaction in which it is noted. */
  | 'AT_ONCE'
  /** Once somebody has looked at it. */
  | 'ON_DECISION';

/**
 * Nothing is lost by a copy, a restriction or an objection, so nobody need decide. What cannot be undone is the customer's to decide,
 * who has to make sure who is asking (GDPR Art. 12(6)): a token in a browser is not enough. What is wrong a person must look up.
 */
export function fulfilmentOf(kind: DataRequestKind, by: Pick<Principal, 'kind'>): Fulfilment {
  switch (kind) {
    case DataRequestKind.ACCESS:
    case DataRequestKind.PORTABILITY:
      return 'BY_JOB';
    case DataRequestKind.RESTRICTION:
    case DataRequestKind.OBJECTION:
      return 'AT_ONCE';
    case DataRequestKind.ERASURE:
      return by.kind === 'END_USER' ? 'ON_DECISION' : 'BY_JOB';
    case DataRequestKind.RECTIFICATION:
      return 'ON_DECISION';
  }
}
