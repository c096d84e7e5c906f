/** Calls of Stripe stand in the trace of whoever makes them, and say in which: the client of `stripe` with that around it. */
import type Stripe from 'stripe';
import type { Tracer } from '../../../platform/trace';

type Wire = Stripe.HttpClient;

export function tracedWire(wire: Wire, tracer: Tracer): Wire {
  const send = wire.makeRequest.bind(wire);
  const traced: Wire['makeRequest'] = async (host, port, path, method, headers, ...rest) => {
    const call = tracer.outgoing(method, host, port);
    try {
      const answer = await send(host, port, path, method, { ...headers, ...call.headers }, ...rest);
      call.span?.set({ 'http.response.status_code': answer.getStatusCode() });
      return answer;
    } catch (error) {
      call.span?.fail(error);
      throw error;
    } finally {
      call.span?.end();
    }
  };
  wire.makeRequest = traced;
  return wire;
}
