//! Processes that are killed, or stopped for a while, at random moments, again and again, while they read an upload and a bucket
//! at once: after each time everything is counted once, as the naive reference has it, and nothing is left behind.

use crate::{
    bucket_ingest::{ACCOUNTS, key},
    bucket_kill::program,
    ingest_trail as trail,
    kill::{run, text},
    kill_steps::{leases_are_over, newest},
    left::nothing_is_left,
    reference::all_rollups_are_of,
    s3_server::S3Server,
    serve::{Running, upload},
};
use app::model::{report::UploadState, source::BucketChoice};
use chrono::{DateTime, TimeDelta, Utc};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use server::ingest::Buckets;
use sqlx::PgPool;
use std::{
    collections::BTreeSet,
    env,
    io::{Write as _, stderr},
    ops::Range,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// Of a round.
const OBJECTS: u64 = 60;
const FILES: u64 = 6;
/// Of an object and of a file.
const CALLS: u64 = 150;
/// The first event of uploads; those of objects begin at 0.
const UPLOADED: u64 = 1_000_000;
/// A process lives for so many milliseconds at most.
const LIFE: u64 = 900;

struct World {
    pool: PgPool,
    dir: TempDir,
    s3: S3Server,
    buckets: Buckets,
    bucket: i64,
    random: SmallRng,
    /// What must be counted.
    events: BTreeSet<u64>,
}

impl World {
    async fn new(pool: PgPool, seed: u64) -> Self {
        let (s3, dir) = (S3Server::start(), tempfile::tempdir().expect("a folder"));
        let buckets = Buckets::at_rest(pool.clone(), &dir.path().join("elsewhere"), s3.access().await).await;
        let buckets = buckets.expect("it opens");
        let bucket = buckets.connect(&s3.place("")).await.expect("connected");
        Self { pool, dir, s3, buckets, bucket, random: SmallRng::seed_from_u64(seed), events: BTreeSet::new() }
    }

    fn program(&self, args: &[&str]) -> Command {
        let mut command = program(&self.pool, &self.dir, &self.s3);
        command.args(args).env("SUNSET_LEASE_SECONDS", "0.5").stderr(Stdio::null());
        command
    }

    async fn life(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.random.random_range(0..LIFE))).await;
    }

    /// New objects, which are asked for.
    async fn fill(&mut self, round: u64) {
        let begin: DateTime<Utc> = "2023-05-03T00:00:00Z".parse().expect("a time");
        for n in round * OBJECTS..(round + 1) * OBJECTS {
            let key = key(ACCOUNTS[n as usize % 3], begin + TimeDelta::minutes(n as i64 * 97), n);
            let events = n * CALLS..(n + 1) * CALLS;
            self.s3.put(&key, trail::file(events.clone()));
            self.events.extend(events);
        }
        self.buckets.backfill(self.bucket, &BucketChoice::default()).await.expect("asked for");
    }

    /// The events of an upload's files: one has what objects have too.
    fn files(&mut self, round: u64) -> Vec<Range<u64>> {
        let begin = UPLOADED + round * FILES * CALLS;
        let mut files: Vec<_> = (0..FILES).map(|n| begin + n * CALLS..begin + (n + 1) * CALLS).collect();
        let shared = self.random.random_range(0..(round + 1) * OBJECTS * CALLS);
        files.push(shared..(shared + CALLS).min((round + 1) * OBJECTS * CALLS));
        files
    }

    /// Kills a server that receives and reads, and at times a worker beside it, at random moments; once, or several times. Answers
    /// a worker that was only stopped.
    async fn kill(&mut self, files: &[Range<u64>]) -> Option<Child> {
        for _ in 0..self.random.random_range(1..=2) {
            let worker = self.random.random_bool(0.5).then(|| spawn(self.program(&["worker"])));
            let server = Running::start(&mut self.program(&["serve", "--addr", "127.0.0.1:0"]));
            let (address, files) = (server.address.clone(), files.to_vec());
            let sending = tokio::task::spawn_blocking(move || {
                let files: Vec<_> = files.into_iter().map(trail::file).collect();
                upload(&address, &files)
            });
            self.life().await;
            server.kill();
            sending.await.expect("sent");
            if let Some(mut worker) = worker {
                self.life().await;
                if self.random.random_bool(0.5) {
                    signal(&worker, Signal::SIGSTOP);
                    return Some(worker);
                }
                end(&mut worker);
            }
            self.forgive().await;
        }
        None
    }

    /// Lets one go on whose work others have done meanwhile.
    async fn go_on(&mut self, mut stopped: Child) {
        signal(&stopped, Signal::SIGCONT);
        self.life().await;
        end(&mut stopped);
        self.settle().await;
    }

    /// What is read while its process is killed again and again is given up, if nobody knows better.
    async fn forgive(&self) {
        for table in ["upload", "log_file", "bucket_listing"] {
            let update = format!("update {table} set attempts = 0 where attempts > 0");
            sqlx::query(sqlx::AssertSqlSafe(update)).execute(&self.pool).await.expect("set");
        }
    }

    /// Whatever was going on is brought to its end, by a process of its own.
    async fn settle(&self) {
        leases_are_over(&self.pool).await;
        let mut worker = self.program(&["worker", "--once"]);
        worker.stderr(Stdio::piped());
        let output = run(worker).await;
        assert!(output.status.success(), "{}", text(&output));
    }

    /// Every upload was received, and then read, or neither; answers whether any was.
    async fn ended(&self, known: i64) -> bool {
        let ended: Vec<(String, String)> =
            sqlx::query_as("select state, reason from upload where kind = 'upload' and id > $1 order by id")
                .bind(known)
                .fetch_all(&self.pool)
                .await
                .expect("rows");
        for (state, reason) in &ended {
            let is_told = state == "failed" && reason.contains("send it again");
            assert!(is_told || state == "done" && reason.is_empty(), "{state}: {reason}");
        }
        ended.iter().any(|(state, _)| state == "done")
    }

    async fn all_is_well(&self) {
        all_rollups_are_of(&self.pool, &self.events).await;
        assert_eq!(trail::counted(&self.pool).await, self.events.len() as i64);
        let bucket = self.buckets.get(self.bucket).await.expect("a bucket");
        assert_eq!((bucket.state, bucket.trouble.as_str()), (UploadState::Done, ""));
        assert_eq!((bucket.progress.waiting, bucket.progress.failed, bucket.progress.listings_left), (0, 0, 0));
        nothing_is_left(&self.pool, &self.dir.path().join("data")).await;
    }
}

