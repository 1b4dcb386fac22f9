import type { MutationResolvers } from '../__generated__/resolvers.ts';
import { deactivateUser, reactivateUser } from '../service/deactivateUser.ts';
import { createAccessKey } from '../service/createAccessKey.ts';
import { createServiceAccount } from '../service/createServiceAccount.ts';
import { createTeam } from '../service/createTeam.ts';
import { createUser } from '../service/createUser.ts';
import { attachEvidence } from '../service/approval/attachEvidence.ts';
import { retireApprovalPolicy, setApprovalPolicy } from '../service/approval/changePolicy.ts';
import { decideApproval } from '../service/approval/decideApproval.ts';
import { delegateApprovals, revokeDelegation } from '../service/approval/delegations.ts';
import { revokeApproval, withdrawApproval } from '../service/approval/endApproval.ts';
import { requestAccess } from '../service/approval/requestAccess.ts';
import { requestApproval } from '../service/approval/requestApproval.ts';
import { resolveChallenge } from '../service/approval/resolveChallenge.ts';
import { erasePerson } from '../service/erasePerson.ts';
import { placeLegalHold, releaseLegalHold } from '../service/legalHolds.ts';
import { approvePolicies, proposePolicies, rejectPolicies } from '../service/policyDrafts.ts';
import { pruneAuditDetails } from '../service/pruneAuditDetails.ts';
import { revokeAccessKey } from '../service/revokeAccessKey.ts';
import { rotateAccessKey } from '../service/rotateAccessKey.ts';
import { setRoles } from '../service/setRoles.ts';
import { setServiceOwner } from '../service/setServiceOwner.ts';
import { addTeamMembers, removeTeamMembers } from '../service/teams/changeMembers.ts';
import { linkTeam, renameTeam } from '../service/teams/changeTeam.ts';

export const mutation: MutationResolvers = {
  createUser: (_, { input }, context) => createUser(context, input),
  deactivateUser: (_, { input }, context) => deactivateUser(context, input),
  reactivateUser: (_, { input }, context) => reactivateUser(context, input),
  setRoles: (_, { input }, context) => setRoles(context, input),
  setServiceOwner: (_, { input }, context) => setServiceOwner(context, input),
  addTeamMembers: (_, { input }, context) => addTeamMembers(context, input),
  removeTeamMembers: (_, { input }, context) => removeTeamMembers(context, input),
  renameTeam: (_, { input }, context) => renameTeam(context, input),
  linkTeam: (_, { input }, context) => linkTeam(context, input),
  createTeam: (_, { input }, context) => createTeam(context, input),
  createServiceAccount: (_, { input }, context) => createServiceAccount(context, input),
  createAccessKey: (_, { input }, context) => createAccessKey(context, input),
  proposePolicies: (_, { input }, context) => proposePolicies(context, input),
  approvePolicies: (_, { input }, context) => approvePolicies(context, input),
  rejectPolicies: (_, { input }, context) => rejectPolicies(context, input),
  setApprovalPolicy: (_, { input }, context) => setApprovalPolicy(context, input),
  retireApprovalPolicy: (_, { input }, context) => retireApprovalPolicy(context, input),
  requestApproval: (_, { input }, context) => requestApproval(context, input),
  attachEvidence: (_, { input }, context) => attachEvidence(context, input),
  requestAccess: (_, { input }, context) => requestAccess(context, input),
  decideApproval: (_, { input }, context) => decideApproval(context, { ...input, comment: input.comment ?? '' }),
  resolveChallenge: (_, { input }, context) => resolveChallenge(context, input),
  withdrawApproval: (_, { input }, context) => withdrawApproval(context, input),
  revokeApproval: (_, { input }, context) => revokeApproval(context, input),
  delegateApprovals: (_, { input }, context) => delegateApprovals(context, input),
  revokeDelegation: (_, { input }, context) => revokeDelegation(context, input),
  erasePerson: (_, { input }, context) => erasePerson(context, input),
  pruneAuditDetails: (_, { input }, context) => pruneAuditDetails(context, input),
  placeLegalHold: (_, { input }, context) => placeLegalHold(context, input),
  releaseLegalHold: (_, { input }, context) => releaseLegalHold(context, input),
  revokeAccessKey: (_, { input }, context) => revokeAccessKey(context, input),
  rotateAccessKey: (_, { input }, context) =>
    rotateAccessKey(context, { ...input, overlapSeconds: input.overlapSeconds ?? 86_400 }),
};
