import { z } from 'zod';
import { Fault, FAULT_CODES, type FaultCode } from '../kernel/fault.ts';

const ASK_MS = 30_000;

const fault = z.object({ code: z.string(), message: z.string() });

/** @throws Fault with the code that the server answered */
export async function getJson<T>(url: URL, form: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ASK_MS) }).catch((cause: unknown) => {
    throw new Fault('STORE_UNAVAILABLE', { public: `No answer from ${url.origin}. Is the server up?`, cause });
  });
  const body: unknown = await response.json().catch(() => undefined);
  const said = fault.safeParse(body).data;
  if (said !== undefined) throw new Fault(isFaultCode(said.code) ? said.code : 'INTERNAL', { public: said.message });
  const parsed = form.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Fault('INTERNAL', {
    public: `${url.origin} answered something that is not Cadastre's. Is the address right?`,
    cause: parsed.error,
  });
}

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(FAULT_CODES, code);
