//! Members of archives that are out of the ordinary: long names, holes, more bytes than are read at once; and what stops a
//! reading.

use crate::{
    reader_archives::{gz, log, outcome, outcomes, read_folder, tar, zip_of, zst},
    reader_reference::calls,
};
use server::{
    source::{self, Input, Options, Progress, Resume},
    tally::Detail,
};
use std::{
    fs,
    io::Cursor,
    ops::ControlFlow,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};
use zip::{CompressionMethod, ZipArchive};

/// More than is read at once (32 MB), in 20 calls.
fn large_log() -> Vec<u8> {
    let filler = format!(r#"{{"requestParameters":"{}","eventVersion""#, "x\\n".repeat(600_000));
    let log = String::from_utf8(log()).unwrap().replace(r#"{"eventVersion""#, &filler);
    assert!(log.len() > 32 << 20);
    log.into_bytes()
}

#[test]
fn large_members_are_streamed() {
    let log = large_log();
    let small = gz(&crate::reader_archives::log());
    let expected = outcome(&log).0;
    assert_eq!(expected.len(), 20);
    let zip = |method| zip_of(&[("a.json", &log), ("b.gz", &small)], method);
    let packings = [
        ("tar", tar(&[("a.json", &log), ("b.gz", &small)])),
        ("tar of zst", tar(&[("a.json.zst", &zst(&log)), ("b.gz", &small)])),
        ("tar.zst", zst(&tar(&[("a.json", &log), ("b.gz", &small)]))),
        ("stored zip", zip(CompressionMethod::Stored)),
        ("zip", zip(CompressionMethod::Deflated)),
    ];
    for (packing, bytes) in packings {
        let (calls, outcomes) = outcome(&bytes);
        assert!(outcomes.iter().all(|line| line.ends_with(": done: ")), "{packing}: {outcomes:?}");
        assert_eq!(calls.len(), 40, "{packing}");
        assert!(calls.chunks(2).zip(&expected).all(|(two, one)| two[0] == *one && two[1] == *one), "{packing}");
    }
}

/// The good records before the damage are kept, and the members behind it.
#[test]
fn a_large_member_may_be_damaged() {
    let log = large_log();
    let mut zip = zip_of(&[("a.json", &log), ("b.json", &crate::reader_archives::log())], CompressionMethod::Stored);
    let at = zip.len() / 2;
    zip[at] ^= 1;
    let (calls, outcomes) = outcome(&zip);
    assert_eq!(calls.len(), 40);
    let reason = "its checksum does not match, some of it may be wrong; the 20 records before it were kept";
    assert_eq!(outcomes, [format!("in/f!a.json: damaged: {reason}"), "in/f!b.json: done: ".to_owned()]);
}

#[test]
fn long_names_come_whole() {
    let name = format!("{}a.json", "d/".repeat(150));
    let pax = {
        let mut builder = tar::Builder::new(Vec::new());
        builder.append_pax_extensions([("mtime", b"1.5".as_slice()), ("path", name.as_bytes())]).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(log().len() as u64);
        builder.append_data(&mut header, "short", log().as_slice()).unwrap();
        builder.into_inner().unwrap()
    };
    let split = {
        let mut header = tar::Header::new_ustar();
        header.set_path(name.replacen("d/", "", 50)).unwrap();
        header.set_size(log().len() as u64);
        header.set_cksum();
        let mut builder = tar::Builder::new(Vec::new());
        builder.append(&header, log().as_slice()).unwrap();
        builder.into_inner().unwrap()
    };
    let short = format!("{}a.json", "d/".repeat(100));
    for (archive, name) in [(tar(&[(&name, &log())]), &name), (pax, &name), (split, &short)] {
        let (calls, outcomes) = outcome(&archive);
        assert_eq!(calls.len(), 20);
        assert_eq!(outcomes, [format!("in/f!{name}: done: ")]);
    }
}

/// The size in the header has no room for more than 8 GB: PAX repeats it.
#[test]
fn a_pax_size_holds() {
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_pax_extensions([("size", log().len().to_string().as_bytes())]).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_path("a.json").unwrap();
    header.set_size(0);
    header.set_cksum();
    builder.append(&header, log().as_slice()).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(log().len() as u64);
    builder.append_data(&mut header, "b.json", log().as_slice()).unwrap();
    let (calls, outcomes) = outcome(&builder.into_inner().unwrap());
    assert_eq!(outcomes, ["in/f!a.json: done: ", "in/f!b.json: done: "]);
    assert_eq!(calls.len(), 40);
}

#[test]
fn sparse_members_are_skipped() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(log().len() as u64);
    header.as_gnu_mut().unwrap().set_real_size(1 << 20);
    builder.append_data(&mut header, "old.json", log().as_slice()).unwrap();
    let sparse = [("GNU.sparse.major", b"1".as_slice()), ("GNU.sparse.minor", b"0")];
    builder.append_pax_extensions(sparse).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(log().len() as u64);
    builder.append_data(&mut header, "new.json", log().as_slice()).unwrap();
    builder.append_data(&mut header, "whole.json", log().as_slice()).unwrap();
    let (calls, outcomes) = outcome(&builder.into_inner().unwrap());
    assert_eq!(calls.len(), 20);
    let reason = "skipped: a sparse file; pack it again without tar's --sparse";
    let expected =
        [format!("in/f!new.json: {reason}"), format!("in/f!old.json: {reason}"), "in/f!whole.json: done: ".into()];
    assert_eq!(outcomes, expected);
}

/// The same archive, with its numbers where zip64 has them (APPNOTE 4.3.14, 4.3.15, 4.5.3).
fn as_zip64(zip: &[u8]) -> Vec<u8> {
    let u32_at = |at: usize| u32::from_le_bytes(*zip[at..].first_chunk().unwrap());
    let end = zip.len() - 22;
    let directory = u32_at(end + 16) as usize;
    let (name, extra) = (usize::from(zip[directory + 28]), usize::from(zip[directory + 30]));
    assert_eq!(end, directory + 46 + name + extra, "one member");
    let mut wide = zip[..end].to_vec();
    for field in [20, 24, 42] {
        wide[directory + field..][..4].fill(0xFF);
    }
    wide[directory + 30] += 28;
    wide.extend([1, 0, 24, 0]);
    for field in [24, 20, 42] {
        wide.extend(u64::from(u32_at(directory + field)).to_le_bytes());
    }
    let (end64, size) = (wide.len() as u64, (wide.len() - directory) as u64);
    wide.extend(b"PK\x06\x06");
    wide.extend(44_u64.to_le_bytes());
    wide.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    [1, 1, size, directory as u64].iter().for_each(|n| wide.extend(n.to_le_bytes()));
    wide.extend(b"PK\x06\x07\0\0\0\0");
    wide.extend(end64.to_le_bytes());
    wide.extend(1_u32.to_le_bytes());
    wide.extend(b"PK\x05\x06\0\0\0\0");
    wide.extend([0xFF; 12]);
    wide.extend([0, 0]);
    wide
}

#[test]
fn zip64_is_read() {
    let zip = as_zip64(&zip_of(&[("a.json", &log())], CompressionMethod::Deflated));
    assert_eq!(ZipArchive::new(Cursor::new(&zip)).unwrap().by_index(0).unwrap().size(), log().len() as u64);
    let (calls, outcomes) = outcome(&zip);
    assert_eq!(calls.len(), 20, "{outcomes:?}");
    assert_eq!(outcomes, ["in/f!a.json: done: "]);
    let mut lost = zip.clone();
    let at = memchr::memmem::rfind(&lost, b"PK\x06\x06").unwrap();
    lost[at] = b'x';
    assert!(outcome(&lost).1[0].starts_with("in/f: failed: the zip archive's list of members"));
}

fn folder_of(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..files {
        fs::write(folder.path().join(format!("{n:03}.gz")), gz(&log())).unwrap();
    }
    folder
}

fn input(folder: &Path) -> Vec<Input> {
    vec![Input::path("in", folder)]
}

/// A bug of ours costs the file that meets it, and no other. What panics here is the caller's own code within the parser's
/// thread: no input is known that makes the parser do it.
#[test]
fn a_panic_fails_one_file() {
    let folder = folder_of(20);
    fs::write(folder.path().join("b.tar"), tar(&[("1.json", &log()), ("2.json", &log()), ("3.json", &log())])).unwrap();
    let is_due = [AtomicBool::new(true), AtomicBool::new(true)];
    let resume = |name: &str| {
        let bug = ["in/007.gz", "in/b.tar!2.json"].iter().position(|bad| *bad == name);
        assert!(bug.is_none_or(|bug| !is_due[bug].swap(false, Ordering::Relaxed)), "a bug");
        Resume::New
    };
    let mut parts = Vec::new();
    let options = Options { detail: Detail::None, threads: 2, hashes: false };
    source::read(input(folder.path()), &options, &Progress::default(), &resume, &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    let outcomes = outcomes(&parts);
    assert_eq!(outcomes.len(), 23);
    let (done, failed): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|line| line.ends_with(": done: "));
    assert_eq!((done.len(), calls(&parts).len()), (21, 21 * 20));
    let reason = "failed: an error of ours while reading it; please report it";
    assert_eq!(failed, [format!("in/007.gz: {reason}"), format!("in/b.tar!2.json: {reason}")]);
}

#[test]
fn a_cancelled_reading_ends() {
    let folder = folder_of(100);
    let options = Options { detail: Detail::None, threads: 2, hashes: false };
    for wanted in [0, 3] {
        let progress = Progress::default();
        progress.cancelled.store(wanted == 0, Ordering::Relaxed);
        let mut parts = 0;
        source::read(input(folder.path()), &options, &progress, &|_: &str| Resume::New, &mut |_| {
            parts += 1;
            progress.cancelled.store(parts == wanted, Ordering::Relaxed);
            ControlFlow::Continue(())
        });
        assert_eq!(parts, wanted);
    }
    assert_eq!(read_folder(folder.path()).len(), 100);
}
