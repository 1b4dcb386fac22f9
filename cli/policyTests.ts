import { z } from 'zod';
import { badInput } from '../kernel/fault.ts';
import { ROLES } from '../kernel/identity/principal.ts';

const texts = z.array(z.string());

const principal = z.strictObject({
  id: z.string().nullish(),
  kind: z.enum(['user', 'service']).nullish(),
  roles: z.array(z.enum(ROLES)).optional(),
  teams: texts.nullish(),
});
const resource = z.strictObject({
  type: z.string().nullish(),
  owners: texts.nullish(),
  tags: texts.nullish(),
  columnTags: texts.nullish(),
  namespace: z.string().nullish(),
  container: z.string().nullish(),
  platform: z.string().nullish(),
  readers: texts.nullish(),
});
const test = z.strictObject({
  name: z.string(),
  principal,
  action: z.string(),
  resource: resource.nullish(),
  expect: z.enum(['ALLOW', 'DENY']),
  by: z.string().nullish(),
});

/** The inputs of the schema, checked before they are sent, so that what is wrong is said of the file. */
export const POLICY_TEST_INPUTS = {
  PolicyTestInput: test,
  PolicyTestPrincipalInput: principal,
  PolicyTestResourceInput: resource,
} as const;

export type PolicyTest = z.infer<typeof test>;

const EXAMPLE = '{"name": "analysts read", "principal": {"roles": ["analyst"]}, "action": "catalog.browse", "expect": "ALLOW"}';

/** The test cases of a file. @throws Fault BAD_USER_INPUT that names the place */
export function parsePolicyTests(file: string, text: string): readonly PolicyTest[] {
  const parsed = z.array(test).safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [at, ...path] = issue?.path ?? [];
  const place = typeof at === 'number' ? [`test ${at + 1}`, ...path.map(String)].join('.') : 'not a list of tests';
  throw badInput(`${file}: ${place}: ${issue?.message ?? 'wrong'}. Write a list of cases like ${EXAMPLE}.`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badInput(`${file} is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}
