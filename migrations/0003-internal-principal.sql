-- Cadastre itself: the actor of what it does unasked. It has no key and nobody answers for it.
insert into kernel.principal (id, kind, name, roles, state, recorded_at)
values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now());
