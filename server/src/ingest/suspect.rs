//! Suspects: files at which the process died. They are read alone, after the others; one at which it died three times is given
//! up, and costs the upload nothing else.

use super::{Claim, Error, batch::Batch, begun, commit};
use crate::{
    db::{self, suspect::Struck},
    tally::Part,
};
use app::model::report::FileState;
use std::{collections::HashSet, path::Path};

const STRIKES: i32 = 3;
const POISON: &str = "reading it ended the program 3 times, so it was given up; look for the cause in the system's log \
     (often too little memory)";
/// From here on names in the ledger may be shortened, so that they do not tell what lies within what.
const LONG: usize = 1000;

/// Holds it against the files of an upload that processes died at them. Somebody is found: the upload itself has its attempts
/// anew.
pub(super) async fn accuse(claim: &mut Claim, folder: &Path) -> Result<(), Error> {
    let names = begun::take(folder);
    let names =
        names.inspect_err(|error| tracing::warn!(%error, "what was being read is not known")).unwrap_or_default();
    if names.is_empty() {
        return Ok(());
    }
    let id = claim.upload_id;
    let mut transaction = claim.begin().await?;
    let struck = db::suspect::strike(&mut transaction, id, &names).await?;
    let mut batch = Batch::default();
    for file in struck.iter().filter(|file| file.strikes >= STRIKES) {
        tracing::error!(upload = id, file.name = %file.name, "a log file ended the process again and again");
        batch.push(Part::uncounted(file.name.as_str().into(), FileState::Failed, &reason(file)));
    }
    if !batch.is_empty() {
        commit::add(&mut transaction, id, batch, None).await?;
    }
    if !struck.is_empty() {
        db::upload::begin_anew(&mut transaction, id).await?;
    }
    transaction.commit().await?;
    if !struck.is_empty() {
        claim.attempts = 1;
    }
    Ok(())
}

fn reason(file: &Struck) -> String {
    if file.records_read > 0 { format!("{POISON}; what was counted of it before stays") } else { POISON.to_owned() }
}

/// Which files are read now.
pub(super) enum Pass {
    /// All but the suspects.
    Others,
    /// The suspects, and what lies within them.
    Suspects,
}

/// What to read when.
#[derive(Debug, Default, Clone)]
pub(super) struct Suspects {
    names: HashSet<String>,
    /// Not to be begun any more.
    given_up: HashSet<String>,
}

impl Suspects {
    pub(super) async fn load(claim: &mut Claim) -> Result<Self, Error> {
        let files = db::suspect::list(&mut claim.conn, claim.upload_id).await?;
        let (given_up, suspects) = files.into_iter().partition::<Vec<_>, _>(|file| file.is_given_up);
        let names = |files: Vec<db::suspect::Suspect>| files.into_iter().map(|file| file.name).collect();
        Ok(Self { names: names(suspects), given_up: names(given_up) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// `name`: in the ledger, of a file, an archive or a member of one.
    pub(super) fn may_begin(&self, pass: &Pass, name: &str) -> bool {
        if self.given_up.contains(name) {
            return false;
        }
        match pass {
            Pass::Others => !self.names.contains(name),
            Pass::Suspects => self.names.contains(name) || self.names.iter().any(|suspect| is_related(suspect, name)),
        }
    }
}

/// Whether one may lie within the other.
fn is_related(suspect: &str, name: &str) -> bool {
    let is_within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('!'));
    is_within(suspect, name) || is_within(name, suspect) || suspect.len() >= LONG || name.len() >= LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> HashSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_file_is_begun_in_one_of_the_passes_and_the_poison_in_none() {
        let suspects = Suspects { names: set(&["a.zip!x.tar", "b.json"]), given_up: set(&["c.json"]) };
        let passes = |name: &str| (suspects.may_begin(&Pass::Others, name), suspects.may_begin(&Pass::Suspects, name));
        assert_eq!(passes("other.json"), (true, false));
        assert_eq!(passes("b.json"), (false, true));
        assert_eq!(passes("b.json.gz"), (true, false));
        assert_eq!(passes("a.zip"), (true, true), "a suspect lies within");
        assert_eq!(passes("a.zip!y.json"), (true, false));
        assert_eq!(passes("a.zip!x.tar"), (false, true));
        assert!(passes("a.zip!x.tar!1.json").1, "it lies within a suspect, which is not opened before");
        assert_eq!(passes("c.json"), (false, false));
        assert!(passes(&"n".repeat(LONG)).1, "what its name does not tell is not left out");
    }
}
