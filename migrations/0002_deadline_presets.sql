-- Deadlines that many people are held to. Rows like any other: they can be changed and removed.
-- `detail` is false: a preset that nobody touched does not raise the caller detail that uploads keep.

create function pg_temp.preset(
    name text, scope text, services text[], minimum text, source_url text, note text, dates date[], announced date[], notes text[]
) returns void language sql as $$
    with new as (
        insert into deadline (name, scope, services, minimum, source_url, note, origin, detail)
        values (name, scope, services, minimum, source_url, note, 'preset', false) returning id
    )
    insert into deadline_revision (deadline_id, date, announced, note)
    select new.id, r.date, r.announced, r.note
    from new, unnest(dates, announced, notes) with ordinality as r(date, announced, note, n) order by r.n
$$;

select pg_temp.preset(
    'AWS: TLS 1.2 minimum', 'aws', '{}', '1.2',
    'https://aws.amazon.com/blogs/security/tls-1-2-required-for-aws-endpoints/',
    'All AWS API endpoints, the China regions included. Enforcement began on 28 June 2023 and went on region by region.',
    '{2023-06-28, 2023-12-31}', '{2022-06-28, 2023-06-28}',
    '{As announced, "The roll-out began gradually; to be complete by no later than this day"}'
);

select pg_temp.preset(
    'AWS FIPS endpoints: TLS 1.2 minimum', 'aws', '{}', '1.2',
    'https://aws.amazon.com/security/security-bulletins/AWS-2020-001/',
    'Speaks about FIPS endpoints only (host names with “-fips”); counts do not tell them from the others.',
    '{2021-03-31}', '{2020-03-31}', '{"Enforced service by service from 1 April 2020 on"}'
);

select pg_temp.preset(
    'PCI DSS: no SSL and early TLS', null, '{}', '1.1',
    'https://www.pcisecuritystandards.org/faq/articles/Frequently_Asked_Question/how-do-the-updated-ssl-early-tls-migration-dates-apply-to-service-providers/',
    'SSL and TLS 1.0 may no longer protect card data. Service providers had to offer a secure alternative by 30 June 2016.',
    '{2016-06-30, 2018-06-30}', '{2015-04-15, 2015-12-18}', '{As published in PCI DSS 3.1, "Extended after feedback of the industry"}'
);

select pg_temp.preset(
    'NIST SP 800-52r2: TLS 1.3 supported', 'customer', '{}', '1.3',
    'https://csrc.nist.gov/pubs/sp/800/52/r2/final',
    'Servers of the US government must support TLS 1.3; clients that still use less are the ones to move.',
    '{2024-01-01}', '{2019-08-29}', '{""}'
);

select pg_temp.preset(
    'ElastiCache: TLS 1.2 minimum', 'customer', '{elasticache}', '1.2',
    'https://aws.amazon.com/about-aws/whats-new/2024/05/amazon-elasticache-minimum-tls-version-1-2/',
    'Connections to clusters (Redis 6 and newer); calls of the ElastiCache API fall under AWS''s own deadline.',
    '{2025-05-08}', '{2024-05-08}', '{""}'
);

select pg_temp.preset(
    'OpenSearch Service: TLS 1.2 minimum', 'customer', '{es}', '1.2',
    'https://github.com/aws-amplify/amplify-cli/issues/14329',
    'Domains with the policy Policy-Min-TLS-1-0-2019-07 (the source quotes the notice); calls of the OpenSearch API fall under AWS''s own deadline.',
    '{2026-04-20}', '{2025-11-07}', '{"As AWS wrote to those concerned"}'
);
