import { notFound } from '../../../../kernel/fault.ts';
import { type Attribute, GROUP, type ResourceSchema, USER } from '../../domain/scim/attribute.ts';
import { COUNT_MAX } from './lists.ts';
import { BASE } from './shown.ts';

const RESOURCES = [USER, GROUP];
const metaOf = (resourceType: string, path: string) => ({ resourceType, location: `${BASE}${path}` });

/** What this server can do, RFC 7643 section 5. */
export const serviceProviderConfig = (): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: COUNT_MAX },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Access key',
      description: 'An access key of Cadastre with the scope scim, as a bearer token.',
      primary: true,
    },
  ],
  meta: metaOf('ServiceProviderConfig', '/ServiceProviderConfig'),
});

export const resourceTypes = (): object => discovered(RESOURCES.map(typeOf));
export const schemas = (): object => discovered(RESOURCES.map(schemaOf));

/** @throws Fault NOT_FOUND */
export const resourceType = (name: string): object => typeOf(known(({ name: own }) => own === name, 'This resource type'));
/** @throws Fault NOT_FOUND */
export const schema = (id: string): object => schemaOf(known((one) => one.id === id, 'This schema'));

const discovered = (resources: readonly object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
});

function known(isMeant: (schema: ResourceSchema) => boolean, what: string): ResourceSchema {
  const found = RESOURCES.find(isMeant);
  if (found === undefined) throw notFound(what);
  return found;
}

const typeOf = ({ id, name, description, endpoint }: ResourceSchema): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: name,
  name,
  description,
  endpoint,
  schema: id,
  meta: metaOf('ResourceType', `/ResourceTypes/${name}`),
});

const schemaOf = ({ id, name, description, attributes }: ResourceSchema): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id,
  name,
  description,
  attributes: attributes.map(attributeOf),
  meta: metaOf('Schema', `/Schemas/${id}`),
});

const attributeOf = ({ subAttributes, ...attribute }: Attribute): object => ({
  ...attribute,
  ...(attribute.type === 'reference' && { referenceTypes: ['User', 'Group'] }),
  ...(subAttributes !== undefined && { subAttributes: subAttributes.map(attributeOf) }),
});
