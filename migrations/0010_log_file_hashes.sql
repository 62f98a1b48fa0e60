-- What a log file was, byte for byte: what is counted can be told from what somebody shows later.

-- SHA-256 of the file as it lay there, before any compression was taken off it: of a bucket's object, of a file as sent, of a
-- member as it was before it was archived. Null: not read to its end, or read before this was kept.
alter table log_file add sha256 bytea check (length(sha256) = 32);
