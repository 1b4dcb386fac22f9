/** A search path that somebody set: for a role, a database, both, or for everybody else (two nulls). */
export interface PathSetting {
  readonly database: string | null;
  readonly role: string | null;
  readonly path: string;
}

const DEFAULT_PATH = '"$user", public';

/** Schemas in which a session of a role in a database looks up bare names, unless it says otherwise itself. */
export function searchPathOf(settings: readonly PathSetting[], database: string, role: string): readonly string[] {
  const set = (ofDatabase: string | null, ofRole: string | null): string | undefined =>
    settings.find((setting) => setting.database === ofDatabase && setting.role === ofRole)?.path;
  const path = set(database, role) ?? set(null, role) ?? set(database, null) ?? set(null, null) ?? DEFAULT_PATH;
  return readPath(path).map((schema) => (schema === '$user' ? role : schema));
}

/** `"$user", public, "Mixed ""case"""` as names. */
function readPath(path: string): readonly string[] {
  const names = path.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? [];
  return names
    .map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()))
    .filter((name) => name !== '' && name !== 'pg_catalog' && name !== 'pg_temp');
}
