/** One attribute of a resource, as RFC 7643 section 7 describes attributes. */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'complex';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable';
  readonly returned: 'always' | 'default';
  readonly uniqueness: 'none' | 'server';
  readonly subAttributes?: readonly Attribute[];
}

/** What a kind of resource is made of. */
export interface ResourceSchema {
  readonly id: string;
  readonly name: 'User' | 'Group';
  readonly description: string;
  /** Where resources of this kind are. */
  readonly endpoint: '/Users' | '/Groups';
  /** Those that every resource has. */
  readonly common: readonly Attribute[];
  readonly attributes: readonly Attribute[];
}

const attribute = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

const read = { mutability: 'readOnly' } as const;

const COMMON: readonly Attribute[] = [
  attribute('id', 'Made by Cadastre, and never changed.', { ...read, caseExact: true, returned: 'always', uniqueness: 'server' }),
  attribute('externalId', 'The id at the identity provider.', { caseExact: true }),
  attribute('meta', 'When it was made and changed.', {
    ...read,
    type: 'complex',
    subAttributes: [
      attribute('resourceType', 'User or Group.', { ...read, caseExact: true }),
      attribute('created', 'Since when the provider keeps it here.', { ...read, type: 'dateTime' }),
      attribute('lastModified', 'When the provider last changed it.', { ...read, type: 'dateTime' }),
      attribute('location', 'Where it is.', { ...read, type: 'reference', caseExact: true }),
      attribute('version', 'Its ETag.', { ...read, caseExact: true }),
    ],
  }),
];

const NAME = attribute('name', 'The parts of the name.', {
  type: 'complex',
  subAttributes: [
    attribute('formatted', 'The whole name, for people.'),
    attribute('givenName', 'The given name.'),
    attribute('familyName', 'The family name.'),
  ],
});

const EMAILS = attribute('emails', 'Addresses as the provider lists them, at most 20. Nobody signs in by them.', {
  type: 'complex',
  multiValued: true,
  subAttributes: [
    attribute('value', 'The address.'),
    attribute('type', 'E.g. work.'),
    attribute('primary', 'True for one at most.', { type: 'boolean' }),
    attribute('display', 'For people.'),
  ],
});

const GROUPS = attribute('groups', 'Groups that the person is in by the word of the provider; at most 100 are shown.', {
  ...read,
  type: 'complex',
  multiValued: true,
  subAttributes: [
    attribute('value', 'Id of the group.', { ...read, caseExact: true }),
    attribute('$ref', 'Where the group is.', { ...read, type: 'reference', caseExact: true }),
    attribute('display', 'Name of the group.', read),
  ],
});

export const USER: ResourceSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person',
  endpoint: '/Users',
  common: COMMON,
  attributes: [
    attribute('userName', 'The e-mail address by which the person signs in.', {
      required: true,
      returned: 'always',
      uniqueness: 'server',
    }),
    NAME,
    attribute('displayName', 'The name that others see.'),
    attribute('title', 'E.g. Data steward.'),
    attribute('active', 'Whether the person may sign in.', { type: 'boolean' }),
    EMAILS,
    GROUPS,
  ],
};

export const GROUP: ResourceSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A team',
  endpoint: '/Groups',
  common: COMMON,
  attributes: [
    attribute('displayName', 'The name of the team.', { required: true, returned: 'always', uniqueness: 'server' }),
    attribute('members', 'People who are in the team by the word of the provider, at most 10000.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'Id of the person.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'Where the person is.', { ...read, type: 'reference', caseExact: true }),
        attribute('type', 'User.', { ...read, caseExact: true }),
        attribute('display', 'Name of the person.', read),
      ],
    }),
  ],
};

/** Names are read without regard to case. */
export const named = (attributes: readonly Attribute[], name: string): Attribute | undefined =>
  attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());

export const attributesOf = ({ common, attributes }: ResourceSchema): readonly Attribute[] => [...common, ...attributes];
