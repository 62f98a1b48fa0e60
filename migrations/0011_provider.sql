-- People who sign in by an OpenID provider, and those who are on their way there.
--
--   person ── issuer, subject   by whom somebody is known, and as whom; nobody is found by a name or an e-mail address
--   journey                     a sign-in that has gone to the provider and has not come back
--
-- A journey is kept here and not sealed into the browser's cookie, because it is made once only, whichever process it comes
-- back to. What the provider is sent is derived from the cookie's secret, and only the digest of that is kept: whoever reads
-- this table can use none of it.

alter table person
    add column issuer  text,
    add column subject text,
    add constraint person_is_known_by_both check ((issuer is null) = (subject is null)),
    -- Whom a provider knows has no second way in.
    add constraint person_has_one_way_in check (issuer is null or password is null);
create unique index person_by_subject on person (issuer, subject);

create table journey (
    digest   bytea primary key,
    -- Where the provider was told to send the browser, and where it wants to be in the end.
    redirect text not null,
    next     text not null,
    -- Digest of the address it began at: nobody fills this table.
    address  bytea not null,
    begun    timestamptz not null default now()
);
create index journey_by_address on journey (address, begun desc);
create index journey_by_begun on journey (begun);
