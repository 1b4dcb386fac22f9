import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/identity/principal.ts';
import type { Governing, Payload } from '../store/governing.ts';

const PAYLOAD = '__typename ... on MutationPayload { auditId readToken } ... on Refused { code message policyIds }';

const document = (name: string, fields: string): string =>
  `mutation Test($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { answer: ${name}(input: $input) { ${PAYLOAD} ${fields} } }`;

const KEY = 'id label scopes expiresAt revokedAt lastUsedAt holder { id }';

const DOCUMENTS = {
  addTeamMembers: document('addTeamMembers', '... on TeamMembersAdded { addedIds team { id } }'),
  removeTeamMembers: document('removeTeamMembers', '... on TeamMembersRemoved { removedIds team { id } }'),
  renameTeam: document('renameTeam', '... on TeamRenamed { team { id name } }'),
  linkTeam: document('linkTeam', '... on TeamLinked { team { id group } }'),
  createTeam: document('createTeam', '... on TeamCreated { team { id name group } }'),
  deactivateUser: document('deactivateUser', '... on UserDeactivated { user { id state } }'),
  reactivateUser: document('reactivateUser', '... on UserReactivated { user { id state } }'),
  setRoles: document('setRoles', '... on RolesSet { principal { id ... on User { roles } ... on ServiceAccount { roles } } }'),
  setServiceOwner: document('setServiceOwner', '... on ServiceOwnerSet { serviceAccount { id owner { id } } }'),
  rotateAccessKey: document('rotateAccessKey', `... on AccessKeyRotated { token accessKey { ${KEY} } replaced { ${KEY} } }`),
} as const;

/** Runs a mutation of people, teams or keys and answers its payload. */
export async function changeIdentity(
  { ask }: Governing,
  caller: Principal,
  mutation: keyof typeof DOCUMENTS,
  input: object,
): Promise<Payload> {
  const { data, errors } = await ask(caller, DOCUMENTS[mutation], { input: { idempotencyKey: randomUUID(), ...input } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.answer;
}
