//! Connections: to a server of the user's, to the embedded one, and the schema.

use super::Error;
use crate::{
    db::{self, MIGRATOR},
    ingest::LEASE_TERM,
    wait::{self, TICK, Wait, myself},
};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{path::Path, time::Duration};

/// Before a server counts as unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// `server_version_num` of the oldest Postgres that will do.
const OLDEST: i32 = 150_000;

/// See `application.sql`.
const APPLICATION: &str = "tls_sunset";

/// The database within the embedded server.
const DATABASE: &str = "sunset";

pub(super) async fn to_url(url: &str) -> Result<PgPool, Error> {
    let options = parse(url)?;
    let at = place(&options);
    let mut connection = connect(&options).await.map_err(|error| refusal(error, at.clone()))?;
    let refused = |error: sqlx::Error| refusal(error, at.clone());
    let (number, version): (i32, String) =
        sqlx::query_as("select current_setting('server_version_num')::int, current_setting('server_version')")
            .fetch_one(&mut connection)
            .await
            .map_err(refused)?;
    if number < OLDEST {
        return Err(Error::TooOld { at, version });
    }
    let _ = connection.close().await;
    Ok(pool(options))
}

/// Connects to the embedded server behind this socket folder and creates the database if it is new.
pub(super) async fn to_socket(socket_dir: &Path) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::new_without_pgpass().socket(socket_dir).port(super::cluster::PORT);
    let options = options.username(super::cluster::SUPERUSER).password("");
    let mut connection = connect(&options.clone().database("postgres")).await?;
    let exists: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(DATABASE)
        .fetch_optional(&mut connection)
        .await?;
    if exists.is_none() {
        sqlx::query("create database sunset").execute(&mut connection).await?;
    }
    let _ = connection.close().await;
    Ok(pool(options.database(DATABASE)))
}

/// Brings the schema up to date. Processes that start together take turns (the migrator holds an advisory lock).
pub(super) async fn migrate(pool: &PgPool) -> Result<(), Error> {
    let failed = |error: sqlx::Error| Error::Migration { why: innermost(&error) };
    let mut conn = pool.acquire().await.map_err(failed)?;
    let backend = db::lock::backend(&mut conn).await.map_err(failed)?;
    let migrated = tokio::select! {
        migrated = MIGRATOR.run(&mut *conn) => migrated,
        holders = kept_waiting(pool, backend) => {
            return Err(Error::Migrating { holders, seconds: wait::LIMIT.as_secs() });
        }
    };
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::NewerSchema { version },
        MigrateError::VersionMismatch(version) => Error::OtherSchema { version },
        other => Error::Migration { why: innermost(&other) },
    })
}

/// Ready when others have kept this connection waiting for too long; answers who.
async fn kept_waiting(pool: &PgPool, backend: i32) -> String {
    let mut wait = Wait::begin();
    loop {
        tokio::time::sleep(TICK).await;
        if !wait.is_long() && !wait.is_over() {
            continue;
        }
        let holders = match pool.acquire().await {
            Ok(mut conn) => db::lock::in_the_way(&mut conn, backend).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let holders = holders.join(", ");
        match holders.is_empty() {
            // It works by itself, which may take long, or has just got its turn.
            true => wait = Wait::begin(),
            false if wait.is_over() => return holders,
            false => wait.say(&format!("the database's tables are being brought up to date by {holders}")),
        }
    }
}

/// The same database, for the server's work: as a role that can do everything with it but change the audit log.
pub(super) async fn as_application(superusers: PgPool) -> Result<PgPool, Error> {
    let handed_over = sqlx::raw_sql(include_str!("application.sql")).execute(&superusers).await;
    handed_over.map_err(|error| Error::Migration { why: innermost(&error) })?;
    let options = (*superusers.connect_options()).clone().username(APPLICATION);
    superusers.close().await;
    Ok(pool(options))
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(options))
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut))
}

fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(CONNECT_TIMEOUT)
        .after_connect(|connection, _| Box::pin(limit_transactions(connection)))
        .connect_lazy_with(options.application_name(&format!("tls-sunset {}", myself())))
}

/// A process that is stopped in the middle of a transaction keeps rows from others for no longer than it keeps its leases.
async fn limit_transactions(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select set_config('idle_in_transaction_session_timeout', $1, false)")
        .bind(LEASE_TERM.as_millis().to_string())
        .execute(connection)
        .await?;
    Ok(())
}

fn parse(url: &str) -> Result<PgConnectOptions, Error> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(Error::Url { why: "it does not begin with postgres://".into() });
    }
    url.parse().map_err(|error: sqlx::Error| Error::Url { why: innermost(&error) })
}

/// Where a server is, without user and password.
fn place(options: &PgConnectOptions) -> String {
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    match options.get_database() {
        Some(database) => format!("{host}/{database}"),
        None => host,
    }
}

fn refusal(error: sqlx::Error, at: String) -> Error {
    match error {
        sqlx::Error::PoolTimedOut => {
            Error::Unreachable { at, why: format!("no answer within {} seconds", CONNECT_TIMEOUT.as_secs()) }
        }
        sqlx::Error::Database(error) => Error::Refused { at, why: error.message().to_owned() },
        other => Error::Unreachable { at, why: innermost(&other) },
    }
}

/// The first cause of an error: what the outer ones add is for programmers.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for url in ["", "localhost", "mysql://u:secret@h/d", "postgres://u:secret@h:port/d", "postgres://u:secret@:1"] {
            let error = parse(url).expect_err(url).to_string();
            assert!(error.starts_with("DATABASE_URL is not the address"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_place_has_no_user_and_no_password() {
        let of = |url: &str| place(&parse(url).expect(url));
        assert_eq!(of("postgres://me:secret@db.example:5433/logs"), "db.example:5433/logs");
        assert_eq!(of("postgres://me:secret@localhost/logs?host=/run/pg"), "/run/pg/logs");
    }
}
