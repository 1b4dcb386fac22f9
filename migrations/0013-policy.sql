-- Who is in which team, and by which policies it is decided who may what.

-- Members are people, services and other teams. The same membership may be stated by several origins; it lasts while one says so.
create table kernel.membership (
  team_id text not null references kernel.principal (id),
  member_id text not null references kernel.principal (id),
  origin text not null check (origin in ('human', 'oidc', 'scim')),
  recorded_at timestamptz not null,
  primary key (member_id, team_id, origin),
  check (team_id <> member_id)
);
create index membership_team on kernel.membership (team_id, member_id);

-- Policies of the installation, on top of the built-in ones. A version never changes but for its state.
create table kernel.policy_version (
  version int primary key,
  text text not null,
  -- [{ name, principal, action, resource, expect }]: checked before the version may be proposed.
  tests jsonb not null,
  digest text not null,
  reason text not null,
  author_id text not null references kernel.principal (id),
  proposed_at timestamptz not null,
  state text not null check (state in ('PROPOSED', 'IN_FORCE', 'SUPERSEDED', 'REJECTED')),
  decided_by text references kernel.principal (id),
  decided_at timestamptz,
  check ((decided_by is null) = (decided_at is null)),
  check (state = 'PROPOSED' or decided_by is not null)
);
create unique index policy_version_in_force on kernel.policy_version ((true)) where state = 'IN_FORCE';

-- Decisions are explained by the public id of an asset.
alter table kernel.resource add column id text;
update kernel.resource r set id = a.id from catalog.asset a where a.no = r.no;
create unique index resource_id on kernel.resource (id) where id is not null;

-- Policies may now also ask where an asset lies, and tell its own tags from those of its columns. Until an asset changes next,
-- all its tags count as both, which shows nothing that was hidden.
create temporary table described on commit drop as
  select r.no, jsonb_build_object('type', r.type, 'owners', c.facts->'owners', 'tags', c.facts->'tags', 'columnTags', c.facts->'tags',
    'namespace', a.namespace, 'platform', a.platform,
    'container', case when a.kind = 'container' then a.name
      when right(a.name, length(a.simple_name) + 1) = '.' || a.simple_name
        then left(a.name, length(a.name) - length(a.simple_name) - 1) else '' end) as facts
  from kernel.resource r join kernel.acl_class c using (acl_id) join catalog.asset a on a.no = r.no;
insert into kernel.acl_class (digest, facts)
  select distinct 'sha256:' || encode(sha256(convert_to(facts::text, 'UTF8')), 'hex'), facts from described
  on conflict (digest) do nothing;
update kernel.resource r set acl_id = c.acl_id from described d join kernel.acl_class c on c.facts = d.facts where r.no = d.no;
update catalog.search_doc s set acl_id = r.acl_id from kernel.resource r where r.no = s.no and s.acl_id <> r.acl_id;
