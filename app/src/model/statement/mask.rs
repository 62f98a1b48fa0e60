//! Masking: what a recipient must not know is taken out of every text, also where nobody expects it.

use super::{Filter, FilterBy, Statement, needles::Needles};
use crate::model::{caller::CallerRow, text::text_enum};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What becomes of the texts of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    Shown,
    /// The same made-up name for the same text, within one share.
    Pseudonym,
    LeftOut,
}

text_enum!(Mask, "a mask", { Shown = "shown", Pseudonym = "pseudonym", LeftOut = "left_out" });

/// What is masked of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Masking {
    pub principals: Mask,
    pub accounts: Mask,
    pub addresses: Mask,
    pub user_agents: Mask,
}

/// People's names and machines' addresses are nobody else's business.
impl Default for Masking {
    fn default() -> Self {
        Self { principals: Mask::Pseudonym, addresses: Mask::Pseudonym, ..Self::NOTHING }
    }
}

/// The kinds of texts that can be masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Principal,
    Account,
    Address,
    UserAgent,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Principal, Self::Account, Self::Address, Self::UserAgent];

    const fn word(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Account => "account",
            Self::Address => "address",
            Self::UserAgent => "agent",
        }
    }
}

impl Masking {
    pub const NOTHING: Self =
        Self { principals: Mask::Shown, accounts: Mask::Shown, addresses: Mask::Shown, user_agents: Mask::Shown };

    pub(super) const fn of(&self, kind: Kind) -> Mask {
        match kind {
            Kind::Principal => self.principals,
            Kind::Account => self.accounts,
            Kind::Address => self.addresses,
            Kind::UserAgent => self.user_agents,
        }
    }
}

/// Stands for what was left out of the middle of a text.
const LEFT_OUT: &str = "…";

/// Hexadecimal digits of a pseudonym: 40 bits, so that two of some thousand callers hardly ever share one.
const DIGITS: usize = 10;

/// How texts of one share are masked.
pub(super) struct Masker<'k> {
    masking: Masking,
    key: &'k [u8; 32],
}

impl Masker<'_> {
    pub(super) fn mask(&self, kind: Kind) -> Mask {
        self.masking.of(kind)
    }

    /// What stands in a text where this was.
    pub(super) fn replacement(&self, kind: Kind, text: &str) -> String {
        match self.mask(kind) {
            Mask::Shown => text.to_owned(),
            Mask::Pseudonym => self.pseudonym(kind, text),
            Mask::LeftOut => LEFT_OUT.to_owned(),
        }
    }

    fn pseudonym(&self, kind: Kind, text: &str) -> String {
        let mut hasher = blake3::Hasher::new_keyed(self.key);
        hasher.update(kind.word().as_bytes()).update(&[0]).update(text.as_bytes());
        format!("{}-{}", kind.word(), &hasher.finalize().to_hex()[..DIGITS])
    }
}

impl Statement {
    /// The same without what is to be masked, in any text. `key` decides the pseudonyms: who does not have it cannot find
    /// out whose they are by trying.
    #[must_use]
    pub fn masked(self, masking: Masking, key: &[u8; 32]) -> Self {
        self.masked_beside(masking, key, std::iter::empty())
    }

    /// Also masks the names of the log files that it was counted from, which are not in it. `CloudTrail`'s begin with the account,
    /// and say where and when: where accounts are masked, nothing is left of them.
    #[must_use]
    pub fn masked_beside<'n>(
        mut self,
        masking: Masking,
        key: &[u8; 32],
        log_files: impl Iterator<Item = &'n mut String>,
    ) -> Self {
        let masker = Masker { masking, key };
        let needles = Needles::of(&self, &masker);
        for name in log_files {
            match masking.accounts {
                Mask::Shown => *name = needles.foreign(name),
                Mask::Pseudonym | Mask::LeftOut => name.clear(),
            }
        }
        self.mask_counts(&needles);
        self.callers.iter_mut().for_each(|caller| mask_caller(caller, &masker, &needles));
        // Their order must not tell the names.
        self.callers.sort_by(|a, b| order(a).cmp(&order(b)));
        for row in &mut self.coverage {
            row.account = field(&masker, &needles, Kind::Account, &row.account);
            row.region = needles.ours(&row.region);
        }
        self.coverage.sort_by(|a, b| (&a.account, &a.region).cmp(&(&b.account, &b.region)));
        for filter in &mut self.filters {
            mask_filter(filter, &masker, &needles);
        }
        self.counted.iter_mut().for_each(|files| files.source = needles.foreign(&files.source));
        self.mask_overview(&needles);
        self.masking = masking;
        self
    }

    fn mask_counts(&mut self, needles: &Needles<'_>) {
        self.counts.iter_mut().for_each(|counts| counts.service = needles.ours(&counts.service));
        for row in &mut self.services {
            row.service = needles.ours(&row.service);
            row.verdict.why = needles.ours(&row.verdict.why);
        }
    }

    fn mask_overview(&mut self, needles: &Needles<'_>) {
        self.overview.sentence = needles.ours(&self.overview.sentence);
        if let Some(deadline) = &mut self.overview.frame.deadline {
            for text in [&mut deadline.name, &mut deadline.source_url, &mut deadline.note] {
                *text = needles.foreign(text);
            }
            deadline.services.iter_mut().for_each(|service| *service = needles.ours(service));
            deadline.history.iter_mut().for_each(|revision| revision.note = needles.foreign(&revision.note));
        }
    }
}

