//! Names and their numbers: account, region, service, caller.

use crate::tally::Key;
use rustc_hash::FxHashMap;
use sqlx::PgConnection;

/// The numbers of one key's names.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    pub account_id: i32,
    pub region_id: i32,
    pub service_id: i32,
    pub tls: i16,
    pub caller_id: Option<i64>,
}

/// Finds the numbers of keys, and adds the names that are missing; in the order of `keys`.
pub async fn resolve(conn: &mut PgConnection, keys: &[&Key]) -> sqlx::Result<Vec<Names>> {
    let accounts = accounts(conn, &distinct(keys.iter().map(|key| &*key.account))).await?;
    let regions = regions(conn, &distinct(keys.iter().map(|key| &*key.region))).await?;
    let services = services(conn, &distinct(keys.iter().map(|key| (key.scope.as_str(), &*key.service)))).await?;
    let mut names = Vec::with_capacity(keys.len());
    for key in keys {
        names.push(Names {
            account_id: find(&accounts, &*key.account)?,
            region_id: find(&regions, &*key.region)?,
            service_id: find(&services, &(key.scope.to_string(), key.service.to_string()))?,
            tls: key.tls.code(),
            caller_id: None,
        });
    }
    callers(conn, keys, &mut names).await?;
    Ok(names)
}

fn distinct<T: Ord>(texts: impl Iterator<Item = T>) -> Vec<T> {
    let mut texts: Vec<T> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn find<K: std::hash::Hash + Eq + std::borrow::Borrow<Q>, Q: std::hash::Hash + Eq + ?Sized, V: Copy>(
    numbers: &FxHashMap<K, V>,
    name: &Q,
) -> sqlx::Result<V> {
    numbers.get(name).copied().ok_or(sqlx::Error::RowNotFound)
}

async fn accounts(conn: &mut PgConnection, accounts: &[&str]) -> sqlx::Result<FxHashMap<String, i32>> {
    let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into account (account)
         select a from unnest($1::text[]) a where not exists (select from account where account = a) order by a",
        &accounts
    )
    .execute(&mut *conn)
    .await?;
    let rows =
        sqlx::query!("select id, account from account where account = any($1)", &accounts).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.account, row.id)).collect())
}

async fn regions(conn: &mut PgConnection, regions: &[&str]) -> sqlx::Result<FxHashMap<String, i32>> {
    let regions: Vec<String> = regions.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into region (region)
         select r from unnest($1::text[]) r where not exists (select from region where region = r) order by r",
        &regions
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!("select id, region from region where region = any($1)", &regions).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.region, row.id)).collect())
}

async fn services(
    conn: &mut PgConnection,
    services: &[(&str, &str)],
) -> sqlx::Result<FxHashMap<(String, String), i32>> {
    let (scopes, services): (Vec<String>, Vec<String>) =
        services.iter().map(|(scope, service)| (scope.to_string(), service.to_string())).unzip();
    sqlx::query!(
        "insert into service (scope, service)
         select n.scope, n.service from unnest($1::text[], $2::text[]) n (scope, service)
         where not exists (select from service s where s.scope = n.scope and s.service = n.service) order by 1, 2",
        &scopes,
        &services
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!("select id, scope, service from service where service = any($1)", &services)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.scope, row.service), row.id)).collect())
}

/// Columns of callers that are looked for, each once.
#[derive(Default)]
struct Callers {
    digest: Vec<Vec<u8>>,
    account_id: Vec<i32>,
    service_id: Vec<i32>,
    principal: Vec<String>,
    user_agent: Vec<String>,
    source_address: Vec<String>,
}

/// Fills in `caller_id` where a key has a caller.
async fn callers(conn: &mut PgConnection, keys: &[&Key], names: &mut [Names]) -> sqlx::Result<()> {
    let digests: Vec<Option<Vec<u8>>> = keys.iter().map(|key| digest(key)).collect();
    let mut numbers = known_callers(conn, &distinct(digests.iter().flatten().cloned())).await?;
    let mut missing: FxHashMap<&[u8], usize> = FxHashMap::default();
    for (at, digest) in digests.iter().enumerate() {
        if let Some(digest) = digest.as_deref().filter(|digest| !numbers.contains_key(*digest)) {
            missing.entry(digest).or_insert(at);
        }
    }
    let missing: Vec<usize> = distinct(missing.into_values());
    for chunk in missing.chunks(10_000) {
        numbers.extend(add_callers(conn, columns(chunk, keys, names, &digests)).await?);
    }
    for (names, digest) in names.iter_mut().zip(&digests) {
        names.caller_id = digest.as_ref().map(|digest| find(&numbers, digest)).transpose()?;
    }
    Ok(())
}

fn columns(at: &[usize], keys: &[&Key], names: &[Names], digests: &[Option<Vec<u8>>]) -> Callers {
    let mut callers = Callers::default();
    for &at in at {
        if let (Some(caller), Some(digest)) = (&keys[at].caller, &digests[at]) {
            callers.digest.push(digest.clone());
            callers.account_id.push(names[at].account_id);
            callers.service_id.push(names[at].service_id);
            callers.principal.push(caller.principal.to_string());
            callers.user_agent.push(caller.user_agent.to_string());
            callers.source_address.push(caller.source_address.to_string());
        }
    }
    callers
}

/// First 16 bytes of BLAKE3 over scope, account, service, principal, user agent and source address, each with its length.
fn digest(key: &Key) -> Option<Vec<u8>> {
    let caller = key.caller.as_ref()?;
    let mut hasher = blake3::Hasher::new();
    let texts =
        [key.scope.as_str(), &key.account, &key.service, &caller.principal, &caller.user_agent, &caller.source_address];
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    }
    Some(hasher.finalize().as_bytes()[..16].to_vec())
}

async fn known_callers(conn: &mut PgConnection, digests: &[Vec<u8>]) -> sqlx::Result<FxHashMap<Vec<u8>, i64>> {
    let rows = sqlx::query!("select id, digest from caller where digest = any($1)", digests).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.digest, row.id)).collect())
}

async fn add_callers(conn: &mut PgConnection, callers: Callers) -> sqlx::Result<FxHashMap<Vec<u8>, i64>> {
    let rows = sqlx::query!(
        "insert into caller (digest, account_id, service_id, principal, user_agent, source_address)
         select * from unnest($1::bytea[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::text[])
         returning id, digest",
        &callers.digest,
        &callers.account_id,
        &callers.service_id,
        &callers.principal,
        &callers.user_agent,
        &callers.source_address
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.digest, row.id)).collect())
}
