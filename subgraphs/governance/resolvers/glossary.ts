import type { DataProductResolvers, GlossaryTermResolvers } from '../__generated__/resolvers.ts';
import { certificationOf, requestFor, requestsAbout, requirementsFor } from '../service/approval/reads.ts';
import { trailOf } from '../service/auditPage.ts';

const PUBLISHED = { kind: 'GLOSSARY_TERM_PUBLISHED', key: '' } as const;
const CERTIFIED = { kind: 'DATA_PRODUCT_CERTIFIED', key: '' } as const;

export const glossaryTerm: GlossaryTermResolvers = {
  // Whether there is such a term, and who may see it, the catalog knows; here the fields decide.
  __resolveReference: ({ id }) => ({ id }),
  approval: ({ id }, _, context) => requestFor(context, id, PUBLISHED),
  approvals: ({ id }, page, context) => requestsAbout(context, 'approvals', { subjectId: id }, page),
  requirements: ({ id }, _, context) => requirementsFor(context, id, PUBLISHED),
  auditTrail: ({ id }, page, context) => trailOf(context, id, page),
};

export const dataProduct: DataProductResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  certification: ({ id }, _, context) => certificationOf(context, id),
  approvals: ({ id }, page, context) => requestsAbout(context, 'approvals', { subjectId: id }, page),
  requirements: ({ id }, _, context) => requirementsFor(context, id, CERTIFIED),
  auditTrail: ({ id }, page, context) => trailOf(context, id, page),
};
