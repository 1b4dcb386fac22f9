import type { Tampering } from './reconciling.ts';

/** What somebody may do to the tables of terms and data products, and what is found of it. */
export const GLOSSARY_TAMPERING: readonly Tampering[] = [
  [
    'the words of a term',
    'catalog.glossary_term',
    `update catalog.glossary_term set definition = 'Whatever you like.' where name = 'Revenue'`,
    'OTHER_STATE',
    /not what its last event says/,
  ],
  [
    'that a term is published',
    'catalog.glossary_term',
    `update catalog.glossary_term set state = 'published' where name = 'Revenue'`,
    'OTHER_STATE',
    /not what its last event says/,
  ],
  [
    'a term that is gone',
    'catalog.glossary_term',
    `delete from catalog.glossary_term where name = 'Cost'`,
    'MISSING_ROW',
    /catalog\.term\.created\.v1 tells of it/,
  ],
  [
    'a term that nobody made',
    'catalog.glossary_term',
    `insert into catalog.glossary_term (no, id, name, folded_name, definition, synonyms, related_nos, owner_ids, state, created_by, worded_by,
       created_at, updated_at, tsv)
     select no + 1000000, 'trm_x', 'X', 'x', 'X', synonyms, related_nos, owner_ids, state, created_by, worded_by, created_at, updated_at, tsv
     from catalog.glossary_term where name = 'Revenue'`,
    'UNEXPLAINED_ROW',
    /No event tells of "X"/,
  ],
  [
    'what a term is on',
    'catalog.term_assignment',
    `update catalog.term_assignment set asset_no = (select no from catalog.asset where name = 'shop.public.lines')`,
    'UNEXPLAINED_ROW',
    /no event put it there/,
  ],
  [
    'a term that was taken off',
    'catalog.term_assignment',
    `update catalog.term_assignment set recorded_to = recorded_from + interval '1 microsecond'`,
    'OTHER_STATE',
    /taken off an asset/,
  ],
  [
    'an assignment that is gone',
    'catalog.term_assignment',
    `delete from catalog.term_assignment`,
    'MISSING_ROW',
    /catalog\.term\.assigned\.v1 tells of it/,
  ],
  [
    'what a data product has',
    'catalog.data_product_member',
    `insert into catalog.data_product_member select product_no, (select no from catalog.asset where name = 'shop.public.lines'), recorded_from from catalog.data_product_member`,
    'OTHER_STATE',
    /not what its last event says/,
  ],
  [
    'what approvals take a data product for',
    'kernel.approval_subject',
    `update kernel.approval_subject set content_digest = 'sha256:' || repeat('0', 64) where subject_type = 'DataProduct'`,
    'OTHER_COPY',
    /Approvals go by another content/,
  ],
];
