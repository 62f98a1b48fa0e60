"""Counts a trail with tls-sunset, DuckDB and ClickHouse, checks that all agree, and prints the times (medians).

Each engine reads the gzipped files, counts every call once (by sharedEventID, else eventID) per hour, account, region,
service and TLS version, and hands the counts over; the engines in this process, tls-sunset as a process of its own.
"""

import csv
import io
import statistics
import subprocess
import sys
import time

import chdb
import duckdb

PROGRAM, FOLDER, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3])
FILES = FOLDER + "/AWSLogs/*/*/CloudTrail/**/*.json.gz"

VERSION = """case {0} when 'TLSv1' then '1.0' when 'TLSv1.1' then '1.1' when 'TLSv1.2' then '1.2' when 'TLSv1.3' then '1.3'
             else 'unknown' end"""

DUCKDB = f"""
    select r.eventTime[:13] as hour,
           case when regexp_full_match(coalesce(r.userIdentity.accountId, ''), '[0-9]{{12}}')
                then r.userIdentity.accountId else r.recipientAccountId end as account,
           r.awsRegion, replace(r.eventSource, '.amazonaws.com', ''), {VERSION.format("r.tlsDetails.tlsVersion")},
           count(distinct coalesce(r.sharedEventID, r.eventID))
    from (select unnest(Records) as r from read_json('{FILES}', format = 'unstructured', maximum_object_size = 268435456,
          columns = {{Records: 'struct(eventTime varchar, eventSource varchar, awsRegion varchar, eventID varchar,
                      sharedEventID varchar, recipientAccountId varchar, userIdentity struct(accountId varchar),
                      tlsDetails struct(tlsVersion varchar))[]'}}))
    group by all
"""

CLICKHOUSE = f"""
    select substring(tupleElement(r, 'eventTime'), 1, 13) as hour,
           if(match(r.userIdentity.accountId, '^[0-9]{{12}}$'), r.userIdentity.accountId, r.recipientAccountId) as account,
           r.awsRegion as region, replaceOne(r.eventSource, '.amazonaws.com', '') as service,
           {VERSION.format("r.tlsDetails.tlsVersion")} as version,
           uniqExact(if(r.sharedEventID != '', r.sharedEventID, r.eventID)) as calls
    from (select arrayJoin(Records) as r from file('{FILES}', 'JSONEachRow',
          'Records Array(Tuple(eventTime String, eventSource String, awsRegion String, eventID String, sharedEventID String,
           recipientAccountId String, userIdentity Tuple(accountId String), tlsDetails Tuple(tlsVersion String)))'))
    group by hour, account, region, service, version
    settings input_format_skip_unknown_fields = 1, input_format_json_ignore_unknown_keys_in_named_tuple = 1,
             input_format_json_defaults_for_missing_elements_in_named_tuple = 1, input_format_null_as_default = 1
    format CSV
"""


def sunset():
    # Exit code 1: the digest and the insight were skipped, as they should be.
    out = subprocess.run([PROGRAM, "tally", FOLDER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    rows = csv.DictReader(io.StringIO(out.decode()))
    return {(r["hour"][:13], r["account"], r["region"], r["service"], r["tls_version"]): int(r["calls"]) for r in rows}


def duck():
    return {tuple(row[:5]): row[5] for row in duckdb.sql(DUCKDB).fetchall()}


def clickhouse():
    rows = csv.reader(io.StringIO(chdb.query(CLICKHOUSE).bytes().decode()))
    return {tuple(row[:5]): int(row[5]) for row in rows}


def difference(ours, theirs):
    """A sentence where the two disagree."""
    for key in sorted(set(ours) | set(theirs)):
        if ours.get(key) != theirs.get(key):
            return f"for {', '.join(key)} tls-sunset counts {ours.get(key)}, the other {theirs.get(key)}"
    return None


def main():
    engines = {"tls-sunset": sunset, f"DuckDB {duckdb.__version__}": duck, f"ClickHouse (chdb {chdb.chdb_version[0]})": clickhouse}
    times = {name: [] for name in engines}
    ours, wrong = None, False
    for _ in range(ROUNDS + 1):
        for name, count in engines.items():
            start = time.perf_counter()
            counts = count()
            times[name].append(time.perf_counter() - start)
            ours = counts if name == "tls-sunset" else ours
            if complaint := difference(ours, counts):
                wrong = True
                print(f"{name} DISAGREES: {complaint}")
    # The first round warms the page cache up and is not counted.
    medians = {name: statistics.median(of[1:]) for name, of in times.items()}
    print(f"{sum(ours.values())} calls in {len(ours)} counts; all engines agree" if not wrong else "the counts differ")
    for name, seconds in medians.items():
        print(f"{name:<28}{seconds:8.3f} s{seconds / medians['tls-sunset']:8.2f} ×")
    sys.exit(wrong)


main()
