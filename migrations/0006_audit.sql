-- The audit log: who did what. Lines are added, and nothing else: triggers refuse the rest to everybody, superusers included.
-- Names are kept as they were, and refer to nothing, so that nothing else takes a line with it.

create table audit (
    id        bigint generated always as identity primary key,
    time      timestamptz not null default now(),
    person_id bigint,                 -- null where nobody had signed in, or needed to
    name      text not null,
    address   text not null,
    action    text not null,
    about     text not null
);
create index audit_by_action on audit (action, id desc);
create index audit_by_name on audit (lower(name), id desc);

create function refuse_to_change_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only added to' using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_is_only_added_to before update or delete on audit
    for each row execute function refuse_to_change_audit();
create trigger audit_is_not_emptied before truncate on audit
    for each statement execute function refuse_to_change_audit();
-- Also where triggers are off for copies (session_replication_role).
alter table audit enable always trigger audit_is_only_added_to;
alter table audit enable always trigger audit_is_not_emptied;
