-- Queues: told of a bucket's new objects, nobody has to list for them.
--
--   bucket ─ bucket_queue   at most one per bucket; what it tells goes into log_file, as what is listed does

create table bucket_queue (
    upload_id bigint primary key references upload on delete cascade,
    -- Whoever listens deletes messages, so two buckets cannot share one.
    url       text not null unique,
    lease     bigint references lease on delete set null, -- whoever listens
    since     timestamptz,                                -- when it began to answer; null while it does not
    answered  timestamptz,                                -- when it last did
    told_at   timestamptz,                                -- when it last told of an object
    told      bigint not null default 0,                  -- objects that nobody had listed before
    others    bigint not null default 0,                  -- messages that are not about this bucket, left in the queue
    -- What keeps it from being listened to, and when to try again.
    trouble   text not null default '',
    retry_at  timestamptz
);
create index bucket_queue_by_lease on bucket_queue (lease) where lease is not null;

-- Whether the bucket is listed once a day only: the queue answers, and has told of something for as long as that. One that answers
-- and tells of nothing may be fed by nobody.
create function is_relied_on(queue bucket_queue) returns boolean language sql stable as
$$ select queue.since is not null and coalesce(queue.told_at > now() - interval '1 day', false) $$;
