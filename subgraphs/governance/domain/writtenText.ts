import { badInput } from '../../../kernel/fault.ts';

const LENGTH_MAX = 200;
const EMAIL_LENGTH_MAX = 254;

/** A name or label for people. @throws Fault BAD_USER_INPUT */
export function checkName(field: string, written: string): string {
  const name = written.trim();
  if (name === '' || name.length > LENGTH_MAX || /\p{Cc}/u.test(name)) {
    throw badInput(`${field} must have 1 to ${LENGTH_MAX} characters without line breaks, e.g. "Ada Lovelace".`);
  }
  return name;
}

/** An e-mail address by its form; whether it is somebody's only a sign-in can tell. @throws Fault BAD_USER_INPUT */
export function checkEmail(written: string): string {
  const email = written.trim();
  if (email.length > EMAIL_LENGTH_MAX || !/^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u.test(email)) {
    throw badInput('email must be an e-mail address, e.g. ada@example.com.');
  }
  return email;
}
