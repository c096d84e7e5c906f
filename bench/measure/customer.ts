/** A customer with an API key, made as anybody would make one: over HTTP. */
export interface BenchmarkCustomer {
  readonly customerId: string;
  /** The headers of its requests. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the person who signed up. */
  readonly token: string;
}

export async function signUpCustomer(
  url: string,
  email = 'owner@benchmark.test',
): Promise<BenchmarkCustomer> {
  const ask = async <T>(query: string, input: object, credential?: string): Promise<T> => {
    const headers = {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
    };
    const body = JSON.stringify({ query, variables: { input } });
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    return ((await response.json()) as { data: T }).data;
  };
  const { signUp } = await ask<{ signUp: { customer: { id: string }; session: { accessToken: string } } }>(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { customer { id } session { accessToken } } }',
    { organisation: 'Benchmark', email, password: 'correct horse battery' },
  );
  const { apiKeyCreate } = await ask<{ apiKeyCreate: { secret: string } }>(
    'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret } }',
    { name: 'benchmark' },
    signUp.session.accessToken,
  );
  return {
    customerId: signUp.customer.id,
    headers: { authorization: `Bearer ${apiKeyCreate.secret}` },
    token: signUp.session.accessToken,
  };
}
