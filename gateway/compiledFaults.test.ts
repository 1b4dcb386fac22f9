import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { Fault } from '../kernel/fault.ts';
import { compiledOperations } from './compiledOperations.ts';
import { inProcessSubgraph } from './inProcessSubgraph.ts';

const schema = buildSchema('type Query { refused: String broken: String fine: String }');
const fields = schema.getQueryType()?.getFields() ?? {};
const resolving = (name: string, resolve: () => unknown): void => void Object.assign(fields[name] ?? {}, { resolve });
resolving('refused', () => {
  throw new Fault('LIMIT_EXCEEDED', { public: 'Too much.' });
});
resolving('broken', () => Promise.reject(new Error('a secret of the inside')));
resolving('fine', () => 'fine');

test('what compiled operations throw leaves the subgraph as what graphql-js throws does: one field null, code and public text', async () => {
  const text = '{ refused broken fine }';
  const document = parse(text);
  const answers = await Promise.all(
    [compiledOperations(schema), undefined].map(async (run) =>
      inProcessSubgraph<object>({ schema, contextFactory: () => ({}), ...(run === undefined ? {} : { run }) }).execute({
        operation: { text, document, kind: 'query', name: undefined },
        variables: {},
        context: {},
        extensions: {},
        signal: AbortSignal.timeout(5_000),
      } as never),
    ),
  );
  for (const { data, errors } of answers) {
    expect(data).toEqual({ refused: null, broken: null, fine: 'fine' });
    expect(errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions?.['code'] }))).toEqual([
      { message: 'Too much.', path: ['refused'], code: 'LIMIT_EXCEEDED' },
      { message: 'Internal error.', path: ['broken'], code: 'INTERNAL' },
    ]);
  }
});
