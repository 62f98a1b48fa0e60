//! The embedded server, started for real, and every way in which it may be hurt.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{
    config::Storage,
    postgres::{Database, Error, open},
};
use sqlx::PgPool;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

fn embedded(dir: &Path) -> Storage {
    Storage { data_dir: Some(dir.to_owned()), database_url: None }
}

fn elsewhere(url: &str) -> Storage {
    Storage { data_dir: None, database_url: Some(url.to_owned()) }
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

async fn started(dir: &Path) -> Database {
    open(&embedded(dir)).await.expect("the embedded server starts")
}

async fn refused(storage: &Storage) -> String {
    let error = open(storage).await.expect_err("this cannot work").to_string();
    assert!(error.ends_with('.') && !error.contains("secret"), "{error}");
    error
}

/// Something that is there again after a restart only if it was on disk.
async fn note(pool: &PgPool, revision: i64) {
    sqlx::query("update data_revision set revision = $1").bind(revision).execute(pool).await.expect("written");
}

async fn noted(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select revision from data_revision").fetch_one(pool).await
}

/// A restart takes a moment in which queries fail.
async fn noted_in_the_end(pool: &PgPool) -> i64 {
    let since = Instant::now();
    loop {
        match noted(pool).await {
            Ok(revision) => return revision,
            Err(error) if since.elapsed() > Duration::from_secs(60) => panic!("it never came back: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

fn is_alive(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None).is_ok()
}

async fn gone(pid: i32) {
    let since = Instant::now();
    while is_alive(pid) {
        assert!(since.elapsed() < Duration::from_secs(60), "process {pid} goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_written_is_there_after_a_restart() {
    let dir = temp();
    let database = started(dir.path()).await;
    let pid = database.server_pid().expect("ours");
    note(&database.pool, 7).await;
    database.close().await;
    assert!(!is_alive(pid), "close waits for the server");
    let database = started(dir.path()).await;
    assert_eq!(noted(&database.pool).await.expect("read"), 7);
    database.close().await;
}

#[tokio::test]
async fn it_listens_on_a_private_socket_only() {
    use std::os::unix::fs::MetadataExt as _;
    let dir = temp();
    let database = started(dir.path()).await;
    let listens: String =
        sqlx::query_scalar("show listen_addresses").fetch_one(&database.pool).await.expect("a setting");
    assert_eq!(listens, "");
    let mode = fs::metadata(dir.path().join("run")).expect("the socket's folder").mode();
    assert_eq!(mode & 0o777, 0o700);
    database.close().await;
}

#[tokio::test]
async fn a_killed_server_is_started_again() {
    let dir = temp();
    let database = started(dir.path()).await;
    note(&database.pool, 8).await;
    let pid = database.server_pid().expect("ours");
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("killed");
    gone(pid).await;
    assert_eq!(noted_in_the_end(&database.pool).await, 8);
    database.close().await;
}

#[tokio::test]
async fn a_second_process_is_a_guest_and_goes_on_when_the_first_ends() {
    let dir = temp();
    let first = started(dir.path()).await;
    let second = started(dir.path()).await;
    assert!(first.is_kept_here() && !second.is_kept_here());
    note(&second.pool, 9).await;

    let third = started(dir.path()).await;
    third.close().await;
    assert_eq!(noted(&first.pool).await.expect("a leaving guest stops nothing"), 9);

    first.close().await;
    assert_eq!(noted_in_the_end(&second.pool).await, 9);
    assert!(second.is_kept_here());
    second.close().await;
}

/// Another process that keeps the server, to be killed.
struct Holder(Child);

impl Holder {
    async fn start(dir: &Path) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args(["--exact", "postgres::hold", "--ignored"]).env("SUNSET_TEST_HOLD", dir);
        let holder = Self(command.spawn().expect("started"));
        let since = Instant::now();
        while !dir.join("held").exists() {
            assert!(since.elapsed() < Duration::from_secs(60), "the holder does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        holder
    }

    fn kill(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "not a test: run by the others as a process of its own"]
async fn hold() {
    let Some(dir) = std::env::var_os("SUNSET_TEST_HOLD").map(PathBuf::from) else { return };
    let database = started(&dir).await;
    note(&database.pool, 10).await;
    fs::write(dir.join("held"), database.server_pid().expect("ours").to_string()).expect("told");
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn after_a_kill_of_the_keeper_the_next_start_finds_everything() {
    let dir = temp();
    let mut holder = Holder::start(dir.path()).await;
    holder.kill();
    let database = started(dir.path()).await;
    assert_eq!(noted(&database.pool).await.expect("read"), 10);
    database.close().await;
}

#[tokio::test]
async fn when_keeper_and_server_are_both_killed_the_next_start_finds_everything() {
    let dir = temp();
    let mut holder = Holder::start(dir.path()).await;
    let text = fs::read_to_string(dir.path().join("postgres/postmaster.pid")).expect("the server's own lock file");
    let server: i32 = text.lines().next().and_then(|line| line.parse().ok()).expect("a process id");
    kill(Pid::from_raw(server), Signal::SIGKILL).expect("killed");
    holder.kill();
    let database = started(dir.path()).await;
    assert_eq!(noted(&database.pool).await.expect("read"), 10);
    database.close().await;
}

#[tokio::test]
async fn a_half_made_data_directory_is_made_again() {
    let dir = temp();
    fs::create_dir_all(dir.path().join("postgres.new/base")).expect("a folder");
    fs::write(dir.path().join("postgres.new/PG_VERSION"), "15").expect("a file");
    let database = started(dir.path()).await;
    assert!(!dir.path().join("postgres.new").exists());
    database.close().await;
}

#[tokio::test]
async fn a_stale_lock_with_the_number_of_a_stranger_does_not_matter() {
    let dir = temp();
    started(dir.path()).await.close().await;
    let stale = format!("{}\n{}\n1\n5432\n\n\n", std::process::id(), dir.path().join("postgres").display());
    fs::write(dir.path().join("postgres/postmaster.pid"), stale).expect("a file");
    started(dir.path()).await.close().await;
}

#[tokio::test]
async fn a_long_path_is_no_obstacle() {
    let dir = temp();
    let deep = dir.path().join("a-long-name-".repeat(12)).join("b".repeat(100));
    let database = started(&deep).await;
    let guest = started(&deep).await;
    assert!(!guest.is_kept_here());
    guest.close().await;
    database.close().await;
    let _ = fs::remove_dir_all(PathBuf::from("/tmp").join(socket_folder(&deep)));
}

/// The name of the folder that takes the socket when the path is long.
fn socket_folder(home: &Path) -> String {
    let home = home.canonicalize().expect("a folder");
    format!("tls-sunset-{}", &blake3::hash(home.as_os_str().as_encoded_bytes()).to_hex()[..16])
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let error = refused(&elsewhere("mysql://me:secret@localhost/x")).await;
    assert!(error.starts_with("DATABASE_URL is not the address of a Postgres"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named() {
    // Bound but not listening, so that nobody else can come to listen there.
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = socket.local_addr().expect("its address").port();
    drop(socket);
    let error = refused(&elsewhere(&format!("postgres://me:secret@127.0.0.1:{port}/x"))).await;
    assert!(error.starts_with(&format!("The Postgres at 127.0.0.1:{port}/x does not answer")), "{error}");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let dir = temp();
    let database = started(dir.path()).await;
    let run = dir.path().join("run");
    let error = refused(&elsewhere(&format!("postgres://postgres@localhost/nothing?host={}", run.display()))).await;
    assert!(error.contains(r#"refuses us (database "nothing" does not exist)"#), "{error}");
    database.close().await;
}

#[tokio::test]
async fn data_of_another_version_is_left_alone() {
    let dir = temp();
    fs::create_dir(dir.path().join("postgres")).expect("a folder");
    fs::write(dir.path().join("postgres/PG_VERSION"), "9.6\n").expect("a file");
    let error = refused(&embedded(dir.path())).await;
    assert!(error.contains("postgres belongs to Postgres 9.6, but only"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let dir = temp();
    let file = dir.path().join("file");
    fs::write(&file, "").expect("a file");
    let error = open(&embedded(&file.join("data"))).await.expect_err("no folder");
    assert!(matches!(&error, Error::NotWritable { path, .. } if path.starts_with(&file)), "{error}");
}

#[tokio::test]
async fn a_newer_schema_is_not_touched() {
    let dir = temp();
    let database = started(dir.path()).await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'from the future', true, '', 0)";
    sqlx::query(newer).execute(&database.pool).await.expect("inserted");
    database.close().await;
    let error = refused(&embedded(dir.path())).await;
    assert!(error.starts_with("The database was set up by a newer TLS Sunset (migration 9999"), "{error}");
}

#[tokio::test]
async fn a_schema_of_another_version_is_not_touched() {
    let dir = temp();
    let database = started(dir.path()).await;
    let other = "update _sqlx_migrations set checksum = 'other' where version = 1";
    sqlx::query(other).execute(&database.pool).await.expect("changed");
    database.close().await;
    let error = refused(&embedded(dir.path())).await;
    assert!(error.starts_with("The database was set up by another version of TLS Sunset (its migration 1 "), "{error}");
    assert!(error.contains("another --data-dir"), "{error}");
}

#[tokio::test]
async fn the_servers_own_role_only_adds_to_the_audit_log() {
    let dir = temp();
    let database = started(dir.path()).await;
    let run = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(&database.pool).await.map(drop).map_err(|error| error.to_string())
    };
    run("insert into audit (name, address, action, about) values ('Ann', '', 'sign_in', '')").await.expect("added");
    for change in [
        "update audit set name = 'Eve'",
        "delete from audit",
        "truncate audit",
        "drop table audit",
        "alter table audit disable trigger all",
        "set session_replication_role = replica",
        "set role postgres",
    ] {
        let refused = run(change).await.expect_err(change);
        assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{change}: {refused}");
    }
    let kept: String = sqlx::query_scalar("select name from audit").fetch_one(&database.pool).await.expect("a line");
    assert_eq!(kept, "Ann");
    database.close().await;
}
