import pg from 'pg';
import { Fault } from '../fault.ts';

/** Why a first connection failed and what to do about it, without the password. */
export function connectFault(error: unknown, url: string, variable: string): Fault {
  if (error instanceof Fault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const { host, port, database = '', user = '' } = new pg.Client(url);
  const where = `${host}:${port}`;
  const advice = adviceFor(code, error instanceof Error ? error.message : '', { where, database, user, variable });
  if (advice !== undefined) return new Fault('CONFIGURATION', { public: advice, cause: error });
  const reason = code === '' ? 'no answer in time' : code;
  return new Fault('STORE_UNAVAILABLE', {
    public: `PostgreSQL at ${where} cannot be reached (${reason}). Start it, or correct ${variable}.`,
    cause: error,
  });
}

interface Target {
  readonly where: string;
  readonly database: string;
  readonly user: string;
  readonly variable: string;
}

function adviceFor(code: string, message: string, { where, database, user, variable }: Target): string | undefined {
  if (code === '28P01' || code === '28000' || /SASL/.test(message)) {
    return `PostgreSQL at ${where} does not let "${user}" in. Correct the user or the password in ${variable}, or the server's pg_hba.conf.`;
  }
  if (code === '3D000') {
    return `PostgreSQL at ${where} has no database "${database}". Create it (createdb ${database}), or correct ${variable}.`;
  }
  if (/does not support SSL/.test(message)) {
    return `PostgreSQL at ${where} does not speak TLS. Turn it on there, or write sslmode=disable in ${variable}.`;
  }
  if (/CERT|TLS|SSL/.test(code) || /certificate/i.test(message)) {
    return `The certificate of PostgreSQL at ${where} is not trusted (${code || message}). Add sslrootcert=/path/to/ca.pem to ${variable}.`;
  }
  return undefined;
}
