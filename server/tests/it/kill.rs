//! Processes that are killed for real, in the middle of it.

use crate::ingest_trail as trail;
use server::ingest::Uploads;
use sqlx::PgPool;
use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

const FILES: u64 = 60;
const PER_FILE: u64 = 1000;

fn command(pool: &PgPool) -> Command {
    let url = sqlx::ConnectOptions::to_url_lossy(&*pool.connect_options());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tls-sunset"));
    command.env("DATABASE_URL", url.as_str()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ingest(pool: &PgPool, folder: &Path) -> Command {
    let mut command = command(pool);
    command.arg("ingest").arg(folder);
    command
}

/// Kills a process as soon as an upload stands in one of `states` with at least so many calls; true if it got that far.
async fn kill_when(pool: &PgPool, process: &mut Child, states: &[&str], calls: i64) -> bool {
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    loop {
        let reached: bool =
            sqlx::query_scalar("select exists (select from upload where state = any($1) and calls_counted >= $2)")
                .bind(&states)
                .bind(calls)
                .fetch_one(pool)
                .await
                .expect("an answer");
        if reached {
            process.kill().expect("killed");
            process.wait().expect("ended");
            return true;
        }
        if process.try_wait().expect("a state").is_some() {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("it ran")
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn ingest_run_again_after_kills_counts_each_call_once(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let logs = dir.path().join("logs");
    trail::write(&logs, FILES, PER_FILE);
    for calls in [0, 1, 20_000] {
        let mut process = ingest(&pool, &logs).spawn().expect("it starts");
        assert!(kill_when(&pool, &mut process, &["reading"], calls).await || calls > 0);
        let counted = trail::counted(&pool).await;
        assert!(counted <= (FILES * PER_FILE) as i64);
    }
    let output = run(ingest(&pool, &logs)).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, (FILES * PER_FILE) as i64);

    let output = run(ingest(&pool, &logs)).await;
    assert!(text(&output).contains("0 calls counted"), "{}", text(&output));
    assert_eq!(trail::counted(&pool).await, (FILES * PER_FILE) as i64);

    // The next server says what became of the runs that were killed.
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    while uploads.list().await.expect("a list").iter().any(|upload| !upload.state.is_final()) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let list = uploads.list().await.expect("a list");
    assert!(list.iter().any(|upload| upload.reason.contains("same command again")), "{list:?}");
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn a_server_goes_on_where_a_killed_one_stopped(pool: PgPool) {
    let dir = tempfile::tempdir().expect("a folder");
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    let mut receiving = uploads.begin("").await.expect("begun");
    for n in 0..FILES {
        let mut file = receiving.file(&format!("{n}.json")).await.expect("a file");
        file.write(&trail::file(n * PER_FILE..(n + 1) * PER_FILE)).await.expect("written");
        file.finish().await.expect("received");
    }
    let id = receiving.finish().await.expect("queued");
    drop(uploads);
    for calls in [0, 1, 10_000, 30_000] {
        let mut process = serve(&pool, dir.path()).spawn().expect("it starts");
        kill_when(&pool, &mut process, &["reading", "done"], calls).await;
        trail::counted(&pool).await;
    }
    let mut process = serve(&pool, dir.path()).spawn().expect("it starts");
    assert!(
        kill_when(&pool, &mut process, &["done"], 0).await,
        "{}",
        text(&process.wait_with_output().expect("output"))
    );
    let total = (FILES * PER_FILE) as i64;
    assert_eq!(trail::counted(&pool).await, total);
    let uploads = Uploads::start(pool.clone(), dir.path()).await.expect("it starts");
    let report = uploads.report(id).await.expect("a report").upload;
    assert_eq!((report.calls_counted, report.calls_already_counted, report.files_total), (total, 0, FILES as i64));
    assert!(!dir.path().join("spool").join(id.to_string()).exists(), "the spool is left");
}

fn serve(pool: &PgPool, data_dir: &Path) -> Command {
    let mut command = command(pool);
    command.args(["serve", "--addr", "127.0.0.1:0", "--data-dir"]).arg(data_dir);
    command
}
