import { badInput, notFound } from '../../../kernel/fault.ts';
import { readPage, toConnection, type Connection, type PageArgs } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import { policyProblems, type PolicyProblem, type PolicyTest, type PolicyVersion } from '../domain/policy.ts';
import { humanBehind } from '../store/humanBehind.ts';
import { listVersions, otherAdmins, versionInForce, versionOf } from '../store/policyVersions.ts';
import { requirePresent } from './requirePresent.ts';

/** @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED */
function require({ request }: Context, field: string): void {
  requireAction(request, 'policy.read');
  requirePresent(request, field);
}

export async function policyVersion(context: Context, version: number | null): Promise<PolicyVersion | null> {
  require(context, 'policyVersion');
  if (version !== null && version < 1)
    throw badInput(`version: ${version} is none. Versions count from 1; policyVersions lists them.`);
  return version === null ? versionInForce(context.kernel.db) : versionOf(context.kernel.db, version);
}

/** One that our own answer names. @throws Fault NOT_FOUND */
export async function getVersion({ kernel }: Context, version: number): Promise<PolicyVersion> {
  const found = await versionOf(kernel.db, version);
  if (found === null) throw notFound(`Version ${version}`);
  return found;
}

/** Whether the author of a version has to wait for another admin. */
export async function needsOtherAdmin({ kernel }: Context, version: number): Promise<boolean> {
  const proposal = await versionOf(kernel.db, version);
  return proposal !== null && (await otherAdmins(kernel.db, await humanBehind(kernel.db, proposal.authorId))) > 0;
}

/** Versions, latest first. @throws Fault those of `readPage` */
export async function policyVersions(context: Context, args: PageArgs): Promise<Connection<PolicyVersion>> {
  require(context, 'policyVersions');
  const page = readPage(args, 'policyVersions', 50, ['int']);
  const rows = await listVersions(context.kernel.db, page.after?.[0] ?? null, page.first + 1);
  return toConnection(rows, page, ({ version }) => [version]);
}

/** What is wrong with policies, before anybody proposes them. */
export function checkPolicies(context: Context, text: string, tests: readonly PolicyTest[]): readonly PolicyProblem[] {
  requireAction(context.request, 'policy.read');
  return policyProblems(text, tests).slice(0, 100);
}
