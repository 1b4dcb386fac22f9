/** As much of a browser as a sign-in needs: cookies by address and path, redirects, and forms that are sent. */
export class Browser {
  readonly #cookies: { readonly host: string; readonly path: string; readonly name: string; readonly value: string }[] = [];
  /** Where it is, after redirects. */
  url = '';
  /** What it was last answered. */
  page = '';
  status = 0;

  cookie(host: string, name: string): string | undefined {
    return this.#cookies.find((cookie) => cookie.host === new URL(host).host && cookie.name === name)?.value;
  }

  /** @param until stops before an address that begins like this, as somebody would who wants to change it */
  async go(url: string, init: RequestInit = {}, until?: string): Promise<this> {
    let [next, request] = [new URL(url), init];
    for (let hops = 0; hops < 20; hops++) {
      this.url = next.href;
      if (until !== undefined && next.href.startsWith(until)) return this;
      const response = await this.fetch(next, request);
      this.status = response.status;
      this.page = await response.text();
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status > 399) return this;
      [next, request] = [new URL(location, next), {}];
    }
    throw new Error('redirected for ever');
  }

  /** One request with the cookies that belong to it, and no redirects. */
  async fetch(url: URL | string, init: RequestInit = {}): Promise<Response> {
    const address = new URL(url);
    const headers = new Headers(init.headers);
    const own = this.#cookies.filter(({ host, path }) => host === address.host && address.pathname.startsWith(path));
    if (own.length > 0) headers.set('cookie', own.map(({ name, value }) => `${name}=${value}`).join('; '));
    const response = await fetch(address, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(60_000) });
    for (const text of response.headers.getSetCookie()) this.#keep(address.host, text);
    return response;
  }

  /** Fills the form of the page and sends it. */
  submit(values: Readonly<Record<string, string>> = {}, until?: string): Promise<this> {
    const action = attribute(/<form[^>]*>/.exec(this.page)?.[0] ?? '', 'action');
    if (action === undefined) throw new Error(`no form at ${this.url}: ${this.page.slice(0, 200)}`);
    const hidden = [...this.page.matchAll(/<input[^>]*>/g)].flatMap(([input]) => {
      const [name, value] = [attribute(input, 'name'), attribute(input, 'value')];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...values });
    return this.go(new URL(action, this.url).href, { method: 'POST', body }, until);
  }

  #keep(host: string, text: string): void {
    const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
    const expires = attributes.find((part) => /^expires=/i.test(part))?.slice(8);
    const isGone =
      attributes.some((part) => /^max-age=0$/i.test(part)) || (expires !== undefined && Date.parse(expires) < Date.now());
    const known = this.#cookies.findIndex((cookie) => cookie.host === host && cookie.name === name && cookie.path === path);
    if (known >= 0) this.#cookies.splice(known, 1);
    if (!isGone) this.#cookies.push({ host, path, name, value });
  }
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
