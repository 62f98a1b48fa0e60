//! Looks for what is masked in texts: the texts that the statement itself knows, and whatever looks like one of them.

use super::{
    FilterBy, Statement,
    mask::{Kind, Mask, Masker},
};
use aho_corasick::AhoCorasick;
use regex::{Captures, Regex};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

/// A shorter text is no name that could be told from a word.
const SHORTEST: usize = 3;

/// The same for a part of a principal, such as the name of a role.
const SHORTEST_PART: usize = 4;

/// Parts that all principals have.
const COMMON: [&str; 8] =
    ["assumed-role", "federated-user", "instance-profile", "role", "root", "saml-provider", "service", "user"];

/// In texts of our own only what cannot be a word of ours is looked for: nobody may change a sentence by a caller's name.
const SHORTEST_IN_OURS: usize = 8;

/// What is looked for.
pub(super) struct Needles<'m> {
    masker: &'m Masker<'m>,
    search: Option<AhoCorasick>,
    /// Of each pattern of `search`.
    found: Vec<Needle>,
}

struct Needle {
    kind: Kind,
    /// The whole text that it is, or is a part of.
    of: String,
    is_unlike_words: bool,
}

impl<'m> Needles<'m> {
    pub(super) fn of(statement: &Statement, masker: &'m Masker<'m>) -> Self {
        let mut all: BTreeMap<String, (Kind, String)> = BTreeMap::new();
        for kind in Kind::ALL.into_iter().filter(|kind| masker.mask(*kind) != Mask::Shown) {
            for text in texts(statement, kind) {
                for needle in parts(kind, text).filter(|part| part.len() >= SHORTEST_PART).chain([text]) {
                    if needle.len() >= SHORTEST && !COMMON.contains(&needle) {
                        all.entry(needle.to_ascii_lowercase()).or_insert_with(|| (kind, text.to_owned()));
                    }
                }
            }
        }
        // A whole text is always its own, even where it is a part of another one.
        for kind in Kind::ALL.into_iter().filter(|kind| masker.mask(*kind) != Mask::Shown) {
            for text in texts(statement, kind) {
                all.entry(text.to_ascii_lowercase()).and_modify(|needle| *needle = (kind, text.to_owned()));
            }
        }
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(all.keys()).ok();
        let found = all.into_iter().map(|(needle, (kind, of))| Needle {
            kind,
            of,
            is_unlike_words: needle.len() >= SHORTEST_IN_OURS && !needle.chars().all(char::is_alphabetic),
        });
        Self { masker, search, found: found.collect() }
    }

    /// A text that others have written.
    pub(super) fn foreign(&self, text: &str) -> String {
        self.like_one(&self.known(text, |_| true))
    }

    /// A sentence of ours, or a name that decides what goes together.
    pub(super) fn ours(&self, text: &str) -> String {
        self.like_one(&self.known(text, |needle| needle.is_unlike_words))
    }

    fn known(&self, text: &str, is_wanted: impl Fn(&Needle) -> bool) -> String {
        let Some(search) = &self.search else { return text.to_owned() };
        let mut hits: Vec<(usize, usize, &Needle)> = search
            .find_overlapping_iter(text)
            .filter_map(|hit| Some((hit.start(), hit.end(), self.found.get(hit.pattern().as_usize())?)))
            .filter(|(start, end, needle)| is_wanted(needle) && is_word(text, *start, *end))
            .collect();
        hits.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (start, end, needle) in hits {
            if start >= at {
                out.push_str(&text[at..start]);
                out.push_str(&self.masker.replacement(needle.kind, &needle.of));
                at = end;
            }
        }
        out.push_str(&text[at..]);
        out
    }

