//! The statement of a frozen share as it lies in the database.

use anyhow::Context as _;
use app::model::statement::{FORM, Statement};
use std::io::Read as _;
use zstd::stream::read::Decoder;

/// Statements have some thousand rows; numbers and repeated names pack well.
const LEVEL: i32 = 9;

/// Far more than there can be; keeps a damaged row from filling the memory.
const LONGEST: usize = 512 << 20;

/// # Errors
/// When it is too large.
pub fn pack(statement: &Statement) -> anyhow::Result<Vec<u8>> {
    let json = serde_json::to_vec(statement)?;
    anyhow::ensure!(json.len() <= LONGEST, "a statement of {} bytes is too large to be kept", json.len());
    Ok(zstd::stream::encode_all(json.as_slice(), LEVEL)?)
}

/// # Errors
/// When it is damaged, or of a newer form than this program knows.
pub fn unpack(packed: &[u8]) -> anyhow::Result<Statement> {
    let mut json = Vec::new();
    let unpacking = Decoder::new(packed).and_then(|decoder| decoder.take(LONGEST as u64).read_to_end(&mut json));
    unpacking.context("it cannot be unpacked")?;
    let statement: Statement = serde_json::from_slice(&json).context("it is no statement")?;
    anyhow::ensure!(statement.form <= FORM, "it has the form {}, and this program knows {FORM}", statement.form);
    Ok(statement)
}
