/** A GraphQL client as a frontend team would have it: HTTP only, typed by the caller. */
export interface GraphqlResult<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: {
      readonly code: string;
      readonly requestId?: string;
      readonly retryAfterMs?: number;
    };
  }[];
  readonly extensions?: Record<string, unknown>;
}

export interface UserErrorData {
  readonly __typename?: string;
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
}

export class GraphqlClient {
  constructor(
    private readonly url: string,
    readonly credential?: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  async send<T = Record<string, never>>(
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<GraphqlResult<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(this.credential ? { authorization: `Bearer ${this.credential}` } : {}),
        ...this.headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Pick<GraphqlResult<T>, 'data' | 'errors' | 'extensions'>;
    return { status: response.status, headers: response.headers, ...body };
  }

  /** The data of an operation that must succeed. @throws Error with what the server said otherwise. */
  async ask<T = Record<string, never>>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { data, errors } = await this.send<T>(query, variables);
    if (errors?.length || !data) throw new Error(`GraphQL failed: ${JSON.stringify(errors)}`);
    return data;
  }

  /**
   * One mutation with one input that must succeed: `mutate('apiKeyCreate', 'ApiKeyCreateInput!', {…}, 'secret')`.
   * @throws Error with the payload's errors otherwise.
   */
  async mutate<T = Record<string, never>>(
    name: string,
    inputType: string,
    input: object,
    fields: string,
  ): Promise<T> {
    const { payload, errors } = await this.attempt<T>(name, inputType, input, fields);
    if (errors.length > 0) throw new Error(`${name} failed: ${JSON.stringify(errors)}`);
    return payload;
  }

  /** The same, for mutations whose expected failures are what is tested. */
  async attempt<T = Record<string, never>>(
    name: string,
    inputType: string,
    input: object,
    fields = '__typename',
  ): Promise<{ payload: T; errors: readonly UserErrorData[] }> {
    const query = `mutation Act($input: ${inputType}) { act: ${name}(input: $input) { ${fields} errors { __typename code message path } } }`;
    const { act } = await this.ask<{ act: T & { errors: readonly UserErrorData[] } }>(query, { input });
    return { payload: act, errors: act.errors };
  }
}
