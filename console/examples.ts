/** A query that the console opens with. */
export interface Example {
  readonly query: string;
  readonly variables?: string;
}

const VARIABLES = '{ "urn": "urn:cadastre:dataset:sample://greenhouse,greenhouse.raw.customers" }';

/** What somebody new should see first. The URNs are those of the bundled sample. */
export const EXAMPLES: readonly Example[] = [
  {
    query: `# An address, misspelled.
query FindCustomerEmail {
  search(query: "custmer emial", first: 5) {
    corrections { written read }
    edges {
      score
      node { __typename name urn description }
      columns { name nativeType urn }
    }
  }
}
`,
  },
  {
    query: `# Who owns this dataset, and who said so?
query WhoOwnsThis($urn: Urn!) {
  dataset(urn: $urn) {
    name
    owners {
      role
      origin
      external
      since
      principal { id ... on User { name } ... on Team { name } }
    }
    tags { tag { name } }
    columns(first: 20) { edges { node { name nativeType description } } }
  }
}
`,
    variables: VARIABLES,
  },
  {
    query: `# An unknown address makes a stub that a sign-in claims.
# The same key with the same input answers as before; a new wish takes a new key.
mutation SetOwner($urn: Urn!) {
  setOwners(input: {
    idempotencyKey: "console-1"
    urn: $urn
    role: ACCOUNTABLE
    owners: [{ email: "ada@example.com" }]
    reason: "Tried from the console"
  }) {
    ... on OwnersSet { auditId readToken asset { version owners { role principal { id ... on User { name } } } } }
    ... on Refused { code message policyIds }
    ... on Conflict { currentVersion message }
  }
}
`,
    variables: VARIABLES,
  },
  {
    query: `# Every state it was in, and who did what to it.
query WhatHappenedToIt($urn: Urn!) {
  dataset(urn: $urn) {
    version
    history(first: 5) {
      edges { node { version recordedFrom recordedTo state columnCount owners { role principal { id ... on User { name } } } auditId } }
    }
    auditTrail(first: 10) {
      edges { node { time action outcome actor { name } changedFields detail } }
    }
  }
}
`,
    variables: VARIABLES,
  },
];
