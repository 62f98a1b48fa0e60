//! The hash of a log file is that of its bytes as they lay there, whichever way they came.

use crate::reader_archives::{bz2, gz, log, tar, zip_of, zst};
use app::model::report::FileState;
use proptest::{collection::vec, prelude::*, sample::select};
use server::{
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fs, ops::ControlFlow};
use zip::CompressionMethod::{self, Deflated, Stored};

type Hashes = BTreeMap<String, (FileState, Option<[u8; 32]>)>;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A zip archive of one member that is packed by zstd (method 93) or bzip2 (12): a stored one, with other words about it
/// (APPNOTE 4.3.7 and 4.3.12).
fn zip_by(method: u16, content: &[u8]) -> Vec<u8> {
    let packed = if method == 93 { zst(content) } else { bz2(content) };
    let mut zip = zip_of(&[("x", &packed)], Stored);
    let directory = zip.len() - 22 - 46 - 1;
    assert!(zip[directory..].starts_with(b"PK\x01\x02"));
    let (crc, size) = (flate2_crc(content).to_le_bytes(), (content.len() as u32).to_le_bytes());
    for (at, method_at, crc_at, size_at) in [(0, 8, 14, 22), (directory, 10, 16, 24)] {
        zip[at + method_at..][..2].copy_from_slice(&method.to_le_bytes());
        zip[at + crc_at..][..4].copy_from_slice(&crc);
        zip[at + size_at..][..4].copy_from_slice(&size);
    }
    zip
}

fn flate2_crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn hashes_of(input: Input, hashes: bool, resume: Resume) -> Hashes {
    let mut all = Hashes::new();
    let options = Options { detail: Detail::None, threads: 2, hashes };
    source::read(vec![input], &options, &Progress::default(), &|_: &str| resume, &mut |part| {
        if let Some(end) = part.end {
            assert!(all.insert(part.file.to_string(), (end.state, end.sha256)).is_none(), "{} ends twice", part.file);
        }
        ControlFlow::Continue(())
    });
    all
}

/// As a file and as bytes at hand, which come to the same.
fn hashes(bytes: &[u8]) -> Hashes {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, bytes).unwrap();
    let of_file = hashes_of(Input::path("f", &path), true, Resume::New);
    assert_eq!(hashes_of(Input::bytes("f", bytes.to_vec()), true, Resume::New), of_file);
    let unasked = hashes_of(Input::path("f", path), false, Resume::New);
    assert!(unasked.values().all(|(_, hash)| hash.is_none()), "nobody asked: {unasked:?}");
    of_file
}

/// These files are read to their end and have these bytes.
#[track_caller]
fn are(hashes: Hashes, wanted: &[(&str, &[u8])]) {
    let wanted: Hashes =
        wanted.iter().map(|(name, bytes)| ((*name).to_owned(), (FileState::Done, Some(sha256(bytes))))).collect();
    assert_eq!(hashes, wanted);
}

#[test]
fn of_a_file_it_is_that_of_the_file() {
    let log = log();
    let (first, second) = log.split_at(300);
    let several = [gz(first), gz(second), vec![0; 700]].concat();
    for file in [log.clone(), gz(&log), zst(&log), bz2(&log), gz(&gz(&log)), zst(&bz2(&log)), several] {
        are(hashes(&file), &[("f", &file)]);
    }
}

#[test]
fn of_a_member_it_is_that_of_the_file_before_it_was_archived() {
    let log = log();
    let (gz_log, zst_log, bz2_log) = (gz(&log), zst(&log), bz2(&log));
    let members: [(&str, &[u8]); 4] =
        [("a.json", &log), ("b.json.gz", &gz_log), ("c.json.zst", &zst_log), ("d.json.bz2", &bz2_log)];
    let wanted = members.map(|(name, bytes)| (format!("f!{name}"), bytes));
    let wanted = wanted.each_ref().map(|(name, bytes)| (name.as_str(), *bytes));
    let zips = [Stored, Deflated].map(|method| zip_of(&members, method));
    let tar = tar(&members);
    for archive in [gz(&tar), zst(&tar), bz2(&tar), gz(&zips[0]), tar].iter().chain(&zips) {
        are(hashes(archive), &wanted);
    }
    for file in [log, gz_log] {
        are(hashes(&zip_by(93, &file)), &[("f!x", &file)]);
        are(hashes(&zip_by(12, &file)), &[("f!x", &file)]);
    }
}

#[test]
fn archives_within_archives_change_nothing() {
    let (log, gz_log) = (log(), gz(&log()));
    let inner = zip_of(&[("a.json", &log), ("b.json.gz", &gz_log)], Deflated);
    let inner_tar = gz(&tar(&[("a.json", &log), ("b.json.gz", &gz_log)]));
    for (name, inner) in [("in.zip", inner), ("in.tgz", inner_tar)] {
        let wanted = [(format!("f!{name}!a.json"), log.as_slice()), (format!("f!{name}!b.json.gz"), &gz_log)];
        let wanted = wanted.each_ref().map(|(name, bytes)| (name.as_str(), *bytes));
        are(hashes(&zip_of(&[(name, &inner)], Stored)), &wanted);
        are(hashes(&zip_of(&[(name, &inner)], Deflated)), &wanted);
        are(hashes(&tar(&[(name, &inner)])), &wanted);
        are(hashes(&gz(&tar(&[(name, &inner)]))), &wanted);
    }
}

