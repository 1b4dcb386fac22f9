/** Words for OpenLineage events of one shop and one job; the time is a minute of the same hour. */
export const NAMESPACE = 'postgres://shop:5432';
export const ORDERS = 'shop.public.orders';
export const base = { producer: 'https://example.com', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json' };
export const at = (minute: number): string => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;
export const dataset = (name: string, facets: object = {}, more: object = {}): object => ({
  namespace: NAMESPACE,
  name,
  facets,
  ...more,
});
export const described = (minute: number, name: string, facets: object): object => ({
  ...base,
  eventTime: at(minute),
  dataset: dataset(name, facets),
});
export const run = (minute: number, eventType: string, more: object = {}, id = 'r1'): object => ({
  ...base,
  eventTime: at(minute),
  eventType,
  run: { runId: id },
  job: { namespace: 'airflow', name: 'load' },
  ...more,
});
export const fields = (...names: readonly string[]) => ({ schema: { fields: names.map((name) => ({ name, type: 'int' })) } });
export const from = (name: string, field: string, subtype = 'IDENTITY') => ({
  inputFields: [{ namespace: NAMESPACE, name, field, transformations: [{ type: 'DIRECT', subtype }] }],
});
