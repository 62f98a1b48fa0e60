//! The command `tally`, as somebody would run it.

use crate::s3_server::{BUCKET, Fault, Rule, S3Server};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/reader").join(name)
}

fn tally() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tls-sunset"));
    command.arg("tally");
    command
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn counts_once_across_paths() {
    let output = tally()
        .args(["--threads", "1"])
        .args([fixture("records.json"), fixture("lines.jsonl"), fixture("records.json")])
        .output()
        .unwrap();
    insta::assert_snapshot!(stdout(&output), @r"
    hour,scope,account,region,service,tls_version,calls
    2023-06-28T09:00:00Z,aws,111122223333,eu-west-1,dynamodb,1.2,1
    2023-06-28T09:00:00Z,aws,111122223333,eu-west-1,s3,1.0,2
    ");
    assert_eq!(
        std::str::from_utf8(&output.stderr).unwrap().lines().next().unwrap().split(':').nth(1).unwrap().trim(),
        "3 calls counted, 4 already counted, 0 records skipped"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn calls_without_an_identity_count_once_per_content() {
    let output = tally().args([fixture("no-event-id.json"), fixture("no-event-id.json")]).output().unwrap();
    assert!(stdout(&output).ends_with(",s3,1.0,4\n"), "{output:?}");
}

#[test]
fn callers_cannot_write_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let record = fs::read_to_string(fixture("records.json"))
        .unwrap()
        .replace("[Boto/2.49.0 Python/2.7.5]", "=cmd|' /C calc'!A0");
    fs::write(folder.path().join("a.json"), record).unwrap();
    let output = tally().arg(folder.path()).args(["--by", "caller"]).output().unwrap();
    insta::assert_snapshot!(stdout(&output), @r"
    hour,scope,account,region,service,tls_version,principal,user_agent,source_address,calls
    2023-06-28T09:00:00Z,aws,111122223333,eu-west-1,dynamodb,1.2,arn:aws:iam::111122223333:role/App,'=cmd|' /C calc'!A0,10.0.0.1,1
    2023-06-28T09:00:00Z,aws,111122223333,eu-west-1,s3,1.0,arn:aws:iam::111122223333:role/App,'=cmd|' /C calc'!A0,10.0.0.1,1
    ");
}

#[test]
fn json_holds_the_same_rows() {
    let output = tally().arg(fixture("records.json")).args(["--format", "json", "--by", "caller"]).output().unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows[1]["service"], "s3");
    assert_eq!(rows[1]["calls"], 1);
    assert_eq!(rows[1]["user_agent"], "Boto/2.49.0 Python/2.7.5");
    let nothing = tally().arg(fixture("empty.json")).args(["--format", "json"]).output().unwrap();
    assert_eq!(stdout(&nothing), "[]\n");
}

#[test]
fn what_is_skipped_is_said() {
    let output = tally()
        .args([fixture("many-skipped.jsonl"), fixture("picture.png"), "/nonexistent/x".into()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = std::str::from_utf8(&output.stderr).unwrap();
    assert!(said.contains("1 call counted, 0 already counted, 8 records skipped"), "{said}");
    assert!(said.contains("picture.png: skipped: not a log: a PNG picture"), "{said}");
    assert!(said.contains("/nonexistent/x: failed: there is no such file"), "{said}");
    assert!(said.contains("record 1 at byte 0: no readable eventTime"), "{said}");
}

#[test]
fn standard_input_is_read() {
    let mut child = tally().arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(fixture("records.json")).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((stdout(&output).lines().count(), output.status.code()), (3, Some(0)));
}

#[test]
fn nobody_listening_is_no_error() {
    let mut child = tally().arg(fixture("records.json")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn wrong_usage_is_exit_code_two() {
    assert_eq!(tally().output().unwrap().status.code(), Some(2));
    assert_eq!(tally().args(["x", "--by", "service"]).output().unwrap().status.code(), Some(2));
    let help = tally().arg("--help").output().unwrap();
    assert!(stdout(&help).contains("Examples:"));
}

/// `tally` in the environment of a process that may enter the server's bucket.
fn tally_at(server: &S3Server) -> Command {
    let mut command = tally();
    command.envs(server.environment());
    command
}

/// A trail of ten days, as if delivered to the server's bucket.
fn bucket_with_a_trail() -> S3Server {
    let server = S3Server::start();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_tls-sunset"));
    demo.arg("demo").arg(server.path("")).args(["--days", "10", "--calls-per-day", "300", "--seed", "7"]);
    assert!(demo.output().unwrap().status.success());
    server
}

#[test]
fn a_bucket_counts_as_its_files_do() {
    let server = bucket_with_a_trail();
    let from_disk = tally().arg(server.path("AWSLogs")).args(["--by", "caller"]).output().unwrap();
    let address = format!("s3://{BUCKET}/AWSLogs/");
    let from_bucket = tally_at(&server).args([&address, "--by", "caller"]).output().unwrap();
    assert_eq!(stdout(&from_bucket), stdout(&from_disk));
    // Digests and insights are files on disk; in a bucket they are not even got.
    let calls = |output: &Output| {
        let said = String::from_utf8(output.stderr.clone()).unwrap();
        said.lines().next().unwrap().split_once(": ").unwrap().1.to_owned()
    };
    assert_eq!((calls(&from_bucket), from_bucket.status.code()), (calls(&from_disk), Some(0)));
    assert!(String::from_utf8_lossy(&from_bucket.stderr).contains("not read, by their keys: 1 × digests"));
    assert!(stdout(&from_disk).lines().count() > 100);
}

#[test]
fn days_and_accounts_of_a_bucket_are_chosen_by_key() {
    let server = bucket_with_a_trail();
    let address = format!("s3://{BUCKET}");
    let all = tally_at(&server).arg(&address).output().unwrap();
    let mut days: Vec<&str> = stdout(&all).lines().skip(1).map(|line| &line[..10]).collect();
    days.dedup();
    let (lists, gets) = server.requests();
    let part = tally_at(&server).args([&address, "--from", days[3], "--to", days[4]]).output().unwrap();
    let (more_lists, more_gets) = server.requests();
    assert!(more_gets - gets < gets / 2 && more_lists - lists <= lists, "{gets} {more_gets}");
    let is_within = |line: &&str| line.starts_with(days[3]) || line.starts_with(days[4]);
    let within = |output: &Output| stdout(output).lines().filter(is_within).count();
    // What was delivered just after midnight is under the next day.
    assert!(within(&part) > 0 && within(&part) <= within(&all));
    let none = tally_at(&server).args([&address, "--account", "000000000000"]).output().unwrap();
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no CloudTrail logs that are wanted"), "{none:?}");
}

#[test]
fn what_cannot_be_had_of_a_bucket_is_said_and_the_rest_is_counted() {
    let server = bucket_with_a_trail();
    let digest = "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/01/01/d.json.gz";
    server.put(digest, "x");
    let key = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/01/";
    server.put(&format!("{key}cold.json.gz"), "x");
    server.put(&format!("{key}denied.json.gz"), "x");
    server.bring(Rule::gets("cold", Fault::Archived, usize::MAX));
    server.bring(Rule::gets("denied", Fault::Denied, usize::MAX));
    let output = tally_at(&server).arg(format!("s3://{BUCKET}/")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(said.contains("cold.json.gz: skipped: it is archived (Glacier)"), "{said}");
    assert!(said.contains("denied.json.gz: failed: not allowed to get"), "{said}");
    assert!(said.contains("not read, by their keys: 2 × digests"), "{said}");
    assert!(stdout(&output).lines().count() > 100);
    assert!(!said.contains("wJalr"), "credentials are told to nobody");
}

#[test]
fn a_bucket_without_credentials_says_where_they_come_from() {
    let server = S3Server::start();
    let mut command = tally_at(&server);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env("HOME", "/nonexistent");
    let output = command.arg(format!("s3://{BUCKET}/")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("has no AWS credentials that work"), "{said}");
    assert_eq!(server.requests(), (0, 0));
}
