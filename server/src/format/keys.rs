//! Keys of a tally, each kept once.

use super::{
    field::Field,
    fields::Fields,
    record::{Call, principal, service},
    text::{Text, readable},
};
use crate::tally::{Caller, Detail, Key, Tls};
use app::model::call::Scope;
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// Texts are cut to this many bytes: nobody's log may fill the memory. AWS itself cuts user agents at 1 kB.
const PRINCIPAL_LIMIT: usize = 2048;
const USER_AGENT_LIMIT: usize = 1024;
const NAME_LIMIT: usize = 255;

/// Stands between the texts of a spelling; no UTF-8 has it.
const BOUNDARY: u8 = 0xFF;

/// The distinct keys of one part.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// By spelling: the key's readable texts, [`BOUNDARY`] behind each.
    index: HashMap<Box<[u8]>, u32, FxBuildHasher>,
    keys: Vec<Key>,
    /// Memory that they take, roughly.
    bytes: usize,
    spelling: Vec<u8>,
}

impl Keys {
    /// The index of the call's key, a new one if need be.
    pub(crate) fn intern(&mut self, call: &Call<'_>, fields: &Fields<'_>, detail: Detail) -> u32 {
        let has_caller = match detail {
            Detail::None => false,
            Detail::Below(minimum) => call.tls.version().is_below(minimum),
            Detail::All => true,
        };
        self.spell(call, fields, has_caller);
        if let Some(index) = self.index.get(self.spelling.as_slice()) {
            return *index;
        }
        let index = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key(&self.spelling, call.tls));
        self.bytes += self.spelling.len() * 2 + size_of::<Key>();
        self.index.insert(self.spelling.as_slice().into(), index);
        index
    }

    fn spell(&mut self, call: &Call<'_>, fields: &Fields<'_>, has_caller: bool) {
        self.spelling.clear();
        self.spelling.push(call.tls.code().to_le_bytes()[0]);
        self.push(call.account, NAME_LIMIT);
        self.push(call.region, NAME_LIMIT);
        self.push(call.source, NAME_LIMIT);
        if has_caller {
            self.push(principal(fields), PRINCIPAL_LIMIT);
            let agent = fields.get(Field::UserAgent).unwrap_or_default();
            self.push(Text { raw: without_brackets(&agent.bytes()), escaped: false }, USER_AGENT_LIMIT);
            self.push(fields.get(Field::SourceAddress).unwrap_or_default(), NAME_LIMIT);
        }
    }

    /// The same key always has the same spelling, however its record escapes it.
    fn push(&mut self, text: Text<'_>, limit: usize) {
        let is_plain = !text.escaped && text.raw.len() <= limit && text.raw.iter().all(|b| (1..0x80).contains(b));
        if is_plain {
            self.spelling.extend_from_slice(text.raw);
        } else {
            self.spelling.extend_from_slice(readable(&text.bytes(), limit).as_bytes());
        }
        self.spelling.push(BOUNDARY);
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn as_slice(&self) -> &[Key] {
        &self.keys
    }

    /// Hands over what there is, and starts anew.
    pub(crate) fn take(&mut self) -> Vec<Key> {
        self.index.clear();
        self.bytes = 0;
        std::mem::take(&mut self.keys)
    }

    /// The index of a key that another part spelled.
    pub(crate) fn adopt(&mut self, key: Key) -> u32 {
        let index = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.push(key);
        index
    }
}

/// The key that a spelling stands for.
fn key(spelling: &[u8], tls: Tls) -> Key {
    let mut texts =
        spelling.get(1..).unwrap_or_default().split(|b| *b == BOUNDARY).map(|text| readable(text, usize::MAX));
    let mut next = || texts.next().unwrap_or_default();
    let (account, region, source) = (next(), next(), next());
    let (principal, user_agent, source_address) = (next(), next(), next());
    let has_caller = spelling.iter().filter(|b| **b == BOUNDARY).count() > 3;
    Key {
        scope: Scope::Aws,
        account,
        region,
        service: service(&source).into(),
        tls,
        caller: has_caller.then_some(Caller { principal, user_agent, source_address }),
    }
}

/// Several services write `[user agent]`.
fn without_brackets(agent: &[u8]) -> &[u8] {
    if let [b'[', inner @ .., b']'] = agent { inner } else { agent }
}