/// A column: masked as a whole, or searched for what else is masked.
fn field(masker: &Masker<'_>, needles: &Needles<'_>, kind: Kind, text: &str) -> String {
    match masker.mask(kind) {
        Mask::Shown => needles.foreign(text),
        Mask::Pseudonym if !text.is_empty() => masker.pseudonym(kind, text),
        Mask::Pseudonym | Mask::LeftOut => String::new(),
    }
}

fn mask_caller(caller: &mut CallerRow, masker: &Masker<'_>, needles: &Needles<'_>) {
    caller.service = needles.ours(&caller.service);
    caller.account = field(masker, needles, Kind::Account, &caller.account);
    caller.principal = field(masker, needles, Kind::Principal, &caller.principal);
    caller.user_agent = field(masker, needles, Kind::UserAgent, &caller.user_agent);
    caller.source_address = field(masker, needles, Kind::Address, &caller.source_address);
}

fn order(caller: &CallerRow) -> impl Ord + '_ {
    let CallerRow { account, service, principal, user_agent, source_address, .. } = caller;
    (Reverse(caller.calls), account, service, principal, user_agent, source_address)
}

fn mask_filter(filter: &mut Filter, masker: &Masker<'_>, needles: &Needles<'_>) {
    match filter.by {
        FilterBy::Account => {
            filter.values.iter_mut().for_each(|value| *value = field(masker, needles, Kind::Account, value));
            filter.values.sort();
        }
        // Part of a name is enough to know it.
        FilterBy::Search if masker.masking != Masking::NOTHING => filter.values.clear(),
        FilterBy::Search => {}
        FilterBy::Region | FilterBy::Service | FilterBy::TlsVersion => {
            filter.values.iter_mut().for_each(|value| *value = needles.ours(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{ALICE, sample},
        *,
    };

    const KEY: [u8; 32] = [7; 32];

    fn masked(masking: Masking) -> (Statement, String) {
        let statement = sample().masked(masking, &KEY);
        let text = serde_json::to_string(&statement).unwrap();
        (statement, text)
    }

    #[track_caller]
    fn lacks(text: &str, secrets: &[&str]) {
        for secret in secrets {
            assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in {text}");
        }
    }

    const PRINCIPALS: [&str; 8] =
        ["alice", "example.com", "Deploy", "build-box", "Unlisted", "arn:", "assumed-role", ":user/"];

    #[test]
    fn nothing_is_masked_unless_asked_for() {
        let mut all = sample();
        all.callers.sort_by_key(|caller| Reverse(caller.calls));
        assert_eq!(masked(Masking::NOTHING).0, all);
    }

    #[test]
    fn what_is_masked_is_in_no_text() {
        for mask in [Mask::Pseudonym, Mask::LeftOut] {
            let (_, text) = masked(Masking { principals: mask, ..Masking::NOTHING });
            lacks(&text, &PRINCIPALS);
            assert!(text.contains("111122223333") && text.contains("10.1.2.3"), "{text}");

            let (_, text) = masked(Masking { accounts: mask, ..Masking::NOTHING });
            lacks(&text, &["111122223333", "1111-2222-3333"]);
            assert!(text.contains("alice@example.com") && text.contains("10.1.2.3"), "{text}");

            let (_, text) = masked(Masking { addresses: mask, ..Masking::NOTHING });
            lacks(&text, &["10.1.2.3", "10-1-2-3"]);
            assert!(text.contains(ALICE), "{text}");

            let (_, text) = masked(Masking { user_agents: mask, ..Masking::NOTHING });
            lacks(&text, &["Boto", "2.49"]);

            let all = Masking { principals: mask, accounts: mask, addresses: mask, user_agents: mask };
            let (_, text) = masked(all);
            lacks(&text, &PRINCIPALS);
            lacks(&text, &["111122223333", "1111-2222-3333", "10.1.2.3", "10-1-2-3", "Boto"]);
        }
    }

    #[test]
    fn a_pseudonym_is_the_same_wherever_it_stands() {
        let (statement, _) = masked(Masking { principals: Mask::Pseudonym, ..Masking::NOTHING });
        let alice = statement.callers.iter().find(|caller| caller.service == "s3").unwrap();
        assert!(alice.principal.starts_with("principal-") && alice.principal.len() == 20, "{}", alice.principal);
        assert!(alice.user_agent.contains(&format!("(for {};", alice.principal)), "{}", alice.user_agent);
        let (statement, _) = masked(Masking { accounts: Mask::Pseudonym, ..Masking::NOTHING });
        let account = statement.callers[0].account.clone();
        assert_eq!(statement.coverage[0].account, account);
        assert_eq!(statement.filters[0].values, std::slice::from_ref(&account));
        assert_eq!(statement.counted[0].source, format!("s3://trail-{account}/AWSLogs/{account}/"));
        assert!(
            statement.callers[0].principal.contains(&format!("::{account}:")),
            "{}",
            statement.callers[0].principal
        );
    }

    #[test]
    fn each_share_has_pseudonyms_of_its_own() {
        let of = |key| sample().masked(Masking::default(), &key).callers[0].principal.clone();
        assert_eq!(of(KEY), of(KEY));
        assert_ne!(of(KEY), of([8; 32]));
    }

    #[test]
    fn what_is_left_out_is_empty_in_its_column() {
        let (statement, _) = masked(Masking { principals: Mask::LeftOut, ..Masking::NOTHING });
        assert!(statement.callers.iter().all(|caller| caller.principal.is_empty()));
        assert!(statement.callers[0].user_agent.contains("(for …; ip-10-1-2-3"), "{}", statement.callers[0].user_agent);
    }

    #[test]
    fn a_search_says_no_more_than_what_it_found() {
        assert_eq!(masked(Masking::default()).0.filters[1].values, [""; 0]);
        assert_eq!(masked(Masking::NOTHING).0.filters[1].values, ["alice"]);
    }

    #[test]
    fn names_of_log_files_are_masked_like_any_text() {
        let name = "mail of alice@example.com.zip!AWSLogs/111122223333/CloudTrail/ip-10-1-2-3/build-box.json.gz";
        let beside = |masking| {
            let mut names = [name.to_owned(), String::new()];
            let beside = sample().masked_beside(masking, &KEY, names.iter_mut());
            assert_eq!(beside, sample().masked(masking, &KEY));
            assert_eq!(names[1], "");
            names[0].clone()
        };
        assert_eq!(beside(Masking::NOTHING), name);
        for mask in [Mask::Pseudonym, Mask::LeftOut] {
            let principals = beside(Masking { principals: mask, ..Masking::NOTHING });
            lacks(&principals, &PRINCIPALS);
            assert!(principals.contains("/111122223333/CloudTrail/ip-10-1-2-3/"), "{principals}");
            let addresses = beside(Masking { addresses: mask, ..Masking::NOTHING });
            lacks(&addresses, &["10-1-2-3"]);
            assert!(addresses.contains("111122223333"), "{addresses}");
            assert_eq!(beside(Masking { accounts: mask, ..Masking::NOTHING }), "");
        }
    }

    #[test]
    fn nobody_can_change_our_own_words_by_a_name() {
        let mut hostile = sample();
        hostile.callers[0].principal = "calls".into();
        hostile.callers[0].source_address = "1.0".into();
        hostile.callers[1].principal = "s3".into();
        let masked = hostile.clone().masked(Masking::default(), &KEY);
        assert_eq!(masked.overview.sentence, hostile.overview.sentence);
        assert_eq!(masked.services[0].service, "s3");
    }
}
