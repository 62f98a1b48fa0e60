-- Buckets: their log files are found by listing, and read where they lie.
--
--   upload (kind 'bucket') ─┬─ bucket          where it is, what was asked for, how far that is
--                           ├─ bucket_listing  what is to be listed of a backfill
--                           ├─ bucket_trail    one per account and region: up to when there are logs
--                           └─ log_file        the memory of every object: 'waiting' until it is read

create table bucket (
    upload_id    bigint primary key references upload on delete cascade,
    place        jsonb not null,
    choice       jsonb not null default '{}', -- of the last backfill; accounts and regions are followed as well
    paused       boolean not null default false,
    following    boolean not null default false,
    follow_every integer not null default 300 check (follow_every >= 5), -- seconds
    follow_from  timestamptz,                 -- what was delivered before is a backfill's
    looked       timestamptz,
    next_look    timestamptz,
    lease        bigint references lease on delete set null,             -- whoever looks for new objects
    -- What keeps all of it from being read, and when to try again.
    trouble      text not null default '',
    retry_at     timestamptz,
    -- Objects, as they were listed and read to their end.
    objects      bigint not null default 0,
    bytes        bigint not null default 0,
    objects_done bigint not null default 0,
    bytes_done   bigint not null default 0,
    others       jsonb not null default '{}', -- what is not read, {kind: number}
    -- Two points on the way, half a minute apart, to tell the speed by.
    pace_at      timestamptz,
    pace_bytes   bigint not null default 0,
    before_at    timestamptz,
    before_bytes bigint not null default 0
);

create table bucket_listing (
    id        bigint generated always as identity primary key,
    upload_id bigint not null references upload on delete cascade,
    folder    text collate "C" not null,      -- of a trail; '' where trails are to be found first
    month     date,
    after     text collate "C" not null default '', -- the last key that is remembered
    state     text not null default 'waiting' check (state in ('waiting', 'failed')), -- what is done is gone
    reason    text not null default '',
    lease     bigint references lease on delete set null,
    attempts  integer not null default 0,
    retry_at  timestamptz,
    unique nulls not distinct (upload_id, folder, month)
);
create index bucket_listing_waiting on bucket_listing (upload_id, month desc nulls first, id) where state = 'waiting';
create index bucket_listing_by_lease on bucket_listing (lease) where lease is not null;

create table bucket_trail (
    upload_id    bigint not null references upload on delete cascade,
    folder       text collate "C" not null,
    organization text,
    account      text not null,
    region       text not null,
    newest       timestamptz, -- when the newest object was delivered, by its name
    listed       timestamptz, -- when newer ones were last looked for
    late_listed  timestamptz, -- when late ones were
    primary key (upload_id, folder)
);
