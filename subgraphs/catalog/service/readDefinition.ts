import { hiddenField } from '../../../kernel/policy/hiddenField.ts';
import { decide } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { No } from '../domain/asset.ts';

/** Whether the caller may read the SQL of all these assets. */
export async function mayReadDefinition({ request, classes }: Context, nos: readonly No[]): Promise<boolean> {
  const rights = request.policies.rights(request.principal, 'catalog.readDefinition');
  const facts = await Promise.all(nos.map((no) => classes.load(no)));
  return facts.every((one) => one !== null && rights.may(one));
}

/**
 * A text that may hold values or credentials, because somebody wrote it in SQL, for those who may read the SQL of all these assets.
 * @throws Fault FORBIDDEN_FIELD that names the policy
 */
export async function readDefinition<T>(
  { request, classes }: Context,
  nos: readonly (No | null)[],
  field: string,
  text: T | null,
): Promise<T | null> {
  if (text === null) return null;
  const rights = request.policies.rights(request.principal, 'catalog.readDefinition');
  for (const no of nos) {
    const facts = no === null ? null : await classes.load(no);
    if (facts !== null && !rights.may(facts)) throw hiddenField(request, field, decide(request, 'catalog.readDefinition', facts));
  }
  return text;
}