/// More than is at hand at once, in every place where it may be.
#[test]
fn what_is_streamed_is_hashed_on_its_way() {
    let log = [log(), vec![b' '; 32 << 20]].concat();
    let (packed, of_log) = (gz(&log), sha256(&log));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let is = |file: &[u8], name: &str, wanted| {
        fs::write(&path, file).unwrap();
        let found = hashes_of(Input::path("f", &path), true, Resume::New);
        assert_eq!(found, Hashes::from([(name.to_owned(), (FileState::Done, Some(wanted)))]));
    };
    is(&log, "f", of_log);
    is(&packed, "f", sha256(&packed));
    is(&gz(&tar(&[("a.json", &log)])), "f!a.json", of_log);
    is(&zip_of(&[("a.json", &log)], Stored), "f!a.json", of_log);
    is(&zip_of(&[("a.json", &log)], Deflated), "f!a.json", of_log);
    let at_hand = hashes_of(Input::bytes("f", log), true, Resume::New);
    assert_eq!(at_hand["f"].1, Some(of_log));
}

#[test]
fn what_was_not_read_to_its_end_has_none() {
    let log = log();
    let short = &log[..log.len() - 100];
    let (gz_log, zst_log) = (gz(&log), zst(&log));
    for (file, state) in [
        (short.to_vec(), FileState::Damaged),
        (gz(short), FileState::Damaged),
        (gz_log[..gz_log.len() - 20].to_vec(), FileState::Damaged),
        (zst_log[..zst_log.len() - 4].to_vec(), FileState::Failed),
        (b"<html>".to_vec(), FileState::Skipped),
    ] {
        let (found, hash) = hashes(&file)["f"];
        assert_eq!(hash, None, "{found}");
        assert!(found != FileState::Done && (found == state || state == FileState::Failed), "{found}");
    }
    let tar = tar(&[("a.json", &log), ("b.json", &log)]);
    let cut = hashes(&tar[..tar.len() - 2000]);
    assert_eq!(cut["f!a.json"], (FileState::Done, Some(sha256(&log))));
    assert_eq!(cut["f!b.json"].1, None);
    let mut zip = zip_of(&[("a.json", &log)], Stored);
    zip[100] ^= 1;
    assert!(matches!(hashes(&zip)["f!a.json"], (FileState::Damaged | FileState::Failed, None)));
}

#[test]
fn it_is_of_the_whole_file_where_reading_resumes() {
    for file in [log(), gz(&log())] {
        let resumed = hashes_of(Input::bytes("f", file.clone()), true, Resume::After(7));
        are(resumed, &[("f", &file)]);
        assert_eq!(hashes_of(Input::bytes("f", file), true, Resume::Done), Hashes::new());
    }
}

#[derive(Debug, Clone, Copy)]
enum Packing {
    Gzip,
    Zstd,
    Bzip2,
}

#[derive(Debug, Clone, Copy)]
enum Archive {
    Tar,
    Zip(CompressionMethod),
    /// By this method.
    ZipBy(u16),
}

fn packed(bytes: &[u8], packings: &[Packing]) -> Vec<u8> {
    packings.iter().fold(bytes.to_vec(), |bytes, packing| match packing {
        Packing::Gzip => gz(&bytes),
        Packing::Zstd => zst(&bytes),
        Packing::Bzip2 => bz2(&bytes),
    })
}

fn packings(most: usize) -> impl Strategy<Value = Vec<Packing>> {
    vec(select(vec![Packing::Gzip, Packing::Zstd, Packing::Bzip2]), 0..=most)
}

fn archive() -> impl Strategy<Value = Archive> {
    select(vec![Archive::Tar, Archive::Zip(Stored), Archive::Zip(Deflated), Archive::ZipBy(93), Archive::ZipBy(12)])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// However deep it is packed.
    #[test]
    fn any_packing(blanks in 0_usize..3000, own in packings(3), around in vec((archive(), packings(2)), 0..=3)) {
        let file = packed(&[log(), vec![b' '; blanks]].concat(), &own);
        let (mut bytes, mut name) = (file.clone(), "f".to_owned());
        for (archive, packings) in around {
            let members: [(&str, &[u8]); 1] = [("x", &bytes)];
            bytes = packed(&match archive {
                Archive::Tar => tar(&members),
                Archive::Zip(method) => zip_of(&members, method),
                Archive::ZipBy(method) => zip_by(method, &bytes),
            }, &packings);
            name.push_str("!x");
        }
        let found = hashes(&bytes);
        prop_assert_eq!(found, Hashes::from([(name, (FileState::Done, Some(sha256(&file))))]));
    }
}
