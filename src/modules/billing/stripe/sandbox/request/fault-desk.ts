/**
 * Where an operator of the sandbox brings faults about by HTTP, as tests do by calls: `POST /sandbox/faults` with `fault`,
 * `on` and `times`, `GET` for what was struck, `DELETE` to lift them all. It is no part of Stripe's interface, and wants its key.
 */
import type { ApiRequest } from './api-desk';
import { PLACE } from './address';
import type { ApiAnswer } from './api-desk';
import { requestsNamed, faultNamed } from './fault-words';
import type { Faults } from './faults';
import { decodeForm } from './form';
import { Parameters } from './parameters';
import { envelope, Refusal } from './refusal';

export const FAULTS_PATH = '/sandbox/faults';

export class FaultDesk {
  constructor(
    private readonly faults: Faults,
    private readonly apiKey: string,
  ) {}

  /** undefined for any other path. */
  answer(request: ApiRequest): ApiAnswer | undefined {
    if (request.path !== FAULTS_PATH) return undefined;
    try {
      if (request.headers.authorization !== `Bearer ${this.apiKey}`)
        throw new Refusal(401, 'Faults are brought by whoever has the key of the sandbox.');
      return answer(200, this.carryOut(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return answer(error.status, envelope(error, `${PLACE}${FAULTS_PATH}`));
    }
  }

  private carryOut({ method, form }: ApiRequest): object {
    if (method === 'DELETE') this.faults.lift();
    if (method === 'POST') {
      const parameters = new Parameters(decodeForm(form));
      const fault = faultNamed(parameters.required('fault'), 'fault');
      const on = requestsNamed(parameters.text('on'), 'on');
      const times = parameters.count('times', 1);
      parameters.assertAllRead(`POST ${FAULTS_PATH}`);
      this.faults.bring(fault, { on, times });
    }
    return { object: 'sandbox.faults', struck: this.faults.struck, waiting: this.faults.left };
  }
}

function answer(status: number, body: object): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
