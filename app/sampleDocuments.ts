/** The operations that play the sample. Each answers under the name `answer`. */
const mutation = (name: string, fields: string): string => `
  mutation Sample($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
    answer: ${name}(input: $input) { __typename ${fields} ... on Refused { message } }
  }`;

export const createUser = mutation('createUser', '... on UserCreated { user { id } }');
export const createTeam = mutation('createTeam', '... on TeamCreated { team { id } }');
export const createTag = mutation('createTag', '');
export const addSource = mutation('addSource', '');
export const updateSource = mutation('updateSource', '');
export const startCrawl = mutation('startCrawl', '... on CrawlStarted { crawl { id } }');
export const setOwners = mutation('setOwners', '');
export const setDescription = mutation('setDescription', '');
export const tagAssets = mutation('tagAssets', '');
export const createGlossaryTerm = mutation('createGlossaryTerm', '... on GlossaryTermCreated { glossaryTerm { id } }');
export const assignGlossaryTerm = mutation('assignGlossaryTerm', '');
export const publishGlossaryTerm = mutation('publishGlossaryTerm', '');
export const createDataProduct = mutation('createDataProduct', '... on DataProductCreated { dataProduct { id } }');
export const addDataProductMembers = mutation('addDataProductMembers', '');
export const addTeamMembers = mutation('addTeamMembers', '');
export const createModel = mutation('createModel', '... on ModelCreated { model { id } }');
export const createModelVersion = mutation('createModelVersion', '... on ModelVersionCreated { modelVersion { id } }');
export const sealModelVersion = mutation('sealModelVersion', '... on ModelVersionSealed { modelVersion { id digest } }');
export const addEvidence = mutation('addEvidence', '');
export const bindFeatures = mutation('bindFeatures', '');
export const requestApproval = mutation('requestApproval', '... on ApprovalRequested { request { id } }');
export const decideApproval = mutation('decideApproval', '... on ApprovalDecided { request { id } }');
export const promoteModelVersion = mutation('promoteModelVersion', '');

export const crawl = `
  query Sample($id: ID!) {
    answer: crawl(id: $id) { state reason scopes(first: 100) { edges { node { listed expected } } } }
  }`;
