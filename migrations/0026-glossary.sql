-- What people mean and what they offer: terms of the business, the assets that they stand for, and data products.

create table catalog.glossary_term (
  no bigint primary key,
  id text not null unique,
  name text not null,
  -- Equal for all spellings that count as one name.
  folded_name text not null,
  definition text not null,
  parent_no bigint references catalog.glossary_term (no),
  synonyms text[] not null,
  -- Numbers of terms that it names as related; they are related to it as well.
  related_nos bigint[] not null,
  owner_ids text[] not null,
  state text not null check (state in ('draft', 'published', 'deprecated')),
  -- The request by whose approval it was published; null where nothing guarded that. It is published as long as this holds.
  approval_id text,
  version int not null default 1,
  created_by text not null,
  -- Who wrote the words as they are.
  worded_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  tsv tsvector not null
);
create unique index glossary_term_name on catalog.glossary_term (folded_name) where deleted_at is null;
create index glossary_term_parent on catalog.glossary_term (parent_no, folded_name) where deleted_at is null;
create index glossary_term_related on catalog.glossary_term using gin (related_nos) where deleted_at is null;
create index glossary_term_text on catalog.glossary_term using gin (tsv) where deleted_at is null;

-- The assets and columns that a term stands for.
create table catalog.term_assignment (
  id bigint generated always as identity primary key,
  term_no bigint not null references catalog.glossary_term (no),
  asset_no bigint not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  -- The event that began it.
  event_id text not null
);
create unique index term_assignment_current on catalog.term_assignment (asset_no, term_no) where recorded_to = 'infinity';
create index term_assignment_term on catalog.term_assignment (term_no, asset_no) where recorded_to = 'infinity';

create table catalog.data_product (
  no bigint primary key,
  id text not null unique,
  name text not null,
  folded_name text not null,
  description text not null,
  owner_ids text[] not null,
  version int not null default 1,
  created_by text not null,
  -- Who last changed what of it is certified.
  worded_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  tsv tsvector not null
);
create unique index data_product_name on catalog.data_product (folded_name) where deleted_at is null;
create index data_product_text on catalog.data_product using gin (tsv) where deleted_at is null;

create table catalog.data_product_member (
  product_no bigint not null references catalog.data_product (no),
  dataset_no bigint not null references catalog.asset (no),
  recorded_from timestamptz not null,
  primary key (product_no, dataset_no)
);
create index data_product_member_dataset on catalog.data_product_member (dataset_no);

alter table kernel.approval_request drop constraint approval_request_target_kind_check;
alter table kernel.approval_request add constraint approval_request_target_kind_check check (target_kind in ('MODEL_STAGE',
  'DATASET_CERTIFIED', 'DATA_PRODUCT_CERTIFIED', 'GLOSSARY_TERM_PUBLISHED', 'DATASET_ACCESS', 'POLICY_CHANGE'));
