declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  /** What the tests use of it: the package comes without types. */
  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
  }
}
