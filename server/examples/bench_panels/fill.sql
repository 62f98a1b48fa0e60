-- 400 days of counts: 10 accounts × 4 regions × 30 services, 100,000 callers, more than 10 million hourly rows.
-- The same numbers on every machine: everything random comes from a hash of its key.

create function pg_temp.chance(key text) returns float8 language sql immutable as $$
    select (hashtextextended(key, 7) & 1048575)::float8 / 1048576
$$;

insert into account (account) select lpad((111122223333 + n)::text, 12, '0') from generate_series(0, 9) n;
insert into region (region) values ('us-east-1'), ('us-west-2'), ('eu-west-1'), ('ap-southeast-2');
insert into service (scope, service)
select 'aws', s from unnest(array['s3', 'dynamodb', 'monitoring', 'ec2', 'sts', 'iam', 'kms', 'logs', 'lambda', 'sqs', 'sns',
    'ssm', 'secretsmanager', 'elasticloadbalancing', 'autoscaling', 'cloudformation', 'rds', 'ecs', 'ecr', 'eks',
    'kinesis', 'firehose', 'route53', 'cloudfront', 'apigateway', 'athena', 'glue', 'es', 'elasticache', 'states']) s;
insert into upload (kind, name, state) values ('upload', 'bench', 'done');

-- Callers: each belongs to one account, service and region; popular services have more.
insert into caller (account_id, service_id, principal, user_agent, source_address, digest)
select 1 + n % 10, 1 + floor(30 * pow(pg_temp.chance('service' || n), 2))::int,
       'arn:aws:iam::' || (111122223333 + n % 10) || ':role/' || left(md5('role' || n), 12),
       (array['aws-sdk-java/1.11.4 Linux/3.10 Java_HotSpot(TM)/1.7.0_80', 'Boto/2.49.0 Python/2.7.5 Linux/3.10.0-862.el7.x86_64',
              'aws-sdk-dotnet-45/3.3.1 .NET_Runtime/4.0 OS/Microsoft_Windows_NT_6.1', 'aws-cli/1.3.23 Python/2.7.6'])[1 + n % 4] || ' ' || n % 977,
       format('10.%s.%s.%s', n % 200, n / 200 % 250, n % 250), decode(md5('caller' || n), 'hex')
from generate_series(1, 100000) n;

-- One in fifty calls every day, the others now and then; one after another is fixed, a few never.
insert into caller_day (caller_id, account_id, service_id, region_id, day, tls, upload_id, calls, first_seen, last_seen)
select c.id, c.account_id, c.service_id, 1 + c.id % 4, d.day, 1 + c.id % 2, 1, 1 + (c.id * 7 + d.n) % 40,
       d.day + make_interval(hours => (c.id % 24)::int), d.day + make_interval(hours => (c.id % 24)::int, mins => 59)
from caller c
cross join lateral (select case when c.id % 20 = 0 then 400 else 500 * pg_temp.chance('fixed' || c.id) end as fixed_on,
                           case when c.id % 50 = 0 then 1 else 0.012 end as often) life
cross join (select n, date '2025-06-01' + n as day from generate_series(0, 399) n) d
where d.n < life.fixed_on and pg_temp.chance('seen' || c.id || '/' || d.n) < life.often
order by d.day, c.id;

-- What these callers did, by hour.
insert into call_hour (hour, account_id, region_id, service_id, tls, upload_id, calls)
select date_trunc('hour', first_seen), account_id, region_id, service_id, tls, 1, sum(calls)
from caller_day group by 1, 2, 3, 4, 5 order by 1;

-- Everybody else: TLS 1.2, 1.3 and calls without TLS details, in a weekly rhythm.
insert into call_hour (hour, account_id, region_id, service_id, tls, upload_id, calls)
select h.hour, c.account_id, c.region_id, c.service_id, v.tls, 1,
       1 + (hashint8(c.n * 1000003 + extract(epoch from h.hour)::int8 / 3600 + v.tls) & 1023) * (c.service_id % 7 + 1)
from generate_series(timestamptz '2025-06-01 00:00Z', timestamptz '2026-07-05 23:00Z', interval '1 hour') h(hour)
cross join (select n, 1 + n % 10 as account_id, 1 + n / 10 % 4 as region_id, 1 + n / 40 as service_id
            from generate_series(0, 1199) n where n % 3 <> 1) c
cross join (values (3::smallint, 90), (4::smallint, 40), (16::smallint, 8)) v(tls, percent)
where (hashint8(c.n * 7919 + v.tls * 104729 + extract(epoch from h.hour)::int8 / 3600) & 127) < v.percent * 1.28 * 0.92
order by 1, 4;

insert into call_day select (hour at time zone 'UTC')::date, account_id, region_id, service_id, tls, sum(calls) from call_hour group by 1, 2, 3, 4, 5 order by 1;
insert into service_hour select hour, service_id, tls, sum(calls) from call_hour group by 1, 2, 3 order by 1;
insert into service_day select day, service_id, tls, sum(calls) from call_day group by 1, 2, 3 order by 1;
insert into coverage_day select day, account_id, region_id, sum(calls) from call_day group by 1, 2, 3 order by 1;
update data_revision set revision = revision + 1;