    /// Whatever looks like an ARN, an address or an account.
    fn like_one(&self, text: &str) -> String {
        let is_masked = |kind| self.masker.mask(kind) != Mask::Shown;
        let mut text = text.to_owned();
        if is_masked(Kind::Principal) {
            text =
                ARN.replace_all(&text, |arn: &Captures<'_>| self.masker.replacement(Kind::Principal, &arn[0])).into();
        }
        if is_masked(Kind::Address) {
            for like in [&*ADDRESS, &*DASHED_ADDRESS] {
                text = like.replace_all(&text, |found: &Captures<'_>| self.address(&found[0])).into();
            }
        }
        if is_masked(Kind::Account) {
            text = ACCOUNT.replace_all(&text, |found: &Captures<'_>| self.account(&found[0])).into();
        }
        text
    }

    fn address(&self, found: &str) -> String {
        let (name, digits) = match found.split_once('-') {
            Some((name, digits)) => (format!("{name}-"), digits.replace('-', ".")),
            None => (String::new(), found.to_owned()),
        };
        let address = digits.trim_matches('.');
        let is_v6 = address.matches(':').count() > 1 && address.len() > 3 && address.parse::<Ipv6Addr>().is_ok();
        if address.parse::<Ipv4Addr>().is_ok() || is_v6 {
            name + &digits.replace(address, &self.masker.replacement(Kind::Address, address))
        } else {
            found.to_owned()
        }
    }

    fn account(&self, found: &str) -> String {
        let digits = found.replace('-', "");
        if digits.len() == 12 { self.masker.replacement(Kind::Account, &digits) } else { found.to_owned() }
    }
}

fn pattern(text: &'static str) -> Regex {
    Regex::new(text).expect("a constant that is a pattern")
}

static ARN: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)arn(:|%3a)[^\s"'<>(),;]+"#));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f:.]+"));
static DASHED_ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(ip|ec2)(-[0-9]{1,3}){4}"));
/// Twelve digits, or another number that is left as it is.
static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9]{4}-[0-9]{4}-[0-9]{4}|[0-9]+"));

fn texts(statement: &Statement, kind: Kind) -> Vec<&str> {
    let callers = statement.callers.iter().map(|caller| match kind {
        Kind::Principal => &caller.principal,
        Kind::Account => &caller.account,
        Kind::Address => &caller.source_address,
        Kind::UserAgent => &caller.user_agent,
    });
    let accounts = statement.coverage.iter().map(|row| &row.account).filter(|_| kind == Kind::Account);
    let filters = statement.filters.iter().filter(|filter| kind == Kind::Account && filter.by == FilterBy::Account);
    let mut texts: Vec<&str> = callers.chain(accounts).chain(filters.flat_map(|f| &f.values)).map(|t| &**t).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The names within a principal: of a role, a user, a session.
fn parts(kind: Kind, text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split([':', '/', '@', '=', ',']).chain(text.split([':', '/']));
    let is_account = |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    pieces.filter(move |part| kind == Kind::Principal && !is_account(part))
}

/// Whether nothing before or behind it belongs to the same word.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let behind = text[end..].chars().next();
    !before.into_iter().chain(behind).any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{mask::Masking, tests::sample},
        *,
    };

    #[track_caller]
    fn becomes(text: &str, wanted: &str) {
        let mut statement = sample();
        statement.filters.clear();
        statement.counted[0].source = text.into();
        let all = Mask::LeftOut;
        let masking = Masking { principals: all, accounts: all, addresses: all, user_agents: Mask::Shown };
        assert_eq!(statement.masked(masking, &[0; 32]).counted[0].source, wanted);
    }

    #[test]
    fn accounts_are_found_by_their_look() {
        becomes(
            "999988887777_CloudTrail_us-east-1_20230628T0905Z_x.json.gz",
            "…_CloudTrail_us-east-1_20230628T0905Z_x.json.gz",
        );
        becomes("9999-8888-7777 but not 9999888877771 or 99998888777", "… but not 9999888877771 or 99998888777");
    }

    #[test]
    fn addresses_are_found_by_their_look() {
        becomes("from 192.0.2.7, 192.0.2.8.", "from …, ….");
        becomes("[2001:db8::1]:443 and ::ffff:192.0.2.1", "[…]:443 and …");
        becomes("ip-192-0-2-7.ec2.internal", "ip-….ec2.internal");
        becomes("Boto/2.49.0 Aws::S3 at 12:30:45, 300.1.2.3", "Boto/2.49.0 Aws::S3 at 12:30:45, 300.1.2.3");
    }

    #[test]
    fn principals_are_found_whole_in_parts_and_by_their_look() {
        becomes("(arn:aws-cn:iam::1:role/x)", "(…)");
        becomes("arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx y", "… y");
        becomes("ALICE@example.com, alice and malice", "…, … and malice");
        becomes("Deploy/1.0 deployer", "…/1.0 deployer");
    }
}
