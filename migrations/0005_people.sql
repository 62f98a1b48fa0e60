-- People, how they are recognised, and who is guessing.
--
--   person ─┬─ session     a browser that signed in
--           ├─ token       a script's key
--           └─ invitation  a code with which a password is set, once
--   guess: how often somebody was wrong lately
--
-- Secrets are random, 256 bits each, and only their BLAKE3 is kept: whoever reads these tables can use none of them.

create table person (
    id        bigint generated always as identity primary key,
    name      text not null check (name <> ''),
    role      text not null check (role in ('viewer', 'analyst', 'administrator')),
    password  text,                           -- argon2id, as a PHC string; null until one is set
    disabled  boolean not null default false, -- people stay, so that it stays known who did what
    created   timestamptz not null default now(),
    signed_in timestamptz
);
create unique index person_by_name on person (lower(name));

create table session (
    id        bigint generated always as identity primary key,
    person_id bigint not null references person on delete cascade,
    digest    bytea not null unique,
    -- For people, to know their own browsers by.
    agent     text not null,
    address   text not null,
    created   timestamptz not null default now(),
    last_used timestamptz not null default now() -- to the minute
);
create index session_by_person on session (person_id);

create table token (
    id        bigint generated always as identity primary key,
    person_id bigint not null references person on delete cascade,
    name      text not null,
    digest    bytea not null unique,
    -- What it may do at most; never more than its owner may.
    role      text not null check (role in ('viewer', 'analyst', 'administrator')),
    created   timestamptz not null default now(),
    expires   timestamptz not null,
    last_used timestamptz
);
create index token_by_person on token (person_id);

create table invitation (
    person_id bigint primary key references person on delete cascade,
    digest    bytea not null unique,
    expires   timestamptz not null
);

-- Keys are digests: of a name, of an address, of both. What was typed as a name may have been a password.
create table guess (
    key      bytea primary key,
    failures integer not null,
    last     timestamptz not null default now(),
    -- When this name was last right from this address: others' guesses do not slow it down there.
    trusted  timestamptz
);
create index guess_by_last on guess (last);
