import { Fault } from '../../../kernel/fault.ts';
import type { Context } from '../context.ts';

/** For lists of settings and jobs, whose earlier states nobody keeps. @throws Fault AS_OF_UNSUPPORTED */
export function requirePresent(context: Context, field: string): void {
  if (context.request.asOf !== null) {
    throw new Fault('AS_OF_UNSUPPORTED', { public: `${field} knows the present only. Leave \`Cadastre-As-Of\` out.` });
  }
}
