import { expect } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import type { TypedDocumentString } from '../__generated__/graphql.ts';

/** Runs one typed operation over HTTP; it must answer without errors. */
export async function askTyped<R, V>(
  server: Cadastre,
  document: TypedDocumentString<R, V>,
  variables: V,
  headers: Readonly<Record<string, string>> = {},
): Promise<R> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.admin.token}`, ...headers },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await response.json()) as { readonly data: R; readonly errors?: unknown };
  expect(body.errors).toBeUndefined();
  return body.data;
}
