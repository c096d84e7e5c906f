/**
 * The service as the console knows it: shipped documents sent by name, under one session. Access tokens are kept for this
 * tab so that a reload does not sign out; refresh tokens, which work once, are only in memory: a copied tab must not use
 * the same one and end both sessions.
 */

/** So long before its end a token is exchanged, in milliseconds. */
const EARLY_MS = 30_000;

/** What the service refused, in its own words. */
export class Refusal extends Error {
  constructor({ code, message, requestId, path, ...more }) {
    super(message);
    Object.assign(this, { code, requestId, path, ...more });
  }
}

export class Api {
  #documents;
  #session = JSON.parse(sessionStorage.session ?? 'null');
  #refreshing;

  constructor(documents) {
    this.#documents = documents;
  }

  get signedIn() {
    return this.#session !== null;
  }

  open(tokens) {
    this.#session = tokens;
    const { accessToken, accessTokenExpiresAt } = tokens;
    sessionStorage.session = JSON.stringify({ accessToken, accessTokenExpiresAt });
  }

  close() {
    this.#session = null;
    delete sessionStorage.session;
  }

  /** The data of a query. @throws Refusal for the first error of the answer. */
  async ask(name, variables) {
    await this.#keepFresh();
    const { data, errors } = await this.#send(name, variables);
    if (errors) throw refusalOf(errors[0]);
    return data;
  }

  /** The payload of a mutation. @throws Refusal with all that the payload's errors say, one by one in `errors`. */
  async act(name, input, more) {
    const [payload] = Object.values(await this.ask(name, { ...more, input }));
    const { errors } = payload;
    if (errors.length > 0)
      throw new Refusal({ ...errors[0], message: errors.map(({ message }) => message).join(' '), errors });
    return payload;
  }

  /**
   * What a subscription tells, one piece after the other, until it ends or is left by the signal.
   * @throws Refusal for the first error, also of a stream that breaks off.
   */
  async *listen(name, variables, signal) {
    await this.#keepFresh();
    const response = await this.#post('/graphql/stream', 'text/event-stream', { name, variables, signal });
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      throw refusalOf((await saidBy(response)).errors[0]);
    for await (const { data, errors } of eventsOf(response.body)) {
      if (errors) throw refusalOf(errors[0]);
      yield data;
    }
  }

  /** Stores a file and answers the id by which mutations name it: files do not go through GraphQL. @throws Refusal. */
  async upload(file) {
    await this.#keepFresh();
    const headers = { 'content-type': 'application/octet-stream', ...this.#authorization() };
    const response = await reached('/uploads', { method: 'POST', headers, body: file });
    const answer = await saidBy(response);
    if (!response.ok) throw new Refusal(answer.error);
    return answer.uploadId;
  }

  #authorization() {
    return this.#session && { authorization: `Bearer ${this.#session.accessToken}` };
  }

  async #send(name, variables) {
    const response = await this.#post('/graphql', 'application/graphql-response+json', { name, variables });
    return saidBy(response);
  }

  #post(place, accept, { name, variables, signal }) {
    const headers = { 'content-type': 'application/json', accept, ...this.#authorization() };
    const body = JSON.stringify({ query: this.#documents[name], operationName: name, variables });
    return reached(place, { method: 'POST', headers, body, signal });
  }

  /** One exchange at a time: a refresh token that is sent again late ends the session. */
  async #keepFresh() {
    const { accessTokenExpiresAt, refreshToken } = this.#session ?? {};
    if (!refreshToken || Date.parse(accessTokenExpiresAt) - Date.now() > EARLY_MS) return;
    this.#refreshing ??= this.#refresh(refreshToken).finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  async #refresh(refreshToken) {
    const { data } = await this.#send('SessionRefresh', { input: { refreshToken } });
    if (data?.sessionRefresh?.session) this.open(data.sessionRefresh.session);
  }
}

/** What browsers say of a service that is away helps nobody. */
const AWAY = {
  code: 'UNREACHABLE',
  message: 'The service does not answer. Look at your connection, and try again in a moment.',
};

/** @throws Refusal where nothing came back; who leaves by the signal knows it. */
async function reached(place, request) {
  try {
    return await fetch(place, request);
  } catch (error) {
    throw request.signal?.aborted ? error : new Refusal(AWAY);
  }
}

/** @throws Refusal for what is no answer of the service, such as the page of a proxy before it. */
async function saidBy(response) {
  try {
    return await response.json();
  } catch {
    throw new Refusal(AWAY);
  }
}

function refusalOf({ message, extensions = {}, path }) {
  return new Refusal({ ...extensions, message, path });
}

/** The results in a body of server-sent events. A piece of the network may end within an event, or within a letter. */
async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = events.pop();
    for (const event of events.filter((text) => text.startsWith('event: next')))
      yield JSON.parse(event.slice(event.indexOf('\ndata: ') + 7));
  }
}
