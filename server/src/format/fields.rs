//! What a scan found in one JSON object.

use super::{
    field::{FIELDS, Field, Meaning},
    text::Text,
};

/// A value, as far as it matters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'w> {
    Text(Text<'w>),
    Null,
    True,
    /// An object; where it stands in the data.
    Object {
        at: usize,
    },
    /// Anything else.
    Other,
}

/// What stands at a place where TLS details are expected.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Shown<'w> {
    #[default]
    Absent,
    Null,
    Text(Text<'w>),
    Object,
    Other,
}

/// The fields of one object. Of a key that comes twice, the last value holds.
#[derive(Debug, Default)]
pub(crate) struct Fields<'w> {
    texts: [Option<Text<'w>>; FIELDS],
    pub(crate) tls_details: Shown<'w>,
    pub(crate) tls_version: Shown<'w>,
    /// Where the object of an `EventBridge` envelope's `detail` stands.
    pub(crate) detail: Option<usize>,
    pub(crate) is_control_message: bool,
}

impl<'w> Fields<'w> {
    #[inline(always)]
    pub(crate) fn get(&self, field: Field) -> Option<Text<'w>> {
        self.texts.get(field as usize).copied().flatten()
    }

    /// Whether it says of itself that it is a record.
    pub(crate) fn is_record(&self) -> bool {
        self.get(Field::EventTime).is_some() || self.get(Field::EventSource).is_some()
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, meaning: Meaning, value: Value<'w>) {
        match meaning {
            Meaning::Text(field) => self.set_text(field, value),
            Meaning::Nothing | Meaning::List => {}
            _ => self.set_other(meaning, value),
        }
    }

    #[inline(always)]
    fn set_text(&mut self, field: Field, value: Value<'w>) {
        let text = match value {
            Value::Text(text) => Some(text),
            Value::True if field == Field::FromConsole => Some(Text { raw: b"true", escaped: false }),
            _ => None,
        };
        if let Some(slot) = self.texts.get_mut(field as usize) {
            *slot = text;
        }
    }

    fn set_other(&mut self, meaning: Meaning, value: Value<'w>) {
        match meaning {
            Meaning::UserIdentity => {
                let identity = [Field::IdentityType, Field::PrincipalId, Field::Arn, Field::Account, Field::InvokedBy];
                identity.into_iter().chain([Field::IssuerArn]).for_each(|field| self.set_text(field, Value::Null));
            }
            Meaning::Addendum => self.set_text(Field::OriginalEventId, Value::Null),
            Meaning::SessionContext | Meaning::SessionIssuer => self.set_text(Field::IssuerArn, Value::Null),
            Meaning::TlsDetails => {
                self.tls_details = Shown::of(value);
                self.tls_version = Shown::Absent;
            }
            Meaning::TlsVersion => self.tls_version = Shown::of(value),
            Meaning::Detail => self.detail = if let Value::Object { at } = value { Some(at) } else { None },
            Meaning::MessageType => {
                self.is_control_message = matches!(value, Value::Text(text) if text.is(b"CONTROL_MESSAGE"));
            }
            Meaning::Text(_) | Meaning::Nothing | Meaning::List => {}
        }
    }
}

impl<'w> Shown<'w> {
    fn of(value: Value<'w>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Null => Self::Null,
            Value::Object { .. } => Self::Object,
            Value::True | Value::Other => Self::Other,
        }
    }
}
