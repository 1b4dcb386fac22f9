/**
 * The token of an `Authorization: Basic …` header: its password, or its name where only that is one of ours or there is no password.
 * Undefined for any other header.
 */
export function basicToken(authorization: string | undefined): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  const isName = password === '' || (isOurs(name) && !isOurs(password));
  const token = isName ? name : password;
  return token === '' ? undefined : token;
}

const isOurs = (text: string): boolean => text.startsWith('cad_');
