//! Archives: every packing gives the same calls, and hostile ones do no harm.

use crate::reader_reference::{Call, calls};
use app::model::report::FileState;
use flate2::{Compression, write::GzEncoder};
use server::{
    source::{self, Input, Options, Progress, Resume},
    tally::{Detail, Part},
};
use std::{
    fs,
    io::{Cursor, Write as _},
    ops::ControlFlow,
    path::Path,
    sync::atomic::Ordering,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(crate) fn log() -> Vec<u8> {
    let record = |n: u32| {
        format!(
            r#"{{"eventVersion":"1.08","eventTime":"2023-06-28T09:00:{n:02}Z","eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1","eventID":"id-{n}","recipientAccountId":"111122223333","tlsDetails":{{"tlsVersion":"TLSv1"}}}}"#
        )
    };
    format!(r#"{{"Records":[{}]}}"#, (0..20).map(record).collect::<Vec<_>>().join(",")).into_bytes()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

pub(crate) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip_of(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    zip_of(&[(name, bytes)], CompressionMethod::Deflated)
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn read_folder(folder: &Path) -> Vec<Part> {
    let progress = Progress::default();
    let mut parts = Vec::new();
    let input = Input::path("in", folder);
    let options = Options { detail: Detail::All, threads: 2, hashes: false };
    source::read(vec![input], &options, &progress, &|_: &str| Resume::New, &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    let sizes: u64 = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert_eq!(progress.bytes_read.load(Ordering::Relaxed), sizes, "bytes read");
    parts
}

/// Reads one file of these bytes.
fn read(bytes: &[u8]) -> Vec<Part> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f"), bytes).unwrap();
    read_folder(folder.path())
}

/// `name: state: reason`, sorted; the reason without what differs.
pub(crate) fn outcomes(parts: &[Part]) -> Vec<String> {
    let mut lines: Vec<String> = parts
        .iter()
        .filter_map(|part| part.end.as_ref().map(|end| format!("{}: {}: {}", part.file, end.state, end.reason)))
        .collect();
    lines.sort();
    lines
}

pub(crate) fn outcome(bytes: &[u8]) -> (Vec<Call>, Vec<String>) {
    let parts = read(bytes);
    (calls(&parts), outcomes(&parts))
}

#[test]
fn every_packing_gives_the_same_calls() {
    let log = log();
    let expected = outcome(&log).0;
    assert_eq!(expected.len(), 20);
    let (first, second) = log.split_at(333);
    let stored = |name, bytes: &[u8]| zip_of(&[(name, bytes)], CompressionMethod::Stored);
    let packings: Vec<(&str, Vec<u8>)> = vec![
        ("gz", gz(&log)),
        ("gz of gz", gz(&gz(&log))),
        ("gz of two members", [gz(first), gz(second)].concat()),
        ("gz with zeroes behind", [gz(&log), vec![0; 100]].concat()),
        ("zst", zst(&log)),
        ("zst of two frames", [zst(first), zst(second)].concat()),
        ("bz2", bz2(&log)),
        ("bz2 of two streams", [bz2(first), bz2(second)].concat()),
        ("zip", zip("a.json", &log)),
        ("stored zip", stored("a.json", &log)),
        ("zip of gz", zip("a.json.gz", &gz(&log))),
        ("stored zip of zst", stored("a.json.zst", &zst(&log))),
        ("tar", tar(&[("a.json", &log)])),
        (
            "tar of a long name",
            tar(&[("d/".repeat(150).as_str(), b""), (&format!("{}a.json", "d/".repeat(150)), &log)]),
        ),
        ("tar.gz", gz(&tar(&[("a.json.gz", &gz(&log))]))),
        ("tar.zst", zst(&tar(&[("a.json.gz", &gz(&log))]))),
        ("tar.bz2", bz2(&tar(&[("a.json", &log)]))),
        ("zip of tar.gz", zip("a.tar.gz", &gz(&tar(&[("a.json", &log)])))),
        ("tar.gz of zip", gz(&tar(&[("a.zip", &zip("a.json", &log))]))),
        ("tar.zst of zip of tar", zst(&tar(&[("a.zip", &zip("a.tar", &tar(&[("a.json", &log)])))]))),
        ("gz of zip", gz(&zip("a.json", &log))),
        ("zst of zip", zst(&zip("a.json", &log))),
    ];
    for (packing, bytes) in packings {
        let (calls, outcomes) = outcome(&bytes);
        assert_eq!(calls, expected, "{packing}: {outcomes:?}");
        assert!(outcomes.iter().all(|line| line.ends_with(": done: ")), "{packing}: {outcomes:?}");
    }
}

#[test]
fn members_are_named() {
    let log = log();
    let inner = zip_of(&[("x/1.json", &log), ("x/2.json", b"")], CompressionMethod::Deflated);
    let (_, lines) = outcome(&gz(&tar(&[("a.zip", &inner), ("a.zip", &inner), ("p.png", b"\x89PNG")])));
    let expected = [
        "in/f!a.zip #2!x/1.json: done: ",
        "in/f!a.zip #2!x/2.json: skipped: empty",
        "in/f!a.zip!x/1.json: done: ",
        "in/f!a.zip!x/2.json: skipped: empty",
        "in/f!p.png: skipped: not a log: a PNG picture",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn nesting_ends_at_depth_three() {
    let nested = |depth| (0..depth).fold(log(), |bytes, _| zip("a.zip", &bytes));
    assert_eq!(outcome(&nested(3)).0.len(), 20);
    let (calls, lines) = outcome(&nested(4));
    assert!(calls.is_empty());
    assert!(lines[0].contains("failed: nested too deep"), "{lines:?}");
    let compressed = (0..9).fold(log(), |bytes, _| gz(&bytes));
    assert!(outcome(&compressed).1[0].contains("failed: nested too deep"));
}

#[test]
fn hostile_names_are_only_shown() {
    let log = log();
    let names = ["../../up.json", "/etc/cron.d/x", "a\nb\u{1b}[31m.json", "C:\\x", "same", "..", ""];
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, log.as_slice())).collect();
    let (calls, lines) = outcome(&zip_of(&members, CompressionMethod::Stored));
    assert_eq!(calls.len(), 20 * names.len());
    assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with(r"in/f!a\u{a}b\u{1b}[31m.json: done")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("in/f!../../up.json: done")), "{lines:?}");
}

#[test]
fn links_and_devices_are_skipped() {
    let mut builder = tar::Builder::new(Vec::new());
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Fifo] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, "x", "/etc/passwd").unwrap();
    }
    let (_, lines) = outcome(&builder.into_inner().unwrap());
    assert_eq!(lines.len(), 4);
    assert!(
        lines.iter().all(|line| line.contains(": skipped: a link") || line.contains(": skipped: no ordinary file")),
        "{lines:?}"
    );
}

