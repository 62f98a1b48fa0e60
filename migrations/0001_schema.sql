-- The schema. Files are checksummed: never edit one that has been released, add another.
--
--   upload ─┬─ spool_file   bytes as sent, until they are read
--           ├─ log_file     the ledger: one row per log file that was read
--           ├─ event_set    identities of the calls that it contained (counting once)
--           ├─ call_hour    what it added to the counts, and the most detailed rollup
--           └─ caller_day   the same per caller, for versions below detail_below
--   lease: who works on what at the moment
--   caller_week: rollup of caller_day over all uploads
--   call_day, service_hour, service_day, coverage_day: rollups of call_hour over all uploads
--   caller_pack, call_pack: caller_week and call_day, put together for reading
--
-- All times are UTC. `tls` is a code, see the table tls_code.

-- Names. Rollups hold small numbers instead of texts: a third faster and half the size.
create table account (
    id      integer generated always as identity primary key,
    account text not null unique -- 12 digits, or '' where the record names none
);

create table region (
    id     integer generated always as identity primary key,
    region text not null unique
);

create table service (
    id      integer generated always as identity primary key,
    scope   text not null check (scope in ('aws', 'customer')),
    service text not null,
    unique (scope, service)
);

create table caller (
    id             bigint generated always as identity primary key,
    account_id     integer not null references account,
    service_id     integer not null references service,
    principal      text not null,
    user_agent     text not null,
    source_address text not null,
    -- What a search looks in, in small letters.
    search         text not null generated always as (lower(principal || chr(10) || user_agent || chr(10) || source_address)) stored,
    -- First 16 bytes of BLAKE3 over the five; a b-tree cannot hold user agents of any length.
    digest         bytea not null unique
);
create index caller_by_account on caller (account_id);
create index caller_by_service on caller (service_id);

-- What `tls` means. 10 and above: unknown, each with its reason.
create table tls_code (
    tls         smallint primary key,
    tls_version text not null,
    reason      text not null unique
);
insert into tls_code values
    (0, 'ssl3', 'ssl3'), (1, '1.0', '1.0'), (2, '1.1', '1.1'), (3, '1.2', '1.2'), (4, '1.3', '1.3'), (5, 'none', 'none'),
    (10, 'unknown', 'on_behalf'), (11, 'unknown', 'console'), (12, 'unknown', 'service_event'),
    (13, 'unknown', 'old_record'), (14, 'unknown', 'placeholder'), (15, 'unknown', 'unrecognised'),
    (16, 'unknown', 'unreported');

-- The right to work on something. Work names its lease, so deleting one frees all its work. Every transaction that counts, or
-- ends what it works on, holds its lease's row (for key share): whoever lost it can commit nothing, however late it comes.
create table lease (
    token   bigint generated always as identity primary key,
    holder  text not null,        -- host and process, for people
    until   timestamptz not null, -- prolonged while the holder lives
    -- The connection that all of its transactions go through; without it the lease is over before its time.
    backend integer,
    since   timestamptz
);

-- Where log files come from.
create table upload (
    id                    bigint generated always as identity primary key,
    kind                  text not null check (kind in ('upload', 'folder', 'demo', 'bucket')),
    name                  text not null,
    -- Which spool folder holds its files (each names itself by a random text); '' where files are read in place.
    home                  text not null default '',
    state                 text not null check (state in ('receiving', 'queued', 'reading', 'done', 'failed', 'cancelled')),
    reason                text not null default '',
    -- Callers were kept for versions below this `tls` code.
    detail_below          smallint not null default 3,
    created               timestamptz not null default now(),
    started               timestamptz,
    finished              timestamptz,
    cancel_requested      boolean not null default false,
    -- Who receives or reads it now, and how often reading was begun since it last got any further.
    lease                 bigint references lease on delete set null,
    attempts              integer not null default 0,
    bytes                 bigint not null default 0,
    bytes_read            bigint not null default 0,
    calls_counted         bigint not null default 0,
    calls_already_counted bigint not null default 0,
    calls_unknown         bigint not null default 0,
    records_skipped       bigint not null default 0,
    files_total           bigint not null default 0,
    files_skipped         bigint not null default 0,
    files_failed          bigint not null default 0,
    -- Counted calls without a TLS version, {reason: calls}.
    unknown               jsonb not null default '{}'
);

