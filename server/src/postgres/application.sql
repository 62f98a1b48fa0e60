-- Whom the server works as, on the embedded database: a role that owns everything but the audit log, to which it only adds.
-- Run at every start, by the superuser: new tables come with new versions.
do $$
declare
    name text;
begin
    perform pg_advisory_xact_lock(x'544C5301'::bigint << 32 | 1);
    if not exists (select from pg_roles where rolname = 'tls_sunset') then
        create role tls_sunset login;
    end if;
    for name in
        select tablename from pg_tables
        where schemaname = 'public' and tablename <> 'audit' and tableowner <> 'tls_sunset'
    loop
        execute format('alter table %I owner to tls_sunset', name);
    end loop;
    grant select, insert on audit to tls_sunset;
end
$$;