fn signal(process: &Child, signal: Signal) {
    kill(Pid::from_raw(process.id() as i32), signal).expect("a signal");
}

fn end(process: &mut Child) {
    process.kill().expect("killed");
    process.wait().expect("ended");
}

fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::null()).spawn().expect("it starts")
}

async fn kill_at_random(pool: PgPool, rounds: u64) {
    let of_environment = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = of_environment("SUNSET_CHAOS_SEED").unwrap_or_else(|| rand::random::<u32>().into());
    let rounds = of_environment("SUNSET_CHAOS_ROUNDS").unwrap_or(rounds);
    // Not `eprintln`, which is not seen of a test that hangs or passes.
    writeln!(stderr(), "killing at random: SUNSET_CHAOS_SEED={seed} SUNSET_CHAOS_ROUNDS={rounds}").expect("stderr");
    let mut world = World::new(pool, seed).await;
    for round in 0..rounds {
        let (known, ..) = newest(&world.pool).await;
        world.fill(round).await;
        let files = world.files(round);
        let stopped = world.kill(&files).await;
        world.settle().await;
        if let Some(stopped) = stopped {
            world.go_on(stopped).await;
        }
        if world.ended(known).await {
            world.events.extend(files.into_iter().flatten());
        }
        world.all_is_well().await;
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn whenever_it_is_killed_each_call_is_counted_once(pool: PgPool) {
    kill_at_random(pool, 4).await;
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
#[ignore = "it takes minutes: make chaos"]
async fn however_often_it_is_killed_each_call_is_counted_once(pool: PgPool) {
    kill_at_random(pool, 100).await;
}
