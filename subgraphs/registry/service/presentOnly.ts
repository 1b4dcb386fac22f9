import { Fault } from '../../../kernel/fault.ts';
import type { Context } from '../context.ts';

/** For what has no history. @throws Fault AS_OF_UNSUPPORTED */
export function requirePresent({ request }: Pick<Context, 'request'>, field: string): void {
  if (request.asOf !== null)
    throw new Fault('AS_OF_UNSUPPORTED', { public: `${field} knows the present only. Leave \`Cadastre-As-Of\` out.` });
}
