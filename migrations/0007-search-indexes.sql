-- Names of sources that were taken out of service can be given again.
alter table catalog.source drop constraint source_name_key;
create unique index source_name_active on catalog.source (name) where state = 'active';
create index source_name on catalog.source (name, id);

-- Beginnings of names, whatever the order of letters in the database's language.
create index asset_prefix on catalog.asset (left(name, 200) text_pattern_ops);
