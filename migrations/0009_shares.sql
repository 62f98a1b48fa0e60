-- Shares: links that show a view to somebody without an account.
--
--   share ─── share_token   the hashes of its link, and of those that were replaced

create table share (
    id              bigint generated always as identity primary key,
    title           text not null check (title <> ''),
    note            text not null default '',
    creator         text not null,
    created         timestamptz not null,
    expires         timestamptz not null,
    paused          boolean not null default false,
    revoked         boolean not null default false,
    masking         jsonb not null,
    may_narrow      boolean not null default false,
    -- Argon2id, with its salt and parameters; null: anybody who has the link.
    password        text,
    wrong_passwords integer not null default 0, -- since a right one
    closed_until    timestamptz,                -- no password is looked at
    -- Signs what a right password is answered with; a new link gets a new one.
    seal            bytea not null,
    -- Frozen: what it says, as JSON packed by zstd. What is masked is not in it, and neither is a way back.
    statement       bytea,
    -- Live: what is asked for each time, and what decides its pseudonyms.
    view            text,
    mask_key        bytea,
    views           bigint not null default 0,
    last_view       timestamptz,
    check ((statement is null) = (view is not null and mask_key is not null))
);

-- SHA-256 of a token. Nobody can make a link of it.
create table share_token (
    hash     bytea primary key check (length(hash) = 32),
    share_id bigint not null references share on delete cascade,
    replaced boolean not null default false
);
create unique index share_token_in_force on share_token (share_id) where not replaced;
