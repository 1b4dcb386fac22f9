import type { Fault } from '../../../../kernel/fault.ts';
import type { JsonReply } from '../../../../kernel/http/route.ts';
import { z } from 'zod';
import { SCIM_JSON } from './call.ts';

const told = z.object({ scimType: z.string().optional(), status: z.int().optional() });
/** The listener's own complaint about a media type. */
const unknownType = z.object({ statusCode: z.literal(415) });

export const TYPE_TEXT = 'Send JSON with content-type: application/scim+json.';

/** An error as RFC 7644 section 3.12 has it. */
export function scimFaultReply(fault: Fault, otherwise: number): JsonReply {
  const { scimType, status: own } = told.safeParse(fault.extensions).data ?? {};
  const isWrongType = unknownType.safeParse(fault.cause).success;
  const status = own ?? (isWrongType ? 415 : otherwise);
  return {
    status,
    type: SCIM_JSON,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: `${status}`,
      ...(scimType === undefined ? {} : { scimType }),
      detail: isWrongType ? TYPE_TEXT : fault.message,
    },
  };
}