-- One row per file as sent; its bytes lie in the spool folder until the upload is read.
create table spool_file (
    upload_id bigint not null references upload on delete cascade,
    ordinal   integer not null,
    name      text not null,
    bytes     bigint not null,
    primary key (upload_id, ordinal)
);

-- The ledger. A row is written, or ends, in the transaction that counts the file's calls.
create table log_file (
    id                     bigint generated always as identity primary key,
    upload_id              bigint not null references upload on delete cascade,
    name                   text collate "C" not null, -- 'logs.zip!a/b.json.gz'; long ones are shortened. A bucket's: the key
    state                  text not null check (state in ('waiting', 'reading', 'done', 'damaged', 'skipped', 'failed')),
    reason                 text not null default '',
    bytes                  bigint not null default 0,     -- decoded
    content                bytea,                         -- BLAKE3 of the decoded bytes, where calls have no identity
    records_read           bigint not null default 0,     -- so far; a crash resumes behind it
    calls_counted          bigint not null default 0,
    calls_already_counted  bigint not null default 0,
    calls_unknown          bigint not null default 0,
    calls_without_identity bigint not null default 0,     -- of the counted ones
    records_skipped        bigint not null default 0,
    examples               jsonb not null default '[]',   -- the first skipped records
    -- Of an object of a bucket, which is 'waiting' from its listing to its end.
    logged                 date,                          -- the day in its key
    packed                 bigint not null default 0,     -- bytes in the bucket
    lease                  bigint references lease on delete set null,
    attempts               integer not null default 0,    -- begun, and not ended by anything but the process
    tries                  integer not null default 0,    -- to get it, in vain
    retry_at               timestamptz,
    unique (upload_id, name)
);
create index log_file_by_content on log_file (content) where content is not null;
create index log_file_waiting on log_file (upload_id, logged desc, id) where state = 'waiting';
create index log_file_troubled on log_file (upload_id) where state in ('failed', 'damaged') or records_skipped > 0;
create index log_file_by_lease on log_file (lease) where lease is not null;

-- Identities of calls per hour: 64-bit hashes, sorted, 8 bytes each, little-endian. Append-only.
create table event_set (
    id        bigint generated always as identity primary key,
    upload_id bigint not null references upload on delete cascade,
    hour      timestamptz not null,
    counted   bytea not null, -- these were new
    again     bytea not null  -- these were counted by another upload before
);
-- Hashes do not compress.
alter table event_set alter counted set storage external, alter again set storage external;
create index event_set_by_hour on event_set (hour);
create index event_set_by_upload on event_set (upload_id);

-- Counts. What an upload added, exactly: removing it takes these rows out and subtracts them from the rollups. One row per key;
-- no constraint says so, because counting is done by one transaction at a time and merging is faster than an upsert.
create table call_hour (
    hour       timestamptz not null,
    account_id integer not null,
    region_id  integer not null,
    service_id integer not null,
    tls        smallint not null,
    upload_id  bigint not null,
    calls      bigint not null
);
create index call_hour_by_hour on call_hour (hour, service_id, tls, account_id, region_id);
-- Uploads are written one after another, so a block range index is nearly free and finds them.
create index call_hour_by_upload on call_hour using brin (upload_id) with (pages_per_range = 32);
create index call_hour_deprecated on call_hour (hour, service_id, account_id, region_id, tls) include (calls) where tls < 3;
create index call_hour_by_account on call_hour (account_id, hour) include (region_id, service_id, tls, calls);

create table call_day (
    day        date not null,
    account_id integer not null,
    region_id  integer not null,
    service_id integer not null,
    tls        smallint not null,
    calls      bigint not null,
    primary key (day, service_id, tls, account_id, region_id)
);
create index call_day_by_account on call_day (account_id, region_id, day) include (service_id, tls, calls);

