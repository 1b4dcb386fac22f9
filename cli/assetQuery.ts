import { z } from 'zod';
import { owner, OWNER_FIELDS, person, PERSON_FIELDS } from './assetText.ts';
import type { Operation } from './client.ts';

const column = z.object({
  ordinal: z.number(),
  name: z.string(),
  nativeType: z.string(),
  nullable: z.boolean(),
  description: z.string().nullable(),
  tags: z.array(z.object({ tag: z.object({ name: z.string() }) })),
});

const quality = z.object({
  passing: z.number(),
  warning: z.number(),
  failing: z.number(),
  erroring: z.number(),
  unknown: z.number(),
  lastObservedAt: z.string().nullable(),
});

const signal = z.object({
  name: z.string(),
  kind: z.string(),
  columnName: z.string().nullable(),
  status: z.string().nullable(),
  failures: z.union([z.number(), z.string()]).nullable(),
  message: z.string().nullable(),
  observedAt: z.string().nullable(),
});

const metric = z.object({ name: z.string(), label: z.string().nullable(), type: z.string(), expression: z.string().nullable() });

const asset = z.object({
  __typename: z.string(),
  id: z.string(),
  urn: z.string(),
  name: z.string(),
  state: z.string(),
  version: z.number(),
  firstSeenAt: z.string(),
  descriptions: z.array(z.object({ text: z.string(), origin: z.string(), setBy: person, setAt: z.string().nullable() })),
  owners: z.array(owner).nullable(),
  tags: z.array(z.object({ tag: z.object({ name: z.string() }) })),
  subtype: z.string().optional(),
  containerSubtype: z.string().optional(),
  dashboardSubtype: z.string().optional(),
  source: z.object({ name: z.string() }).nullish(),
  columnCount: z.number().optional(),
  primaryKey: z.array(z.string()).nullish(),
  problem: z.string().nullish(),
  columns: z.object({ edges: z.array(z.object({ node: column.nullable() })) }).optional(),
  nativeType: z.string().optional(),
  url: z.string().nullish(),
  maturity: z.string().nullish(),
  quality: quality.nullish(),
  qualitySignals: z
    .object({ edges: z.array(z.object({ node: signal })), pageInfo: z.object({ hasNextPage: z.boolean() }) })
    .optional(),
  metrics: z.object({ edges: z.array(z.object({ node: metric })), pageInfo: z.object({ hasNextPage: z.boolean() }) }).optional(),
  dataset: z.object({ urn: z.string() }).nullish(),
});

export type AssetPage = z.infer<typeof asset>;

const assetAnswer = z.object({ asset: asset.nullable() });

const SIGNALS = `qualitySignals(first: 500) { edges { node { name kind columnName status failures message observedAt } } pageInfo { hasNextPage } }`;
const METRICS = `metrics(first: 50) { edges { node { name label type expression } } pageInfo { hasNextPage } }`;

const COLUMN_FIELDS = 'ordinal name nativeType nullable description tags { tag { name } }';

export const ASSET: Operation<z.infer<typeof assetAnswer>> = {
  source: `query CliAsset($urn: Urn, $id: ID) {
    asset(urn: $urn, id: $id) {
      __typename id urn name state version firstSeenAt
      descriptions { text origin setAt setBy ${PERSON_FIELDS} }
      owners ${OWNER_FIELDS}
      tags { tag { name } }
      ... on Dataset { subtype problem columnCount primaryKey source { name } columns(first: 500) { edges { node { ${COLUMN_FIELDS} } } }
        quality { passing warning failing erroring unknown lastObservedAt } ${SIGNALS} ${METRICS} }
      ... on Container { containerSubtype: subtype }
      ... on Column { nativeType dataset { urn } ${SIGNALS} ${METRICS} }
      ... on Dashboard { dashboardSubtype: subtype url maturity }
    }
  }`,
  answer: assetAnswer,
};

const version = z.object({
  version: z.number(),
  recordedFrom: z.string(),
  recordedTo: z.string().nullable(),
  state: z.string(),
  columnCount: z.number(),
  simulated: z.boolean(),
  auditId: z.string(),
  owners: z.array(owner).nullable(),
});

export type VersionRow = z.infer<typeof version>;

const historyAnswer = z.object({
  asset: z
    .object({
      __typename: z.string(),
      urn: z.string(),
      history: z.object({ edges: z.array(z.object({ node: version })) }).optional(),
    })
    .nullable(),
});

const VERSIONS = `history(first: 100) { edges { node { version recordedFrom recordedTo state columnCount simulated auditId owners ${OWNER_FIELDS} } } }`;

export const HISTORY: Operation<z.infer<typeof historyAnswer>> = {
  source: `query CliHistory($urn: Urn, $id: ID) {
    asset(urn: $urn, id: $id) { __typename urn ... on Dataset { ${VERSIONS} } ... on Container { ${VERSIONS} } ... on Dashboard { ${VERSIONS} } }
  }`,
  answer: historyAnswer,
};
