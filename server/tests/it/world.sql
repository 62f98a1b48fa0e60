-- From the table c (calls) into names, counts and rollups, the plain way.
insert into account (account) select distinct account from c where account not in (select account from account);
insert into region (region) select distinct region from c where region not in (select region from region);
insert into service (scope, service) select scope, service from c except select scope, service from service;

create temp view n as
select date_trunc('hour', time, 'UTC') as hour, (time at time zone 'UTC')::date as day, time, a.id as account_id, r.id as region_id,
       s.id as service_id, c.tls, c.principal, c.user_agent, c.source_address, (select max(id) from upload) as upload_id
from c join account a using (account) join region r using (region) join service s using (scope, service);

insert into call_hour (hour, account_id, region_id, service_id, tls, upload_id, calls)
select hour, account_id, region_id, service_id, tls, upload_id, count(*) from n group by 1, 2, 3, 4, 5, 6;

insert into caller (account_id, service_id, principal, user_agent, source_address, digest)
select distinct account_id, service_id, principal, user_agent, source_address,
       decode(md5(concat_ws('|', account_id, service_id, principal, user_agent, source_address)), 'hex')
from n where tls < (select detail_below from upload where id = n.upload_id)
on conflict (digest) do nothing;

insert into caller_day (caller_id, account_id, service_id, region_id, day, tls, upload_id, calls, first_seen, last_seen)
select k.id, n.account_id, n.service_id, region_id, day, tls, upload_id, count(*), min(time), max(time)
from n join caller k using (account_id, service_id, principal, user_agent, source_address)
where tls < (select detail_below from upload where id = n.upload_id)
group by 1, 2, 3, 4, 5, 6, 7;

truncate call_day, service_hour, service_day, coverage_day;
insert into call_day select (hour at time zone 'UTC')::date, account_id, region_id, service_id, tls, sum(calls) from call_hour group by 1, 2, 3, 4, 5;
insert into service_hour select hour, service_id, tls, sum(calls) from call_hour group by 1, 2, 3;
insert into service_day select day, service_id, tls, sum(calls) from call_day group by 1, 2, 3;
insert into coverage_day select day, account_id, region_id, sum(calls) from call_day group by 1, 2, 3;
update data_revision set revision = revision + 1;
drop view n;
