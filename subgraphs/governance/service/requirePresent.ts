import type { RequestContext } from '../../../kernel/context.ts';
import { Fault } from '../../../kernel/fault.ts';

/** @throws Fault AS_OF_UNSUPPORTED when the request asks for an earlier time, of which this field knows nothing */
export function requirePresent(request: RequestContext, field: string): void {
  if (request.asOf === null) return;
  throw new Fault('AS_OF_UNSUPPORTED', { public: `${field} knows the present only. Ask for it without \`Cadastre-As-Of\`.` });
}