-- The rows of one account, region and week of call_day, each column as one string of bytes: a page about some accounts or
-- regions and a whole year reads some hundred rows instead of a hundred thousand. A week that changes loses its columns at once
-- (they are null, readers then take call_day), and gets new ones when the upload has ended.
create table call_pack (
    account_id integer not null,
    region_id  integer not null,
    week       date not null, -- from Monday
    services   bytea, -- 4 bytes each, big-endian
    tls        bytea, -- 1 byte each, as are days
    days       bytea, -- 0 is Monday
    calls      bytea, -- 8 bytes each
    primary key (account_id, region_id, week)
);
create index call_pack_by_region on call_pack (region_id, week);
-- Inflating would take longer than reading.
alter table call_pack
    alter services set storage external, alter tls set storage external, alter days set storage external,
    alter calls set storage external;

create function monday(day date) returns date language sql immutable parallel safe as
$$ select day - (extract(isodow from day)::int - 1) $$;

create function call_pack_drop() returns trigger language plpgsql as $$
begin
    insert into call_pack as p (account_id, region_id, week)
    select distinct account_id, region_id, monday(day) from (select distinct account_id, region_id, day from changed) c
    on conflict (account_id, region_id, week) do update set services = null, tls = null, days = null, calls = null
    where p.services is not null;
    return null;
end $$;

create trigger call_pack_after_insert after insert on call_day
    referencing new table as changed for each statement execute function call_pack_drop();
create trigger call_pack_after_update after update on call_day
    referencing new table as changed for each statement execute function call_pack_drop();
create trigger call_pack_after_delete after delete on call_day
    referencing old table as changed for each statement execute function call_pack_drop();

create table service_hour (
    hour       timestamptz not null,
    service_id integer not null,
    tls        smallint not null,
    calls      bigint not null,
    primary key (hour, service_id, tls)
);

create table service_day (
    day        date not null,
    service_id integer not null,
    tls        smallint not null,
    calls      bigint not null,
    primary key (day, service_id, tls)
);

-- Do we have any log at all?
create table coverage_day (
    day        date not null,
    account_id integer not null,
    region_id  integer not null,
    calls      bigint not null,
    primary key (account_id, region_id, day)
);
create index coverage_day_by_day on coverage_day (day);

create table caller_day (
    caller_id  bigint not null references caller,
    -- The caller's own, repeated here: readers filter and group by them without a join.
    account_id integer not null,
    service_id integer not null,
    region_id  integer not null,
    day        date not null,
    tls        smallint not null,
    upload_id  bigint not null,
    calls      bigint not null,
    first_seen timestamptz not null,
    last_seen  timestamptz not null,
    primary key (day, caller_id, region_id, tls, upload_id)
);
create index caller_day_by_caller on caller_day (caller_id, day);
create index caller_day_by_upload on caller_day using brin (upload_id) with (pages_per_range = 32);

-- The same per week (from Monday) and over all uploads: most callers call on most days. Kept by the triggers below, whoever
-- writes caller_day.
create table caller_week (
    week       date not null,
    caller_id  bigint not null,
    region_id  integer not null,
    tls        smallint not null,
    account_id integer not null,
    service_id integer not null,
    days       smallint not null, -- bit 0 is Monday
    calls      bigint not null,
    first_seen timestamptz not null,
    last_seen  timestamptz not null,
    primary key (week, caller_id, region_id, tls)
);

create function caller_week_add() returns trigger language plpgsql as $$
begin
    insert into caller_week as w
    select monday(day), caller_id, region_id, tls, min(account_id), min(service_id),
           bit_or(1 << (day - monday(day)))::smallint, sum(calls), min(first_seen), max(last_seen)
    from new_rows group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (week, caller_id, region_id, tls) do update set
        days = w.days | excluded.days, calls = w.calls + excluded.calls,
        first_seen = least(w.first_seen, excluded.first_seen), last_seen = greatest(w.last_seen, excluded.last_seen);
    return null;
end $$;

-- An upsert fires this and the one above, in any order: both add what is new. Keys never change.
create function caller_week_change() returns trigger language plpgsql as $$
begin
    update caller_week w
    set calls = w.calls + d.calls, first_seen = least(w.first_seen, d.first_seen), last_seen = greatest(w.last_seen, d.last_seen)
    from (select monday(day) as week, caller_id, region_id, tls, sum(calls) as calls,
                 min(first_seen) as first_seen, max(last_seen) as last_seen
          from (select day, caller_id, region_id, tls, calls, first_seen, last_seen from new_rows
                union all
                select day, caller_id, region_id, tls, -calls, first_seen, last_seen from old_rows) c
          group by 1, 2, 3, 4) d
    where (w.week, w.caller_id, w.region_id, w.tls) = (d.week, d.caller_id, d.region_id, d.tls);
    return null;
