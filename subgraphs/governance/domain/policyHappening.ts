import type { Recorded } from '../../../kernel/audit/record.ts';
import type { PolicyVersion } from './policy.ts';

/** All versions are one thing with one chain of events, so that the trail tells in which order they came into force. */
const about = ({ version, digest }: PolicyVersion, fields: readonly string[], detail: unknown) => ({
  subject: { type: 'Policies', id: 'policies', digest },
  aggregateId: 'policies',
  fields,
  detail: { version, ...(detail as object) },
});

export const policiesProposed = (version: PolicyVersion): Recorded => ({
  action: 'governance.policies.proposed.v1',
  ...about(version, ['text', 'tests'], { text: version.text, tests: version.tests, reason: version.reason }),
  payload: { version: version.version, digest: version.digest },
});

export const policiesDecided = (version: PolicyVersion, state: 'IN_FORCE' | 'REJECTED', comment: string | null): Recorded => ({
  action: state === 'IN_FORCE' ? 'governance.policies.enforced.v1' : 'governance.policies.rejected.v1',
  ...about(version, ['state'], { state, comment }),
  payload: { version: version.version, digest: version.digest },
});
