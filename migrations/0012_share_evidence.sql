-- The evidence of a frozen share, made once: its hash stands on the page and must never change, whatever a later version
-- of the program would write.
create table share_evidence (
    share_id bigint primary key references share on delete cascade,
    zip      bytea not null,
    sha256   bytea not null check (length(sha256) = 32)
);

-- Guessing at a share's password is slowed down by the table guess, like guessing at that of a person.
alter table share drop column wrong_passwords, drop column closed_until;
