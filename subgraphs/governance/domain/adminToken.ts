import { Fault } from '../../../kernel/fault.ts';
import { isMistyped } from '../../../kernel/identity/token.ts';

const LENGTH_MIN = 20;
const LENGTH_MAX = 512;

/** A token that an operator set may have any form that a header can carry and nobody guesses. @throws Fault CONFIGURATION */
export function checkAdminToken(token: string): string {
  if (token.length < LENGTH_MIN || token.length > LENGTH_MAX || !/^[\x21-\x7e]+$/.test(token)) {
    throw wrong(`The admin token must have ${LENGTH_MIN} to ${LENGTH_MAX} ASCII characters without spaces.`);
  }
  if (isMistyped(token)) throw wrong('The admin token begins like one that Cadastre made but is cut off or mistyped.');
  return token;
}

const wrong = (text: string): Fault =>
  new Fault('CONFIGURATION', { public: `${text} Set CADASTRE_ADMIN_TOKEN to one that \`openssl rand -hex 32\` prints.` });
