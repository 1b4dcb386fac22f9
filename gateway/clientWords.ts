import type { Fetch } from './steps.ts';

/** `Variable "$v0" got invalid value 5 at "v0.from"; …`, as graphql-js says it. */
const ABOUT_A_VARIABLE = /^Variable "\$/;

/** What a subgraph says of a variable, by the name that the client gave it. */
export function inClientsWords(message: string, variables: Fetch['variables']): string {
  if (!ABOUT_A_VARIABLE.test(message)) return message;
  const clientOf = new Map(variables.map(({ name, client }) => [name, client]));
  return message.replace(
    /^Variable "\$(\w+)"|(?<= at ")(\w+)(?=[."[])/g,
    (whole: string, variable: string | undefined, place: string | undefined) => {
      const name = variable ?? place ?? '';
      return whole.replace(name, clientOf.get(name) ?? name);
    },
  );
}