#[test]
fn damage_behind_the_data_is_reported() {
    let log = log();
    let (calls, lines) = outcome(&[gz(&log), b"garbage".to_vec()].concat());
    assert_eq!(calls.len(), 20);
    assert!(lines[0].contains("damaged: something that is no gzip follows"), "{lines:?}");
    let mut wrong_checksum = gz(&log);
    let at = wrong_checksum.len() - 8;
    wrong_checksum[at] ^= 1;
    let (calls, lines) = outcome(&wrong_checksum);
    assert_eq!(calls.len(), 20);
    assert!(lines[0].contains("damaged: the gzip data are corrupt"), "{lines:?}");
    let mut zip = zip("a", &log);
    zip[40] ^= 0xFF;
    let (_, lines) = outcome(&zip);
    assert!(!lines[0].contains(": done: "), "{lines:?}");
}

#[test]
fn an_encrypted_zip_says_so() {
    let mut zip = zip("a.json", &log());
    let at = memchr::memmem::rfind(&zip, b"PK\x01\x02").unwrap();
    zip[at + 8] |= 1;
    assert_eq!(outcome(&zip).1, ["in/f!a.json: failed: encrypted: pack it again without a password"]);
}

#[test]
fn empty_archives_say_so() {
    assert_eq!(outcome(&zip_of(&[], CompressionMethod::Stored)).1, ["in/f: skipped: an archive without files"]);
    assert_eq!(outcome(b"").1, ["in/f: skipped: empty"]);
    assert_eq!(outcome(&gz(b"")).1, ["in/f: skipped: empty"]);
}

#[test]
fn a_bomb_is_stopped() {
    let blanks = [b"{\"Records\":[".as_slice(), &vec![b' '; 80 << 20]].concat();
    let (_, lines) = outcome(&bz2(&blanks));
    assert!(lines[0].contains("as only archive bombs do"), "{lines:?}");
}

/// Cut at every byte: no panic, no invented call, and never called whole.
#[test]
fn truncated_anywhere() {
    let log = log();
    let whole = outcome(&log).0;
    let gz = gz(&log);
    let packings =
        [(gz.clone(), 1), (zip("a", &log), 1), (tar(&[("a.gz", gz.as_slice())]), 13), (zst(&log), 1), (bz2(&log), 1)];
    for (packed, step) in packings {
        let folder = tempfile::tempdir().unwrap();
        for end in (1..packed.len() - 1).step_by(step) {
            fs::write(folder.path().join(format!("{end:05}")), &packed[..end]).unwrap();
        }
        for part in read_folder(folder.path()) {
            let end = part.end.as_ref().unwrap();
            let calls = calls(std::slice::from_ref(&part));
            assert!(calls.iter().all(|call| whole.contains(call)));
            // A tar archive may end anywhere behind its last member.
            let is_whole = calls.len() == whole.len() && end.state == FileState::Done;
            assert!(end.state != FileState::Done || is_whole, "{}: {end:?}", part.file);
        }
    }
}

#[test]
fn reading_resumes_behind_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.gz"), gz(&log())).unwrap();
    fs::write(folder.path().join("b.gz"), gz(&log())).unwrap();
    let mut parts = Vec::new();
    let resume = |name: &str| if name.ends_with("a.gz") { Resume::After(15) } else { Resume::Done };
    let input = Input::path("in", folder.path());
    let options = Options { detail: Detail::None, threads: 1, hashes: false };
    source::read(vec![input], &options, &Progress::default(), &resume, &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    assert_eq!(parts.len(), 1);
    assert_eq!((parts[0].tally.calls.len(), parts[0].records_read), (5, 20));
}

#[test]
fn a_sink_that_breaks_ends_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..100 {
        fs::write(folder.path().join(format!("{n}.gz")), gz(&log())).unwrap();
    }
    let mut parts = 0;
    let input = Input::path("in", folder.path());
    let options = Options { detail: Detail::None, threads: 2, hashes: false };
    source::read(vec![input], &options, &Progress::default(), &|_: &str| Resume::New, &mut |_| {
        parts += 1;
        if parts == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(parts, 3);
}
