import type { Connector, SourceSession } from '../../../connectors/connector.ts';
import { badInput, Fault } from '../../../kernel/fault.ts';
import { seal, unseal, type SealingKey } from '../../../kernel/secrets/seal.ts';
import type { Source } from '../domain/source.ts';

/** A connector whose settings nobody here looks into. */
// oxlint-disable-next-line typescript/no-explicit-any -- each connector has its own settings; only it reads them
export type AnyConnector = Connector<any>;

/** How long connecting may take before the source counts as unavailable, milliseconds. */
const OPEN_MS = 20_000;

/** The connectors there are, by the scheme of the URLs they read. */
export class ConnectorShelf {
  readonly #byScheme: ReadonlyMap<string, AnyConnector>;

  constructor(byScheme: Readonly<Record<string, AnyConnector>>) {
    this.#byScheme = new Map(Object.entries(byScheme));
  }

  /** Reads the URL of a source. @throws Fault BAD_USER_INPUT that says what a right one looks like */
  read(text: string): ReadSource {
    const url = URL.canParse(text) ? new URL(text) : null;
    const scheme = url?.protocol.slice(0, -1) ?? '';
    const connector = this.#byScheme.get(scheme);
    if (url === null || connector === undefined) {
      throw badInput(
        `The URL must begin with one of ${[...this.#byScheme.keys()].map((known) => `${known}:`).join(', ')}, e.g. postgres://crawler:secret@db.example:5432/shop.`,
      );
    }
    const parsed: unknown = connector.config.parse(connector.fromUrl(url));
    const config: Readonly<Record<string, unknown>> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
    const secrets = Object.fromEntries(
      connector.secrets.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])),
    );
    const settings = Object.fromEntries(Object.entries(config).filter(([key]) => !connector.secrets.includes(key)));
    return { scheme, platform: connector.platform, location: withoutSecrets(url), settings: { ...settings, scheme }, secrets };
  }

  /** Connects to a stored source. @throws Fault SOURCE_UNAVAILABLE */
  async open(source: Source, key: SealingKey, signal: AbortSignal): Promise<SourceSession> {
    return this.openNew({ ...source, secrets: openSecrets(source, key) }, signal);
  }

  /** Connects to a source that is not stored. @throws Fault SOURCE_UNAVAILABLE */
  async openNew(
    { platform, settings: { scheme, ...settings }, secrets }: Pick<ReadSource, 'platform' | 'settings' | 'secrets'>,
    signal: AbortSignal,
  ): Promise<SourceSession> {
    const connector = this.#byScheme.get(String(scheme));
    if (connector === undefined) {
      throw new Fault('SOURCE_UNAVAILABLE', { public: `This server has no connector for ${platform}.` });
    }
    const config: unknown = connector.config.parse({ ...settings, ...secrets });
    return connector.open(config, AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS)]));
  }
}

export interface ReadSource {
  readonly scheme: string;
  readonly platform: string;
  /** The URL without anything secret. */
  readonly location: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

/** Seals the secrets of a source; null when it has none. */
export const sealSecrets = (key: SealingKey, sourceId: string, secrets: Readonly<Record<string, unknown>>): string | null =>
  Object.keys(secrets).length === 0 ? null : seal(key, `source/${sourceId}`, JSON.stringify(secrets));

function openSecrets(source: Source, key: SealingKey): Readonly<Record<string, unknown>> {
  if (source.sealedSecrets === null) return {};
  const parsed: unknown = JSON.parse(unseal(key, `source/${source.id}`, source.sealedSecrets));
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

/** Queries of URLs hold keys and certificates as often as options, so none of their values are shown. */
function withoutSecrets(url: URL): string {
  const shown = new URL(url);
  shown.password = '';
  for (const name of url.searchParams.keys()) if (/pass|secret|token|key|cert|ca$/i.test(name)) shown.searchParams.delete(name);
  return shown.href;
}
