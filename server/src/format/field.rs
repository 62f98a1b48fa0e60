//! The fields of a CloudTrail record that are read (user guide, "CloudTrail record contents", "userIdentity element").

/// What a scan stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Record,
    Identity,
    Session,
    Issuer,
    Tls,
    Addendum,
}

impl Level {
    /// Where a scan goes on behind the `}`.
    pub(crate) fn outer(self) -> Option<Self> {
        match self {
            Self::Record => None,
            Self::Identity | Self::Tls | Self::Addendum => Some(Self::Record),
            Self::Session => Some(Self::Identity),
            Self::Issuer => Some(Self::Session),
        }
    }
}

/// A field whose text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    EventVersion,
    EventTime,
    EventSource,
    Region,
    SourceAddress,
    UserAgent,
    EventId,
    SharedEventId,
    /// Of the event that the record repeats with other data: only the addendum of `UPDATED_DATA` has it.
    OriginalEventId,
    EventType,
    Recipient,
    FromConsole,
    IdentityType,
    PrincipalId,
    Arn,
    Account,
    InvokedBy,
    IssuerArn,
    /// Of an envelope: a record as text in a JSON string.
    Wrapped,
}

/// How many there are.
pub(crate) const FIELDS: usize = Field::Wrapped as usize + 1;

/// What a key means at a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Text(Field),
    UserIdentity,
    SessionContext,
    SessionIssuer,
    TlsDetails,
    TlsVersion,
    Addendum,
    /// Of an `EventBridge` envelope: the record itself.
    Detail,
    /// Of a file: the list of records.
    List,
    /// Of a `CloudWatch` subscription's object.
    MessageType,
    Nothing,
}

impl Meaning {
    #[inline(always)]
    pub(crate) fn of(level: Level, key: &[u8]) -> Self {
        match level {
            Level::Record => Self::in_record(key),
            Level::Identity => Self::in_identity(key),
            Level::Session if key == b"sessionIssuer" => Self::SessionIssuer,
            Level::Issuer if key == b"arn" => Self::Text(Field::IssuerArn),
            Level::Tls if key == b"tlsVersion" => Self::TlsVersion,
            Level::Addendum if key == b"originalEventID" => Self::Text(Field::OriginalEventId),
            Level::Session | Level::Issuer | Level::Tls | Level::Addendum => Self::Nothing,
        }
    }

    #[inline(always)]
    fn in_record(key: &[u8]) -> Self {
        match key {
            b"eventID" => Self::Text(Field::EventId),
            b"eventTime" => Self::Text(Field::EventTime),
            b"eventType" => Self::Text(Field::EventType),
            b"awsRegion" => Self::Text(Field::Region),
            b"userAgent" => Self::Text(Field::UserAgent),
            b"tlsDetails" => Self::TlsDetails,
            b"addendum" => Self::Addendum,
            b"eventSource" => Self::Text(Field::EventSource),
            b"eventVersion" => Self::Text(Field::EventVersion),
            b"userIdentity" => Self::UserIdentity,
            b"sharedEventID" => Self::Text(Field::SharedEventId),
            b"sourceIPAddress" => Self::Text(Field::SourceAddress),
            b"recipientAccountId" => Self::Text(Field::Recipient),
            b"sessionCredentialFromConsole" => Self::Text(Field::FromConsole),
            b"detail" => Self::Detail,
            b"CloudTrailEvent" | b"message" => Self::Text(Field::Wrapped),
            b"Records" | b"Events" | b"events" | b"logEvents" => Self::List,
            b"messageType" => Self::MessageType,
            _ => Self::Nothing,
        }
    }

    #[inline(always)]
    fn in_identity(key: &[u8]) -> Self {
        match key {
            b"arn" => Self::Text(Field::Arn),
            b"type" => Self::Text(Field::IdentityType),
            b"accountId" => Self::Text(Field::Account),
            b"invokedBy" => Self::Text(Field::InvokedBy),
            b"principalId" => Self::Text(Field::PrincipalId),
            b"sessionContext" => Self::SessionContext,
            _ => Self::Nothing,
        }
    }

    /// The level that a `{` behind the key opens.
    #[inline(always)]
    pub(crate) fn opens(self) -> Option<Level> {
        match self {
            Self::UserIdentity => Some(Level::Identity),
            Self::SessionContext => Some(Level::Session),
            Self::SessionIssuer => Some(Level::Issuer),
            Self::TlsDetails => Some(Level::Tls),
            Self::Addendum => Some(Level::Addendum),
            _ => None,
        }
    }
}