end $$;

-- Weeks that lost a row are made anew from what is left.
create function caller_week_recount() returns trigger language plpgsql as $$
begin
    delete from caller_week w
    using (select distinct monday(day) as week, caller_id, region_id, tls from old_rows) r
    where (w.week, w.caller_id, w.region_id, w.tls) = (r.week, r.caller_id, r.region_id, r.tls);
    insert into caller_week
    select r.week, r.caller_id, r.region_id, r.tls, min(account_id), min(service_id),
           bit_or(1 << (day - r.week))::smallint, sum(calls), min(first_seen), max(last_seen)
    from (select distinct monday(day) as week, caller_id, region_id, tls from old_rows) r
    join caller_day d on d.caller_id = r.caller_id and d.day between r.week and r.week + 6
                     and d.region_id = r.region_id and d.tls = r.tls
    group by 1, 2, 3, 4;
    return null;
end $$;

create trigger caller_week_after_insert after insert on caller_day
    referencing new table as new_rows for each statement execute function caller_week_add();
create trigger caller_week_after_update after update on caller_day
    referencing old table as old_rows new table as new_rows for each statement execute function caller_week_change();
create trigger caller_week_after_delete after delete on caller_day
    referencing old table as old_rows for each statement execute function caller_week_recount();

-- The rows of one week of caller_week, packed as call_pack is: a page that is about all callers of a year reads some fifty rows.
create table caller_pack (
    week       date primary key,
    callers    bytea, -- 8 bytes each, as are calls and times; all big-endian
    accounts   bytea, -- 4 bytes each, as are services and regions
    services   bytea,
    regions    bytea,
    tls        bytea, -- 1 byte each, as are days
    days       bytea,
    calls      bytea,
    first_seen bytea, -- microseconds since 2000
    last_seen  bytea
);
alter table caller_pack
    alter callers set storage external, alter accounts set storage external, alter services set storage external,
    alter regions set storage external, alter tls set storage external, alter days set storage external,
    alter calls set storage external, alter first_seen set storage external, alter last_seen set storage external;

create function caller_pack_drop() returns trigger language plpgsql as $$
begin
    insert into caller_pack as p (week) select distinct monday(day) from (select distinct day from changed) c
    on conflict (week) do update set callers = null, accounts = null, services = null, regions = null, tls = null, days = null,
                                     calls = null, first_seen = null, last_seen = null
    where p.callers is not null;
    return null;
end $$;

create trigger caller_pack_after_insert after insert on caller_day
    referencing new table as changed for each statement execute function caller_pack_drop();
create trigger caller_pack_after_update after update on caller_day
    referencing new table as changed for each statement execute function caller_pack_drop();
create trigger caller_pack_after_delete after delete on caller_day
    referencing old table as changed for each statement execute function caller_pack_drop();

-- Bumped by every transaction that changes a count; readers may keep what they derived while it stands still.
create table data_revision (
    only_row boolean primary key default true check (only_row),
    revision bigint not null
);
insert into data_revision values (true, 0);

-- Deadlines move: the date in force is that of the newest revision.
create table deadline (
    id         bigint generated always as identity primary key,
    name       text not null unique check (name <> ''),
    scope      text check (scope in ('aws', 'customer')),
    services   text[] not null default '{}',
    minimum    text not null default '1.2' check (minimum in ('1.0', '1.1', '1.2', '1.3')),
    source_url text not null default '',
    note       text not null default '',
    origin     text not null default 'own' check (origin in ('preset', 'own', 'demo')),
    -- Whether its minimum raises the detail that later uploads keep; an untouched preset does not.
    detail     boolean not null default true,
    -- The demo's deadline goes with the demo.
    upload_id  bigint references upload on delete cascade
);

create table deadline_revision (
    id          bigint generated always as identity primary key,
    deadline_id bigint not null references deadline on delete cascade,
    date        date not null,
    announced   date not null,
    note        text not null default ''
);
create index deadline_revision_by_deadline on deadline_revision (deadline_id);
