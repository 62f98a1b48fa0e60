//! The command `tally`, as somebody would run it.

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
